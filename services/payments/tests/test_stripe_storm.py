"""Many payments through Stripe while everything fails by chance: the books agree."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import pairwise

import pytest
from fake_stripe_http import Kind, Operation
from fake_stripe_methods import StripeRefuses
from payments_desk import Judged, judged
from sqlalchemy import select
from stripe_desk import CHALLENGED, DECLINED, VISA, StripeDesk, open_stripe_desk

from common.clock import utcnow
from common.database import Database
from common.errors import Busy
from common.messages import OrderCreated
from payments.domain import SETTLED, Status
from payments.errors import Declined, PaymentInProgress
from payments.models import Payment

PAYMENTS = 20
ROUNDS = 20
#: Of each hundred deliveries so many never come, and so many in a later round.
LOST, LATE = 30, 20
OPERATIONS: tuple[Operation, ...] = (
    *("create", "confirm", "capture"),
    *("cancel", "refund", "retrieve"),
)
KINDS: tuple[Kind, ...] = ("error", "error", "error_after", "busy", "hang_after")
TOKENS = (
    *[VISA] * 4,
    DECLINED,
    CHALLENGED,
    "pm_ideal",
    "pm_bancontact",
    "pm_sepa_debit",
)
VERDICTS: tuple[Judged, ...] = ("accepted", "accepted", "refused")


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[StripeDesk]:
    async with open_stripe_desk(database) as desk:
        yield desk


class Storm:
    def __init__(self, desk: StripeDesk, seed: int) -> None:
        self._desk = desk
        self._chance = random.Random(seed)
        self._orders: dict[str, OrderCreated] = {}
        self._heard = 0
        self._late: list[dict[str, object]] = []

    async def pay(self) -> None:
        order = await self._desk.order(currency="eur")
        self._orders[str(order.order_id)] = order
        if self._chance.random() < 0.5:
            operation = self._chance.choice(OPERATIONS)
            self._desk.fault(operation, self._chance.choice(KINDS))
        for _ in range(2):
            try:
                await self._desk.pay(order, self._chance.choice(TOKENS))
            except (Declined, Busy, PaymentInProgress):
                continue

    async def blow_over(self) -> None:
        """Banks are answered, news comes or not, verdicts are given, time passes."""
        for intent in [*self._desk.fake.rules.intents]:
            approved = self._chance.random() < 0.7
            decline = None if approved else "generic_decline"
            with suppress(StripeRefuses):
                self._desk.fake.rules.authenticate(intent, approved=approved)
            with suppress(StripeRefuses):
                self._desk.fake.rules.finish(intent, decline)
        await self._desk.deliver(*self._news())
        for payment in await self.payments():
            if payment.state is Status.AUTHORIZED and payment.verdict is None:
                await self._judge(payment)
        self._desk.fake.released.set()
        await self._desk.sweep()

    def _news(self) -> list[dict[str, object]]:
        events = self._desk.fake.rules.events
        fresh, self._heard = events[self._heard :], len(events)
        sent = [each for each in fresh * 2 if self._chance.randrange(100) >= LOST]
        came = self._late + sent
        self._chance.shuffle(came)
        late = sum(self._chance.randrange(100) < LATE for _ in came)
        self._late = came[:late]
        return came[late:]

    async def _judge(self, payment: Payment) -> None:
        order = self._orders[str(payment.order_id)]
        verdict = self._chance.choice(VERDICTS)
        await self._desk.hear(judged(order, payment.id, verdict))

    async def payments(self) -> list[Payment]:
        async with self._desk.database.transaction() as tx:
            return list(await tx.session.scalars(select(Payment).order_by(Payment.id)))

    async def over(self) -> bool:
        return all(payment.state in SETTLED for payment in await self.payments())


async def test_whatever_fails_the_books_agree(
    desk: StripeDesk, tell: Callable[[str], None]
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    tell(f"stripe: {PAYMENTS} orders in a storm, seed {seed}")
    storm = Storm(desk, seed)
    for _ in range(PAYMENTS):
        await storm.pay()
    for _ in range(ROUNDS):
        if await storm.over():
            break
        await storm.blow_over()

    payments = await storm.payments()
    assert await storm.over(), {str(p.id): p.status for p in payments}
    for payment in payments:
        kept = desk.fake.rules.kept(payment.reference or "")
        assert kept == (payment.amount if payment.state is Status.CAPTURED else 0)
    for intent in desk.fake.rules.intents.values():
        # What was never asked of a bank may stay open: nobody has its secret.
        unasked = intent["status"] == "requires_payment_method"
        assert unasked or intent["status"] in {"succeeded", "canceled"}
        assert not (unasked and intent["last_payment_error"])
    captured = [p for p in payments if p.state is Status.CAPTURED]
    orders = sorted(p.order_id for p in captured)
    assert all(one != other for one, other in pairwise(orders))
    assert (await desk.reconciliation.run(utcnow().date())).differences == []
