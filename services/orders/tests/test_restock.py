"""Refunded units go on sale again or stay away, as the seller chose, and only once."""

from itertools import permutations, product

import pytest
from orders_desk import Browse, Desk, authorized, event, person

from common.messages import PaymentCreated, PaymentRefunded, TicketCreated
from orders.models import Order
from orders.verdicts import Verdicts

verdicts = Verdicts()
QUANTITY = 2
OFFERED = 10


async def sold(desk: Desk, floor: TicketCreated) -> tuple[Order, PaymentCreated]:
    order = await desk.order(person(), floor, quantity=QUANTITY)
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
        assert (stock.held, stock.sold, stock.free) == (0, away, OFFERED - away)


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


@pytest.mark.parametrize("browse", ["framework"], indirect=True)
async def test_the_seller_sees_them_sold_and_the_money_gone(
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
    assert (seen["held"], seen["sold"], seen["revenue"]) == (0, QUANTITY, 0)
    assert answer.json()["outcomes"]["refunded"] == 1
    shown = (await desk.said("orders.stock-changed"))[-1]
    assert shown["free"] == OFFERED - QUANTITY
