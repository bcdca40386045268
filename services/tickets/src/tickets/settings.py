"""What the tickets service is told."""

from typing import Annotated

from common.settings import ServiceSettings, variable


class Settings(ServiceSettings, frozen=True, kw_only=True):
    database_url: Annotated[
        str, variable("TICKETS_DATABASE_URL", "PostgreSQL database of tickets")
    ]
    nats_password: Annotated[
        str, variable("TICKETS_NATS_PASSWORD", "Password of NATS user `tickets`")
    ]
    auth_url: Annotated[
        str, variable("AUTH_URL", "Where auth publishes its public keys")
    ] = "http://127.0.0.1:8000"
    fee_basis_points: Annotated[
        int,
        variable(
            "TICKETS_FEE_BASIS_POINTS",
            "Fee on top of each price, in hundredths of a percent of it",
            ge=0,
            le=10_000,
        ),
    ] = 0
    streams: Annotated[
        int,
        variable(
            "TICKETS_STREAMS",
            "Open availability streams of a process; beyond, 503",
            ge=0,
        ),
    ] = 4000
