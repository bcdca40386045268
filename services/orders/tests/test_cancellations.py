"""An event that is cancelled ends its holds and gives its buyers their money back."""

from typing import Any

import msgspec
from orders_desk import Desk, authorized, event, person
from sqlalchemy import text

from common.ids import new_id
from common.messages import (
    PaymentRefunded,
    TicketCreated,
    TicketDeleted,
    TicketState,
    TicketUpdated,
)
from orders.cancellations import Cancellations
from orders.models import Order
from orders.offers import take_offers
from orders.repository import Repository
from orders.verdicts import Verdicts

#: Orders like the one that is there, but that nothing is left to do with them: some
#: expired, as many were paid and are due to go back, or are of no cancelled event.
SETTLED = text("""
    INSERT INTO orders
    SELECT copy.* FROM orders o, generate_series(1, 2000) n, (VALUES
        ('cancelled', 'expired', true), ('complete', NULL, true),
        ('complete', NULL, false)) ended (how, why, here),
        LATERAL jsonb_populate_record(o, jsonb_build_object('id', uuidv7(),
            'code', concat(n, how, here), 'status', how, 'reason', why,
            'event_id', CASE WHEN here THEN event_id END, 'refund_due', here)) copy
""")
LONG_AGO = text("UPDATE cancelled_events SET heard_at = heard_at - interval '2 hours'")
#: Rows of orders that this transaction has read.
READ = text("""
    SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables
    WHERE relname = 'orders'
""")


async def cancel(desk: Desk, *tickets: TicketCreated) -> None:
    """What tickets says of the tickets of an event that its seller cancelled."""
    await desk.hear(take_offers, *(called_off(ticket) for ticket in tickets))


def called_off(ticket: TicketState) -> TicketUpdated:
    assert ticket.event is not None
    info = msgspec.structs.replace(ticket.event, status="cancelled")
    facts: dict[str, Any] = msgspec.structs.asdict(ticket)
    facts |= {"version": ticket.version + 1, "event": info}
    return TicketUpdated(**facts)


async def pay(desk: Desk, order: Order) -> PaymentRefunded:
    """Complete an order; what payments will say when all of it has gone back."""
    payment = authorized(order)
    await desk.hear(Verdicts().judge, payment)
    facts: dict[str, Any] = msgspec.structs.asdict(payment)
    return PaymentRefunded(**facts, amount_refunded=order.total)


def shown(order: Order) -> tuple[str, str | None, bool]:
    return order.status, order.reason, order.refund_due


async def test_holds_end_and_what_was_paid_is_due(desk: Desk) -> None:
    show: dict[str, Any] = {"event": event(), "seller_id": new_id()}
    floor, tier = [await desk.offer(**show) for _ in range(2)]
    held = await desk.order(person(), floor, tier)
    bought = await desk.order(person(), floor)
    refund = await pay(desk, bought)
    other = await desk.order(person(), await desk.offer(event=event()))
    await cancel(desk, floor, tier)
    await Cancellations(desk.database).run()

    assert shown(await desk.find(held.id)) == ("cancelled", "withdrawn", False)
    assert shown(await desk.find(bought.id)) == ("complete", None, True)
    assert shown(await desk.find(other.id)) == ("created", None, False)
    said = await desk.said("orders.completed")
    assert [m.get("refund_due", False) for m in said] == [False, True]

    await desk.hear(Verdicts().refund, refund)
    assert shown(await desk.find(bought.id)) == ("cancelled", "refunded", True)
    await desk.check_books()


async def test_a_deleted_ticket_of_the_event_is_no_exception(desk: Desk) -> None:
    """It was deleted while somebody took it; its tombstone says the cancellation."""
    floor = await desk.offer(event=event())
    held, bought = [await desk.order(person(), floor) for _ in range(2)]
    await pay(desk, bought)
    gone = TicketDeleted(**msgspec.structs.asdict(called_off(floor)))
    await desk.hear(take_offers, gone)
    await Cancellations(desk.database).run()

    assert shown(await desk.find(held.id)) == ("cancelled", "withdrawn", False)
    assert shown(await desk.find(bought.id)) == ("complete", None, True)


async def test_it_is_done_once_however_often_it_runs(desk: Desk) -> None:
    floor = await desk.offer(event=event())
    bought = await desk.order(person(), floor)
    await pay(desk, bought)
    await cancel(desk, floor)
    for _ in range(3):
        await Cancellations(desk.database).run()
    assert len(await desk.said("orders.completed")) == 2


async def test_many_orders_follow_in_batches(desk: Desk) -> None:
    floor = await desk.offer(event=event(), quantity=30)
    orders = [await desk.order(person(), floor) for _ in range(12)]
    for order in orders[:7]:
        await pay(desk, order)
    await cancel(desk, floor)
    await Cancellations(desk.database, batch=5).run()

    found = [shown(await desk.find(order.id)) for order in orders]
    assert found[:7] == [("complete", None, True)] * 7
    assert found[7:] == [("cancelled", "withdrawn", False)] * 5
    await desk.check_books()


async def test_what_is_settled_is_not_read_again(desk: Desk) -> None:
    """Each second another look at what a whole sale left behind would never end."""
    floor = await desk.offer(event=event())
    bought = await desk.order(person(), floor)
    await pay(desk, bought)
    await cancel(desk, floor)
    async with desk.database.transaction() as tx:
        await tx.session.execute(SETTLED)
    async with desk.database.transaction() as tx:
        found = await Repository(tx).lock_of_cancelled_events(200)
        read = await tx.session.scalar(READ)

    assert [order.id for order in found] == [bought.id]
    assert read < 100


async def test_what_somebody_has_locked_is_looked_after_for_longer(desk: Desk) -> None:
    floor = await desk.offer(event=event())
    bought = await desk.order(person(), floor)
    await pay(desk, bought)
    await cancel(desk, floor)
    async with desk.database.transaction() as tx:
        await tx.session.execute(LONG_AGO)
    async with desk.database.transaction() as tx:
        await Repository(tx).lock_orders([bought.id])
        await Cancellations(desk.database).run()
    await Cancellations(desk.database).run()

    assert shown(await desk.find(bought.id)) == ("complete", None, True)
    async with desk.database.transaction() as tx:
        assert not await tx.session.scalar(text("SELECT 1 FROM cancelled_events"))


async def test_a_hold_paid_in_the_same_moment_is_given_back_too(desk: Desk) -> None:
    floor = await desk.offer(event=event())
    late = await desk.order(person(), floor)
    await cancel(desk, floor)
    await pay(desk, late)
    await Cancellations(desk.database).run()
    assert shown(await desk.find(late.id)) == ("complete", None, True)


async def test_an_order_that_cost_nothing_ends_as_well(desk: Desk) -> None:
    floor = await desk.offer(event=event(), price=0)
    bought = await desk.order(person(), floor)
    refund = await pay(desk, bought)
    await cancel(desk, floor)
    await Cancellations(desk.database).run()
    await desk.hear(Verdicts().refund, refund)
    await desk.hear(Verdicts().refund, refund)
    assert shown(await desk.find(bought.id)) == ("cancelled", "refunded", True)
    await desk.check_books()
