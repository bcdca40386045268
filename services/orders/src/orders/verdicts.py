"""What becomes of payments: every authorized one gets a verdict, and keeps it.

The verdict is part of the order's state and said with it, whatever it is; payments
captures, voids or refunds on nothing else. A payment that comes again is answered with
the order as it is now.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from common.database import Transaction
from common.messages import (
    PaymentCreated,
    PaymentFact,
    PaymentFailed,
    PaymentRefunded,
    PaymentStarted,
)
from orders.domain import LENGTHENING, Reason, Status, Verdict
from orders.errors import OrderNotFound
from orders.models import Order, OrderPayment
from orders.repository import Repository
from orders.stock import Allowances, LockedStock


class Verdicts:
    """Consumers of what payments says; each list is one transaction."""

    def __init__(self, *, lengthening: timedelta = LENGTHENING) -> None:
        self._lengthening = lengthening

    async def wait(self, messages: list[PaymentStarted], tx: Transaction) -> None:
        """Hold the tickets longer while a buyer is at the bank, an order once."""
        orders = await _lock(messages, tx)
        tx.say(
            *(
                order.message()
                for order in orders.values()
                if order.await_payment(self._lengthening)
            )
        )

    async def judge(self, messages: list[PaymentCreated], tx: Transaction) -> None:
        """Answer every authorized payment, a judged one with its order as it is."""
        rows = Repository(tx)
        orders = await _among(messages, rows.lock_unjudged)
        stock = await LockedStock.of(tx, orders.values())
        late = (order for order in orders.values() if not order.open)
        allowances = await Allowances.of(tx, late)
        verdicts: list[OrderPayment] = []
        for message in messages:
            order = orders[message.order_id]
            if order.verdict_on(message.payment_id) is None:
                verdicts.append(_judge(order, message, stock, allowances))
        await rows.write_judged(list(orders.values()), verdicts)
        await stock.say()
        tx.say(*(order.message() for order in orders.values()))

    async def fail(self, messages: list[PaymentFailed], tx: Transaction) -> None:
        """Take the tickets back for money that can never be had."""
        orders = await _lock(messages, tx)
        stock = await LockedStock.of(tx, orders.values())
        changed = {m.order_id for m in messages if _fail(orders[m.order_id], m, stock)}
        await stock.say()
        tx.say(*(orders[order_id].message() for order_id in sorted(changed)))

    async def refund(self, messages: list[PaymentRefunded], tx: Transaction) -> None:
        """Note what went back; an order refunded whole is over."""
        orders = await _lock(messages, tx)
        stock = await LockedStock.of(tx, orders.values())
        changed = {
            m.order_id for m in messages if _refund(orders[m.order_id], m, stock)
        }
        await stock.say()
        tx.say(*(orders[order_id].message() for order_id in sorted(changed)))


async def _lock(
    messages: Iterable[PaymentFact], tx: Transaction
) -> Mapping[UUID, Order]:
    return await _among(messages, Repository(tx).lock_orders)


async def _among(
    messages: Iterable[PaymentFact], lock: Callable[[set[UUID]], Awaitable[list[Order]]]
) -> Mapping[UUID, Order]:
    wanted = {message.order_id for message in messages}
    orders = {order.id: order for order in await lock(wanted)}
    if wanted - orders.keys():
        raise OrderNotFound
    return orders


def _judge(
    order: Order, message: PaymentCreated, stock: LockedStock, allowances: Allowances
) -> OrderPayment:
    verdict = Verdict.REFUSED
    if (message.amount, message.currency) == (order.total, order.currency):
        verdict = _allocate(order, stock, allowances)
    passed = _passed(message, verdict)
    order.judge(passed)
    return passed


def _passed(message: PaymentFact, verdict: Verdict) -> OrderPayment:
    return OrderPayment(
        payment_id=message.payment_id,
        order_id=message.order_id,
        verdict=verdict.value,
    )


def _allocate(order: Order, stock: LockedStock, allowances: Allowances) -> Verdict:
    if order.open:
        stock.sell_held(order)
        return Verdict.ACCEPTED
    if order.why_cancelled is not Reason.EXPIRED:
        return Verdict.REFUSED
    if not (stock.has_free(order) and allowances.allow(order)):
        return Verdict.REFUSED
    stock.sell_free(order)
    allowances.note(order)
    return Verdict.ACCEPTED


def _fail(order: Order, message: PaymentFailed, stock: LockedStock) -> bool:
    verdict = order.verdict_on(message.payment_id)
    if verdict is None:
        order.judge(_passed(message, Verdict.REFUSED))
        return True
    if verdict is Verdict.REFUSED or order.status != Status.COMPLETE:
        return False
    stock.release_sold(order)
    order.cancel(Reason.PAYMENT_FAILED)
    return True


def _refund(order: Order, message: PaymentRefunded, stock: LockedStock) -> bool:
    if order.verdict_on(message.payment_id) is not Verdict.ACCEPTED:
        return False
    news = order.refunded(message.amount_refunded)
    whole = message.amount_refunded == message.amount
    if not (whole and order.status == Status.COMPLETE):
        return news
    if message.restock:
        stock.release_sold(order)
    else:
        stock.withhold_sold(order)
    order.cancel(Reason.REFUNDED)
    return True
