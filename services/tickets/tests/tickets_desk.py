"""What tickets' tests are made of: people, events, tickets, stock, and a desk."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from common.database import Database
from common.idempotency import Keyed, keyed
from common.identity import Identity
from common.ids import new_id
from common.messages import StockChanged, TicketStock
from tickets.domain.events import EventDetails, Venue, When
from tickets.domain.tickets import TicketTerms
from tickets.models import Event, Ticket
from tickets.service import Events, Tickets

Browse = Callable[..., httpx.AsyncClient]

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
BERLIN = "Europe/Berlin"
HALL = Venue("Festsaal", None, "Berlin", None, "DE")


class MovableClock:
    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


def person(**changes: Any) -> Identity:
    facts: dict[str, Any] = {
        "user_id": new_id(),
        "session_id": new_id(),
        "kind": "member",
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
    }
    return Identity(**(facts | changes))


def show(
    *, starts_at: datetime = NOW + timedelta(days=30), **changes: Any
) -> EventDetails:
    ends_at = changes.pop("ends_at", None)
    facts: dict[str, Any] = {
        "name": "The Last Waltz",
        "venue": HALL,
        "when": When.at(starts_at, BERLIN, ends_at),
    }
    return EventDetails(**(facts | changes))


def floor(**changes: Any) -> TicketTerms:
    facts: dict[str, Any] = {"title": "Floor", "price": 2550, "quantity": 10}
    return TicketTerms(**(facts | changes))


def stock(*tickets: UUID, version: int = 1, **changes: Any) -> StockChanged:
    held, sold = changes.pop("held", 0), changes.pop("sold", 0)
    parts = tuple(TicketStock(ticket_id=t, held=held, sold=sold) for t in tickets)
    facts: dict[str, Any] = {"stock_id": new_id(), "version": version, "free": 10}
    return StockChanged(tickets=parts, **(facts | changes))


A_MOMENT = "public, max-age=1, stale-while-revalidate=1"
EVENTS = "/api/events"
TICKETS = "/api/tickets"
VENUE = {"name": "Festsaal", "city": "Berlin", "country": "DE"}


def an_event(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": "The Last Waltz",
        "venue": VENUE,
        "timezone": "Europe/Berlin",
        "starts_at_local": "2026-12-31T20:00:00",
    }
    return {key: value for key, value in (facts | changes).items() if value != ...}


def a_ticket(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"title": "Floor", "price": 2550}
    return {key: value for key, value in (facts | changes).items() if value != ...}


def fault(answer: httpx.Response) -> tuple[int, str, str | None]:
    """Status, code and first wrong field of a refusal."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    field = body["errors"][0]["field"] if "errors" in body else None
    return answer.status_code, body["type"].removeprefix("/problems/"), field


def a_key(user: Identity, body: bytes = b"{}") -> Keyed:
    return keyed(user_id=user.user_id, route="POST /api", key="once", body=body)


def named(name: str) -> Any:
    def change(present: EventDetails) -> EventDetails:
        return replace(present, name=name)

    return change


def titled(title: str, **changes: Any) -> Any:
    def change(present: TicketTerms) -> TicketTerms:
        return replace(present, title=title, **changes)

    return change


class Desk:
    """The service with what tests ask of it beside its own verbs."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database = database
        self.clock = clock
        self.events = Events(database, clock=clock)
        self.tickets = Tickets(database, clock=clock)

    async def announce(self, seller: Identity, **changes: Any) -> Event:
        return (await self.events.announce(show(**changes), seller=seller)).thing

    async def offer(self, seller: Identity, **changes: Any) -> Ticket:
        return (await self.tickets.offer(floor(**changes), seller=seller)).thing

    async def hear(self, *told: StockChanged) -> None:
        async with self.database.transaction() as tx:
            await self.tickets.show_stock(told, tx)

    async def take(self, ticket: Ticket, *, held: int = 0, sold: int = 0) -> None:
        """Let orders say that units are held and sold, the rest free."""
        free = max(0, ticket.quantity - held - sold)
        await self.hear(stock(ticket.id, free=free, held=held, sold=sold))

    async def find(self, ticket: Ticket, visitor: Identity | None = None) -> Ticket:
        return await self.tickets.get(ticket.id, visitor=visitor)

    async def cancel(self, event: Event) -> None:
        await self.events.cancel(event.id, editor=person(user_id=event.seller_id))

    async def said(self, subject: str) -> Sequence[dict[str, Any]]:
        """Every message on a subject, in the order it was said."""
        query = text(
            "SELECT m AS message FROM outbox,"
            " jsonb_array_elements(convert_from(payload, 'UTF8')::jsonb -> 'messages')"
            " AS m WHERE subject = :subject ORDER BY id"
        )
        async with self.database.transaction() as tx:
            return list(await tx.session.scalars(query, {"subject": subject}))
