"""What the expiration service is told."""

from typing import Annotated

from common.settings import ServiceSettings, variable


class Settings(ServiceSettings, frozen=True, kw_only=True):
    nats_password: Annotated[
        str, variable("EXPIRATION_NATS_PASSWORD", "Password of NATS user `expiration`")
    ]
