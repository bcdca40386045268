"""What auth is told."""

from typing import Annotated

from common.settings import ServiceSettings, variable


class Settings(ServiceSettings, frozen=True, kw_only=True):
    database_url: Annotated[str, variable("AUTH_DATABASE_URL", "Its own database")]
    nats_password: Annotated[
        str, variable("AUTH_NATS_PASSWORD", "Password of NATS user `auth`")
    ]
