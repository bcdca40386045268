"""What the orders service is told."""

from datetime import timedelta
from typing import Annotated

from common.settings import ServiceSettings, variable
from orders.domain import LENGTHENING


class Settings(ServiceSettings, frozen=True, kw_only=True):
    database_url: Annotated[
        str, variable("ORDERS_DATABASE_URL", "PostgreSQL database of orders")
    ]
    nats_password: Annotated[
        str, variable("ORDERS_NATS_PASSWORD", "Password of NATS user `orders`")
    ]
    auth_url: Annotated[
        str, variable("AUTH_URL", "Where auth publishes its public keys")
    ] = "http://127.0.0.1:8000"
    hold_seconds: Annotated[
        int, variable("ORDERS_HOLD_SECONDS", "Length of a hold", ge=1, le=86400)
    ] = 900
    lengthening_seconds: Annotated[
        int,
        variable(
            "ORDERS_LENGTHENING_SECONDS",
            "A hold lasts so much longer, once, while its buyer is at the bank",
            ge=0,
            le=3600,
        ),
    ] = round(LENGTHENING.total_seconds())
    batch: Annotated[
        int,
        variable("ORDERS_BATCH", "Holds of one transaction; 1: each its own", ge=1),
    ] = 512

    @property
    def hold(self) -> timedelta:
        return timedelta(seconds=self.hold_seconds)

    @property
    def lengthening(self) -> timedelta:
        return timedelta(seconds=self.lengthening_seconds)

    @property
    def livemode(self) -> bool:
        """Whether real money is asked for."""
        return self.environment == "production"
