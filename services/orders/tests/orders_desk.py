"""What orders' tests are made of: people, tickets, payments, and a desk."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.database import Database, transient
from common.identity import Identity
from common.ids import new_id
from common.messages import EventInfo, PaymentCreated, TicketCreated, Venue
from common.testing.waiting import LIMIT
from orders.book import Request, Wanted
from orders.models import Order
from orders.offers import take_offers
from orders.repository import Repository
from orders.service import Orders
from orders.tables import Stock
from orders.verdicts import Verdicts

Browse = Callable[..., httpx.AsyncClient]

HOLD = timedelta(minutes=15)


def person(**changes: Any) -> Identity:
    facts: dict[str, Any] = {
        "user_id": new_id(),
        "session_id": new_id(),
        "kind": "guest",
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
    }
    return Identity(**(facts | changes))


def ticket(**changes: Any) -> TicketCreated:
    facts: dict[str, Any] = {
        "ticket_id": new_id(),
        "version": 1,
        "seller_id": new_id(),
        "title": "Floor",
        "price": 2550,
        "fee": 0,
        "currency": "usd",
        "quantity": 10,
        "max_per_buyer": 50,
    }
    return TicketCreated(**(facts | changes))


def event(**changes: Any) -> EventInfo:
    facts: dict[str, Any] = {
        "id": new_id(),
        "status": "published",
        "name": "The Last Waltz",
        "venue": Venue(name="Winterland", city="San Francisco", country="US"),
        "timezone": "America/Los_Angeles",
        "starts_at": datetime.now(UTC) + timedelta(days=30),
        "starts_at_local": "2026-12-25T20:00:00",
    }
    return EventInfo(**(facts | changes))


def wants(
    buyer: Identity, *tickets: UUID, quantity: int = 1, **changes: Any
) -> Request:
    items = tuple(Wanted(ticket_id, quantity) for ticket_id in tickets)
    facts: dict[str, Any] = {
        "buyer_id": buyer.user_id,
        "owners": buyer.owners,
        "items": items,
    }
    return Request(**(facts | changes))


def authorized(order: Order, **changes: Any) -> PaymentCreated:
    facts: dict[str, Any] = {
        "payment_id": new_id(),
        "order_id": order.id,
        "buyer_id": order.buyer_id,
        "amount": order.total,
        "currency": order.currency,
    }
    return PaymentCreated(**(facts | changes))


class Desk:
    """The service with what tests ask of it beside its own verbs."""

    def __init__(self, database: Database, orders: Orders) -> None:
        self.database = database
        self.orders = orders

    async def offer(self, **changes: Any) -> TicketCreated:
        offered = ticket(**changes)
        await self.hear(take_offers, offered)
        return offered

    async def hear(self, handle: Callable[..., Any], *messages: Any) -> None:
        async with self.database.transaction() as tx:
            await handle(list(messages), tx)

    async def hear_again(self, handle: Callable[..., Any], *messages: Any) -> None:
        """As consumers do: what was locked for too long is heard once more."""

        async def heard() -> bool:
            try:
                await self.hear(handle, *messages)
            except DBAPIError as error:
                if not transient(error):
                    raise
                return False
            return True

        async with asyncio.timeout(LIMIT):
            while not await heard():
                pass

    async def order(
        self, buyer: Identity, *tickets: TicketCreated, quantity: int = 1
    ) -> Order:
        ids = [t.ticket_id for t in tickets]
        request = wants(buyer, *ids, quantity=quantity)
        held = await self.orders.hold(request)
        return await self.find(held.order_id)

    async def find(self, order_id: UUID) -> Order:
        async with self.database.transaction() as tx:
            found = await Repository(tx).get(order_id)
        assert found is not None
        return found[0]

    async def stock(self, offered: TicketCreated) -> Stock:
        async with self.database.transaction() as tx:
            stocks = await Repository(tx).lock_stocks([offered.ticket_id])
        return stocks[offered.ticket_id]

    async def said(self, subject: str) -> list[dict[str, Any]]:
        """Every message on a subject, in the order it was said."""
        query = text(
            "SELECT m AS message FROM outbox,"
            " jsonb_array_elements(convert_from(payload, 'UTF8')::jsonb -> 'messages')"
            " AS m WHERE subject = :subject ORDER BY id"
        )
        async with self.database.transaction() as tx:
            return list(await tx.session.scalars(query, {"subject": subject}))

    async def make_due(self, order_id: UUID) -> None:
        statement = text(
            "UPDATE orders SET expires_at = clock_timestamp() - interval '1 second'"
            " WHERE id = :id"
        )
        async with self.database.transaction() as tx:
            await tx.session.execute(statement, {"id": order_id})

    async def check_books(self) -> None:
        """I1: per stock, held and sold are the units of its live orders, and fit."""
        query = text("""
            SELECT s.id, s.held, s.sold, s.capacity,
                   coalesce(sum(i.quantity) FILTER (WHERE o.status IN
                       ('created', 'awaiting_payment')), 0) AS holding,
                   coalesce(sum(i.quantity) FILTER (WHERE o.status =
                       'complete'), 0) AS owning
            FROM stocks s JOIN ticket_stocks t ON t.stock_id = s.id
            LEFT JOIN order_items i ON i.ticket_id = t.ticket_id
            LEFT JOIN orders o ON o.id = i.order_id
            GROUP BY s.id""")
        async with self.database.transaction() as tx:
            rows = list(await tx.session.execute(query))
        for row in rows:
            assert (row.held, row.sold) == (row.holding, row.owning)
            assert row.held + row.sold <= row.capacity


#: These routes stand behind the framework alone.
framework = pytest.mark.parametrize("browse", ["framework"], indirect=True)


def seller() -> Identity:
    return person(kind="member")


async def complete(desk: Desk, order: Order) -> None:
    await desk.hear(Verdicts().judge, authorized(order))


async def sold(desk: Desk, ticket: Any, name: str = "Ada", quantity: int = 1) -> Order:
    """A complete order of somebody with a name."""
    buyer = person()
    order = await desk.order(buyer, ticket, quantity=quantity)
    email = f"{order.code.lower()}@example.com"
    await desk.orders.name_contact(order.id, buyer, name=name, email=email)
    await complete(desk, order)
    return await desk.find(order.id)
