"""Offers: replicas follow the newest message, stock follows the seller's quantity."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from orders_desk import Desk, authorized, event, person, ticket, wants

from common.idempotency import keyed
from common.messages import TicketDeleted, TicketState, TicketUpdated
from orders.errors import AllHeld, NotOnSale, SoldOut
from orders.offers import closes_at, take_offers
from orders.verdicts import Verdicts

EARLIER = datetime.now(UTC) - timedelta(hours=1)
LATER = datetime.now(UTC) + timedelta(hours=1)


def updated(offered: TicketState, **changes: Any) -> TicketUpdated:
    return TicketUpdated(**_next(offered, **changes))


def deleted(offered: TicketState) -> TicketDeleted:
    return TicketDeleted(**_next(offered))


def _next(offered: TicketState, **changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.structs.asdict(offered)
    return facts | {"version": offered.version + 1} | changes


async def test_a_new_ticket_gets_stock_and_says_so(desk: Desk) -> None:
    floor = await desk.offer(quantity=7)
    [said] = await desk.said("orders.stock-changed")
    assert (said["free"], said["version"]) == (7, 1)
    assert said["tickets"][0]["ticket_id"] == str(floor.ticket_id)


async def test_any_order_and_repetition_end_in_the_same_offer(desk: Desk) -> None:
    first = ticket(quantity=5)
    second = updated(first, title="Balcony", quantity=9)
    for messages in ([second, first], [first, first, second], [second, second]):
        await desk.hear(take_offers, *messages)
        stock = await desk.stock(first)
        assert (stock.quantity, stock.capacity) == (9, 9)
    assert len(await desk.said("orders.stock-changed")) == 1


async def test_thousands_of_tickets_are_taken_in_one_list(desk: Desk) -> None:
    """A statement has at most 32,767 parameters: a list is not bound one by one."""
    many = [ticket(quantity=1) for _ in range(3000)]
    await desk.hear(take_offers, *many)
    assert len(await desk.said("orders.stock-changed")) == 3000


async def test_a_tombstone_makes_no_stock_and_comes_to_stay(desk: Desk) -> None:
    offered = ticket()
    await desk.hear(take_offers, deleted(offered))
    await desk.hear(take_offers, offered)
    assert await desk.said("orders.stock-changed") == []


async def test_a_deleted_ticket_is_sold_no_more_and_revokes_no_hold(
    desk: Desk,
) -> None:
    floor = await desk.offer(quantity=5)
    order = await desk.order(person(), floor, quantity=2)
    await desk.hear(take_offers, deleted(floor))
    with pytest.raises(NotOnSale):
        await desk.order(person(), floor)
    await desk.hear(Verdicts().judge, authorized(order))
    stock = await desk.stock(floor)
    assert (stock.sold, stock.free, stock.capacity) == (2, 0, 2)


async def test_a_cut_below_what_is_held_sells_nothing_more_and_revokes_nothing(
    desk: Desk,
) -> None:
    buyer, floor = person(), await desk.offer(quantity=5)
    order = await desk.order(buyer, floor, quantity=4)
    await desk.hear(take_offers, updated(floor, quantity=2))
    with pytest.raises(AllHeld):
        await desk.order(person(), floor)
    await desk.orders.cancel(order.id, buyer)
    stock = await desk.stock(floor)
    assert (stock.free, stock.capacity) == (2, 2)


async def test_a_cut_beside_holds_never_breaks_the_books(desk: Desk) -> None:
    floor = await desk.offer(quantity=20)
    cut = updated(floor, quantity=5)
    await asyncio.gather(
        *(desk.order(person(), floor, quantity=2) for _ in range(10)),
        desk.hear(take_offers, cut),
        return_exceptions=True,
    )
    stock = await desk.stock(floor)
    assert stock.quantity == 5
    assert stock.free == max(0, 5 - stock.held)
    await desk.check_books()


async def test_more_units_are_for_sale_at_once(desk: Desk) -> None:
    floor = await desk.offer(quantity=1)
    order = await desk.order(person(), floor)
    await desk.hear(Verdicts().judge, authorized(order))
    with pytest.raises(SoldOut):
        await desk.order(person(), floor)
    await desk.hear(take_offers, updated(floor, quantity=2))
    # Under a key, for without one "sold out" is remembered for a moment.
    buyer = person()
    key = keyed(user_id=buyer.user_id, route="POST /api/orders", key="k", body=b"{}")
    await desk.orders.hold(wants(buyer, floor.ticket_id), key)


async def test_buyers_pay_the_price_at_which_they_took_the_hold(desk: Desk) -> None:
    floor = await desk.offer(price=1000)
    order = await desk.order(person(), floor)
    await desk.hear(take_offers, updated(floor, price=9900))
    assert (await desk.find(order.id)).total == 1000
    assert (await desk.order(person(), floor)).total == 9900


@pytest.mark.parametrize(
    "offer",
    [
        {"sale_starts_at": LATER},
        {"sale_ends_at": EARLIER},
        {"event": event(status="draft")},
        {"event": event(status="cancelled")},
        {"event": event(starts_at=EARLIER)},
    ],
    ids=["not yet", "no longer", "draft", "cancelled", "begun"],
)
async def test_what_is_not_on_sale_is_not_sold(
    desk: Desk, offer: dict[str, object]
) -> None:
    floor = await desk.offer(**offer)
    with pytest.raises(NotOnSale):
        await desk.order(person(), floor)


moments = st.none() | st.datetimes(timezones=st.just(UTC))


@given(moments, moments, st.datetimes(timezones=st.just(UTC)))
def test_sales_close_with_the_event_at_the_latest(
    sale_ends: datetime | None, ends: datetime | None, starts: datetime
) -> None:
    show = event(starts_at=starts, ends_at=ends)
    closing = closes_at(sale_ends, show)
    assert closing is not None
    assert closing <= (ends or starts)
    assert sale_ends is None or closing <= sale_ends
    assert closes_at(sale_ends, None) == sale_ends
