"""The tickets service put together."""

from litestar import Litestar

from common.application import Application
from common.database import Database
from common.http import create_api, openapi_document
from common.identification import Identification
from common.identity import Verifier
from common.limits import Limits, limits
from tickets.api import ROUTES
from tickets.board import Board
from tickets.consumers import SERVICE, consumers
from tickets.service import Events, Tickets
from tickets.settings import Settings


def create_app(settings: Settings) -> Application:
    database = Database(settings.database_url)
    people = Identification(SERVICE, database, auth_url=settings.auth_url)
    events = Events(database)
    tickets = Tickets(database, fee_basis_points=settings.fee_basis_points)
    board = Board(events, most=settings.streams)
    return Application(
        name=SERVICE,
        settings=settings,
        nats_password=settings.nats_password,
        database=database,
        api=create_http(
            events,
            tickets,
            people.verifier,
            board=board,
            account_limits=limits(on=settings.limits == "on"),
            public_url=settings.public_url,
        ),
        consumers=[*consumers(tickets), people.consumer],
        jobs=people.work_jobs(),
        serve_jobs=people.serve_jobs(),
        starting=people.starting,
        ending=board.close,
    )


def create_http(
    events: Events,
    tickets: Tickets,
    verifier: Verifier,
    *,
    board: Board | None = None,
    account_limits: Limits | None = None,
    public_url: str | None = None,
) -> Litestar:
    return create_api(
        name=SERVICE,
        version="1",
        routes=ROUTES,
        dependencies={
            "events": events,
            "tickets": tickets,
            "board": board or Board(events),
        },
        verifier=verifier,
        limits=account_limits,
        public_url=public_url,
    )


def openapi() -> bytes:
    """The OpenAPI document; nothing is connected to."""
    database = Database("postgresql://tickets@localhost/tickets")
    people = Identification(SERVICE, database, auth_url="http://localhost")
    http = create_http(Events(database), Tickets(database), people.verifier)
    return openapi_document(http)
