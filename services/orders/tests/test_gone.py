"""Sold out is remembered for a moment, but not to who may have an answer already."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from orders_desk import Desk, person, wants

from common.idempotency import keyed
from common.ids import new_id
from common.testing.waiting import eventually
from orders.book import Book, Offer, Stock
from orders.errors import AllHeld, SoldOut
from orders.gone import MEMORY, Gone

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def offer(ticket_id: UUID, event_id: UUID | None = None) -> Offer:
    return Offer(
        ticket_id=ticket_id,
        seller_id=new_id(),
        event_id=event_id,
        title="Floor",
        price=100,
        fee=0,
        currency="usd",
        max_per_buyer=4,
        opens_at=None,
        closes_at=None,
        published=True,
        withdrawn=False,
    )


def book(offered: Offer, *, held: int, sold: int, quantity: int = 10) -> Book:
    return Book(
        now=NOW,
        hold=timedelta(minutes=15),
        offers={offered.ticket_id: offered},
        stocks={offered.ticket_id: Stock(new_id(), quantity, held, sold)},
    )


class TestGone:
    def setup_method(self) -> None:
        self.time = 0.0
        self.gone = Gone(now=lambda: self.time)
        self.offer = offer(new_id())

    def note(self, *, held: int, sold: int = 0) -> None:
        seen = book(self.offer, held=held, sold=sold)
        self.gone.note(seen, [self.offer.ticket_id])

    def ask(self, *beside: UUID, quantity: int = 1, **changes: UUID) -> None:
        tickets = (self.offer.ticket_id, *beside)
        self.gone.refuse(wants(person(), *tickets, quantity=quantity, **changes))

    def test_what_is_held_may_come_back_and_what_is_sold_does_not(self) -> None:
        self.note(held=2, sold=8)
        with pytest.raises(AllHeld) as refused:
            self.ask(quantity=2)
        assert refused.value.extra["items"] == [
            {
                "ticket_id": self.offer.ticket_id,
                "available": 0,
                "max": 4,
                "sale_starts_at": None,
            }
        ]
        with pytest.raises(SoldOut):
            self.ask(quantity=3)

    def test_it_is_forgotten_after_a_moment(self) -> None:
        self.note(held=10)
        self.time = MEMORY + 0.001
        self.ask()

    def test_it_is_forgotten_when_units_come_back(self) -> None:
        self.note(held=10)
        self.gone.forget([self.offer.ticket_id])
        self.ask()

    def test_a_ticket_with_too_little_left_is_asked_about_again(self) -> None:
        self.note(held=9)
        self.ask()

    def test_with_other_tickets_the_database_is_asked(self) -> None:
        self.note(held=10)
        self.ask(new_id())

    def test_a_wrong_event_is_named_as_such(self) -> None:
        self.note(held=10)
        self.ask(event_id=new_id())


async def test_a_key_is_never_answered_from_memory(desk: Desk) -> None:
    """The same request again finds its order, though all is held by now."""
    single = await desk.offer(quantity=1)
    buyer = person()
    request = wants(buyer, single.ticket_id)
    key = keyed(user_id=buyer.user_id, route="POST /api/orders", key="k", body=b"{}")
    made = await desk.orders.hold(request, key)
    with pytest.raises(AllHeld):
        await desk.orders.hold(wants(person(), single.ticket_id))
    with pytest.raises(AllHeld):
        await desk.orders.hold(wants(person(), single.ticket_id))
    again = await desk.orders.hold(wants(buyer, single.ticket_id), key)
    assert again.order_id == made.order_id


async def test_what_the_buyer_gives_back_is_on_sale_at_once(desk: Desk) -> None:
    single = await desk.offer(quantity=1)
    buyer = person()
    order = await desk.order(buyer, single)
    with pytest.raises(AllHeld):
        await desk.order(person(), single)
    await desk.orders.cancel(order.id, buyer)
    await desk.order(person(), single)
    await desk.check_books()


async def test_what_a_timer_gives_back_is_on_sale_after_a_moment(desk: Desk) -> None:
    single = await desk.offer(quantity=1)
    order = await desk.order(person(), single)
    with pytest.raises(AllHeld):
        await desk.order(person(), single)
    await desk.make_due(order.id)
    await desk.orders.sweep()

    async def had() -> bool:
        await desk.order(person(), single)
        return True

    await eventually(had)
    await desk.check_books()
