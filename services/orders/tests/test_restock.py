"""Refunded units go on sale again or stay away, as the seller chose, and only once."""

from itertools import permutations, product
from pathlib import Path
from runpy import run_path

import msgspec
import pytest
from orders_desk import Browse, Desk, authorized, event, person
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from common.messages import (
    PaymentCreated,
    PaymentRefunded,
    StockChanged,
    TicketCreated,
    TicketStock,
)
from orders.errors import SoldOut
from orders.models import Order
from orders.offers import take_offers
from orders.verdicts import Verdicts

verdicts = Verdicts()
QUANTITY = 2
OFFERED = 10
MIGRATION = "2026-11-30-0950_withhold_kept_units.py"


async def sold(
    desk: Desk, floor: TicketCreated, quantity: int = QUANTITY
) -> tuple[Order, PaymentCreated]:
    order = await desk.order(person(), floor, quantity=quantity)
    payment = authorized(order)
    await desk.hear(verdicts.judge, payment)
    return await desk.find(order.id), payment


def returned(
    payment: PaymentCreated, amount: int, *, restock: bool = True
) -> PaymentRefunded:
    return PaymentRefunded(
        payment_id=payment.payment_id,
        order_id=payment.order_id,
        buyer_id=payment.buyer_id,
        amount=payment.amount,
        currency=payment.currency,
        livemode=payment.livemode,
        amount_refunded=amount,
        restock=restock,
    )


@pytest.mark.parametrize("restock", [True, False])
async def test_in_whatever_order_it_is_heard_and_twice(
    desk: Desk,
    restock: bool,  # noqa: FBT001  # by name
) -> None:
    """Two parts and the rest; what was said of a part does not count in the end."""
    for turn, together in product(permutations(range(3)), (True, False)):
        floor = await desk.offer(quantity=OFFERED)
        order, payment = await sold(desk, floor)
        parts = (
            returned(payment, 1, restock=not restock),
            returned(payment, 2, restock=not restock),
            returned(payment, order.total, restock=restock),
        )
        heard = [parts[n] for n in turn] * 2
        for messages in [heard] if together else [[message] for message in heard]:
            await desk.hear(verdicts.refund, *messages)

        ended = await desk.find(order.id)
        assert (ended.reason, ended.amount_refunded) == ("refunded", order.total)
        stock = await desk.stock(floor)
        away = 0 if restock else QUANTITY
        assert (stock.sold, stock.withheld, stock.free) == (0, away, OFFERED - away)
    await desk.check_books()


async def test_units_given_back_belong_to_whoever_buys_them_next(desk: Desk) -> None:
    floor = await desk.offer(quantity=QUANTITY)
    order, payment = await sold(desk, floor)
    whole = returned(payment, order.total)
    await desk.hear(verdicts.refund, whole)
    again, _ = await sold(desk, floor)
    await desk.hear(verdicts.refund, whole)
    assert (await desk.find(again.id)).status == "complete"
    assert (await desk.stock(floor)).sold == QUANTITY
    await desk.check_books()


async def test_units_kept_away_are_no_hindrance_to_what_sold_units_are(
    desk: Desk,
) -> None:
    """More may be offered, and less; what is left is sold out, for none is held."""
    floor = await desk.offer(quantity=QUANTITY)
    order, payment = await sold(desk, floor)
    await desk.hear(verdicts.refund, returned(payment, order.total, restock=False))

    more = msgspec.structs.replace(floor, version=2, quantity=QUANTITY + 1)
    await desk.hear(take_offers, more)
    assert (await desk.stock(floor)).free == 1
    await sold(desk, floor, quantity=1)
    with pytest.raises(SoldOut):
        await desk.order(person(), floor)

    less = msgspec.structs.replace(floor, version=3, quantity=1)
    await desk.hear(take_offers, less)
    assert (await desk.stock(floor)).free == 0
    await desk.check_books()


async def test_what_was_kept_away_before_stocks_withheld_is_withheld(
    desk: Desk,
) -> None:
    """It counted as sold. What orders own stays sold, and tickets is told."""
    floor, other = await desk.offer(quantity=OFFERED), await desk.offer()
    for ticket, restock in ((floor, False), (floor, True), (other, True)):
        order, payment = await sold(desk, ticket)
        whole = returned(payment, order.total, restock=restock)
        await desk.hear(verdicts.refund, whole)
        await sold(desk, ticket, quantity=1)
    said = len(await desk.said("orders.stock-changed"))
    await migrate_again(
        desk,
        "UPDATE stocks SET sold = sold + withheld, withheld = 0, capacity = quantity",
        f"UPDATE ticket_stocks SET sold = sold + {QUANTITY} WHERE sold = 2",
    )

    stock = await desk.stock(floor)
    assert (stock.sold, stock.withheld) == (2, QUANTITY)
    assert stock.capacity == OFFERED - QUANTITY
    await desk.check_books()
    [told] = (await desk.said("orders.stock-changed"))[said:]
    assert msgspec.convert(told, StockChanged) == StockChanged(
        stock_id=stock.id,
        version=stock.version,
        free=stock.free,
        tickets=(TicketStock(ticket_id=floor.ticket_id, held=0, sold=2),),
    )


async def migrate_again(desk: Desk, *before: str) -> None:
    """Bring the tables back to what they were, and run the migration's statements."""
    path = Path(__file__).parents[1] / "migrations" / "versions" / MIGRATION
    statements = run_path(str(path))["WITHHOLDING"]
    async with desk.database.transaction() as tx:
        for statement in (*before, *statements):
            await tx.session.execute(text(statement))


async def test_the_database_lets_nobody_sell_them(desk: Desk) -> None:
    floor = await desk.offer(quantity=QUANTITY)
    order, payment = await sold(desk, floor)
    await desk.hear(verdicts.refund, returned(payment, order.total, restock=False))
    with pytest.raises(IntegrityError, match="not_oversold"):
        async with desk.database.transaction() as tx:
            await tx.session.execute(text("UPDATE stocks SET held = 1"))


@pytest.mark.parametrize("browse", ["framework"], indirect=True)
async def test_the_seller_sees_them_kept_away_and_the_money_gone(
    desk: Desk, browse: Browse
) -> None:
    """Kept away they are on offer to nobody, and earn nothing."""
    me, show = person(kind="member"), event()
    floor = await desk.offer(seller_id=me.user_id, event=show, quantity=OFFERED)
    order, payment = await sold(desk, floor)
    await desk.hear(verdicts.refund, returned(payment, order.total, restock=False))

    asked = {"event_id": str(show.id)}
    answer = await browse(me).get("/api/sales/summary", params=asked)
    [seen] = answer.json()["tickets"]
    assert (seen["sold"], seen["withheld"], seen["revenue"]) == (0, QUANTITY, 0)
    assert answer.json()["outcomes"]["refunded"] == 1
    shown = (await desk.said("orders.stock-changed"))[-1]
    assert shown["free"] == OFFERED - QUANTITY
