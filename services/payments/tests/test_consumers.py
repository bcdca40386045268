"""Messages twice, in any order, with poisoned ones among them: the same in the end."""

from datetime import timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from payments_desk import (
    PATIENCE,
    Desk,
    cancelled,
    completed,
    judged,
    next_state,
    order_of,
    person,
)
from sqlalchemy import text

from common.clock import utcnow
from common.database import Transaction
from common.ids import new_id
from common.inbox import Consumer
from common.messages import Message, OrderCreated, OrderState, SessionRevoked, Verdict
from common.revocations import store
from common.testing.deliveries import Deliveries, randoms
from payments.consumers import SERVICE, consumers
from payments.domain import Standing
from payments.models import Payment
from payments.providers.interface import Answer
from payments.tables import OrderReplica

BUYER = person()
ACCEPTED, REFUSED, LOST = [order_of(BUYER) for _ in range(3)]
UNPAID = order_of(BUYER)
PAYMENTS = {order.order_id: new_id() for order in (ACCEPTED, REFUSED, LOST)}


def story() -> list[Message]:
    """Four orders: one pays, one pays too late, one's bank gives up, one is left."""
    expired = cancelled(REFUSED, "expired")
    paid = judged(LOST, PAYMENTS[LOST.order_id], "accepted")
    second = Verdict(payment_id=new_id(), verdict="refused")
    complete = judged(ACCEPTED, PAYMENTS[ACCEPTED.order_id], "accepted")
    return [
        ACCEPTED,
        complete,
        completed(complete, payments=(*complete.payments, second)),
        REFUSED,
        expired,
        judged(expired, PAYMENTS[REFUSED.order_id], "refused"),
        LOST,
        paid,
        cancelled(paid, "payment_failed"),
        UNPAID,
        next_state(UNPAID, OrderCreated),
        cancelled(next_state(UNPAID, OrderCreated), "buyer"),
        SessionRevoked(session_id=new_id(), expires_at=utcnow() + timedelta(hours=1)),
    ]


async def prepare(tx: Transaction) -> None:
    """Three orders have a payment each; the bank of one has taken its word back."""
    for order in (ACCEPTED, REFUSED, LOST):
        replica = replica_of(order)
        tx.session.add(replica)
        payment = payment_of(replica)
        stands = [Standing.AUTHORIZED]
        if order is LOST:
            stands.append(Standing.VOIDED)
        for standing in stands:
            answer = Answer(standing=standing, reference="tp_1")
            payment.learn(answer, patience=PATIENCE)
        await tx.session.flush()
        tx.session.add(payment)


def replica_of(order: OrderState) -> OrderReplica:
    return OrderReplica(
        order_id=order.order_id,
        version=0,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        status="created",
        reason=None,
        total=order.total,
        fee=order.fee,
        currency=order.currency,
    )


def payment_of(replica: OrderReplica) -> Payment:
    return Payment.of(
        replica,
        payment_id=PAYMENTS[replica.order_id],
        provider="test",
        livemode=False,
        token="tok_visa",
        asked_by=BUYER.user_id,
        request_key=None,
        patience=PATIENCE,
    )


async def state(tx: Transaction) -> object:
    """Everything that lasts, save when things are due."""
    queries = (
        "SELECT order_id, version, status, reason FROM order_replicas ORDER BY 1",
        "SELECT id, version, status, verdict, call_key FROM payments ORDER BY 1",
        "SELECT payment_id, posting, account FROM ledger_entries ORDER BY 1, 2, 3",
        "SELECT session_id FROM revoked_sessions ORDER BY 1",
    )
    return [list(await tx.session.execute(text(query))) for query in queries]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(random=randoms())
async def test_any_delivery_ends_in_the_same_state(desk: Desk, random: Random) -> None:
    heard = [*consumers(desk.payments), Consumer(SERVICE, SessionRevoked, store)]
    deliveries = Deliveries(desk.database, heard, state=state, prepare=prepare)
    async with desk.erasable():
        await deliveries.check(story(), random, poison=order_of(person()))


async def test_the_story_ends_as_it_should(desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        await prepare(tx)
    await desk.hear(*(m for m in story() if isinstance(m, OrderState)))

    statuses = {order: await desk.status(id_) for order, id_ in PAYMENTS.items()}
    assert statuses == {
        ACCEPTED.order_id: "capturing",
        REFUSED.order_id: "voiding",
        LOST.order_id: "failed",
    }
