"""The tiny service, put together."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import text

from common.application import Application
from common.asgi import ASGIApp, Receive, Scope, Send, respond
from common.database import Database, Transaction
from common.ids import new_id
from common.inbox import Consumer
from common.messages import StockChanged, TicketDeleted, newest
from tiny.settings import Settings

SERVICE = "tickets"

_SHOW = text("""
    INSERT INTO free (stock_id, version, free)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]),
                         CAST(:free AS integer[]))
    ON CONFLICT (stock_id) DO UPDATE
    SET version = excluded.version, free = excluded.free
    WHERE free.version < excluded.version
""")
_COUNT = text("""
    INSERT INTO effects (stock_id, version)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]))
""")


async def show(messages: list[StockChanged], tx: Transaction) -> None:
    """Count every message, remember the newest of each stock, say so."""
    counted = {
        "ids": [message.stock_id for message in messages],
        "versions": [message.version for message in messages],
    }
    await tx.session.execute(_COUNT, counted)
    latest = newest(messages)
    shown = {
        "ids": [message.stock_id for message in latest],
        "versions": [message.version for message in latest],
        "free": [message.free for message in latest],
    }
    await tx.session.execute(_SHOW, shown)
    tx.say(*(said(message.stock_id, message.version) for message in messages))


def said(ticket_id: UUID, version: int) -> TicketDeleted:
    return TicketDeleted(
        ticket_id=ticket_id,
        version=version,
        seller_id=ticket_id,
        title="tiny",
        price=100,
        fee=0,
        currency="usd",
        quantity=1,
        max_per_buyer=1,
    )


SHOWING = Consumer(SERVICE, StockChanged, show)


def create_app(settings: Settings) -> Application:
    # Tests hold it up.
    patient = timedelta(seconds=30)
    database = Database(
        settings.database_url, pool_size=4, statement=patient, lock=patient
    )
    return Application(
        name=SERVICE,
        settings=settings,
        nats_password=settings.nats_password,
        database=database,
        api=api(database),
        consumers=[SHOWING],
    )


def api(database: Database) -> ASGIApp:
    """A POST says something; any other request is answered."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        body = b""
        if scope["method"] == "POST":
            ticket_id = new_id()
            async with database.transaction() as tx:
                tx.say(said(ticket_id, 1))
            body = str(ticket_id).encode()
        await respond(send, status=200, media="text/plain", body=body)

    return cast("ASGIApp", answer)
