"""What the tiny service is told."""

from typing import Annotated

from common.settings import ServiceSettings, variable


class Settings(ServiceSettings, frozen=True, kw_only=True):
    database_url: Annotated[str, variable("TICKETS_DATABASE_URL", "Its database")]
    nats_password: Annotated[str, variable("TICKETS_NATS_PASSWORD", "Its password")]
