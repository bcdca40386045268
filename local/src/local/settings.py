"""Settings of the system on one machine; those of the services pass through."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from common.settings import (
    Environment,
    SettingsError,
    Switch,
    load,
    refuse_unsafe,
    variable,
)
from local.errors import Trouble


class LocalSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What `ticketing up` is told."""

    port: Annotated[
        int, variable("TICKETING_PORT", "Port of the gateway", ge=1, le=65535)
    ] = 8080
    host: Annotated[
        str, variable("TICKETING_HOST", "Address the gateway listens on")
    ] = "127.0.0.1"
    data: Annotated[str, variable("TICKETING_DATA", "Data folder")] = ".ticketing"
    client: Annotated[
        Switch, variable("TICKETING_CLIENT", "`off` leaves the web client out")
    ] = "on"
    limits: Annotated[
        Switch, variable("TICKETING_LIMITS", "`off` removes the rate limits")
    ] = "on"
    environment: Annotated[
        Environment,
        variable("TICKETING_ENV", "`production` refuses what only tests may have"),
    ] = "development"
    public_url: Annotated[
        str, variable("PUBLIC_URL", "The origin browsers see; empty: localhost")
    ] = ""
    trusted_proxies: Annotated[
        int,
        variable(
            "TICKETING_TRUSTED_PROXIES",
            "Proxies in front that may say who the client is, by `X-Forwarded-For`",
            ge=0,
        ),
    ] = 0
    payments_provider: Annotated[
        str, variable("PAYMENTS_PROVIDER", "`test` starts the test provider")
    ] = "test"
    auth_replicas: Annotated[
        int, variable("TICKETING_AUTH_REPLICAS", "`auth serve` processes", ge=1, le=16)
    ] = 1
    tickets_replicas: Annotated[
        int,
        variable(
            "TICKETING_TICKETS_REPLICAS", "`tickets serve` processes", ge=1, le=16
        ),
    ] = 1
    orders_replicas: Annotated[
        int,
        variable("TICKETING_ORDERS_REPLICAS", "`orders serve` processes", ge=1, le=16),
    ] = 1
    payments_replicas: Annotated[
        int,
        variable(
            "TICKETING_PAYMENTS_REPLICAS", "`payments serve` processes", ge=1, le=16
        ),
    ] = 1

    @property
    def folder(self) -> Path:
        return Path(self.data).absolute()

    @property
    def origin(self) -> str:
        """The origin that browsers see."""
        return self.public_url.rstrip("/") or f"http://localhost:{self.port}"

    def replicas(self, service: str) -> int:
        return int(getattr(self, f"{service}_replicas"))


def read(environment: Mapping[str, str]) -> LocalSettings:
    """Raises `Trouble` that names the variable at fault."""
    try:
        return load(LocalSettings, environment)
    except SettingsError as error:
        raise Trouble(f"{error}.") from None


def refuse_tests_own(settings: LocalSettings) -> None:
    """Raises `Trouble` in production for what only tests may have."""
    if settings.environment != "production":
        return
    if settings.payments_provider == "test":
        raise Trouble(
            "TICKETING_ENV=production refuses the test provider, which takes no money; "
            "set PAYMENTS_PROVIDER to a real one."
        )
    try:
        refuse_unsafe(public_url=settings.origin, limits=settings.limits)
    except SettingsError as error:
        raise Trouble(str(error)) from None
