"""Settings: a few typed fields each, read from environment variables once.

A field names its variable and says what it is for; the tables in the documents are
made from that::

    class Settings(ServiceSettings, frozen=True, kw_only=True):
        hold_seconds: Annotated[int, variable("ORDERS_HOLD_SECONDS", "Length")]
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar, get_args, get_type_hints

import msgspec

Environment = Literal["development", "production"]
Switch = Literal["on", "off"]


class SettingsError(Exception):
    """A setting is missing or wrong; the text names it and says what to do."""


def variable(name: str, description: str, **bounds: Any) -> msgspec.Meta:
    return msgspec.Meta(title=name, description=description, **bounds)


def refuse_unsafe(*, public_url: str, limits: Switch, fault_point: str = "") -> None:
    """Raises `SettingsError` for the first of these that production may not have."""
    refused = (
        (
            not public_url.startswith("https://"),
            f"PUBLIC_URL={public_url}: set it to the https:// origin that people see",
        ),
        (limits == "off", "TICKETING_LIMITS=off: leave it out, so that limits stay on"),
        (bool(fault_point), f"FAULT_POINT={fault_point}: leave it out, it ends us"),
    )
    for unsafe, which in refused:
        if unsafe:
            raise SettingsError(f"TICKETING_ENV=production refuses {which}.")


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every service is told."""

    nats_url: Annotated[str, variable("NATS_URL", "Where nats-server is")] = (
        "nats://127.0.0.1:4222"
    )
    host: Annotated[str, variable("HOST", "Address to listen on")] = "127.0.0.1"
    port: Annotated[int, variable("PORT", "Port of the public API", ge=1, le=65535)] = (
        8000
    )
    ops_port: Annotated[
        int,
        variable("OPS_PORT", "Inner port: /livez /readyz /metrics", ge=1, le=65535),
    ] = 9000
    environment: Annotated[
        Environment,
        variable("TICKETING_ENV", "`production` refuses what only tests may have"),
    ] = "development"
    limits: Annotated[
        Switch, variable("TICKETING_LIMITS", "`off` removes the rate limits")
    ] = "on"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        variable("LOG_LEVEL", "What is logged, at the least"),
    ] = "info"
    log_format: Annotated[
        Literal["json", "console"], variable("LOG_FORMAT", "`console` for people")
    ] = "json"
    fault_point: Annotated[
        str, variable("FAULT_POINT", "Fault tests: end the process at `point:n`")
    ] = ""
    public_url: Annotated[
        str,
        variable("PUBLIC_URL", "The origin people see; https makes cookies Secure"),
    ] = "http://localhost:8080"

    def __post_init__(self) -> None:
        if self.environment == "production":
            refuse_unsafe(
                public_url=self.public_url,
                limits=self.limits,
                fault_point=self.fault_point,
            )


S = TypeVar("S", bound=msgspec.Struct)


class Setting(msgspec.Struct, frozen=True):
    """One row of a settings table."""

    field: str
    variable: str
    description: str
    default: str | None


def describe(settings: type[msgspec.Struct]) -> list[Setting]:
    """Every setting of a struct, in the order of its fields."""
    hints = get_type_hints(settings, include_extras=True)
    rows: list[Setting] = []
    for field in msgspec.structs.fields(settings):
        meta = next(
            m for m in get_args(hints[field.name]) if isinstance(m, msgspec.Meta)
        )
        default = None if field.required else str(field.default)
        rows.append(
            Setting(field.name, meta.title or "", meta.description or "", default)
        )
    return rows


def load(settings: type[S], environ: Mapping[str, str]) -> S:
    """Read settings; raises `SettingsError` naming the variable at fault.

    An empty variable is one that is not set, as container settings have it.
    """
    values: dict[str, str] = {}
    names: dict[str, str] = {}
    for setting in describe(settings):
        names[setting.field] = setting.variable
        if environ.get(setting.variable):
            values[setting.field] = environ[setting.variable]
        elif setting.default is None:
            raise SettingsError(f"{setting.variable} is not set: {setting.description}")
    try:
        return msgspec.convert(values, settings, strict=False)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        name = names.get(path.rstrip("`"), path)
        raise SettingsError(f"{name}: {message}") from None
