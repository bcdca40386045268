"""Whatever happens when: captured with a complete order, or voided without one.

The service and the test provider's rules are real; orders is a model of the rules it
keeps, and the bus delivers anything, any number of times, in any order. Once over rows
in memory, for many steps, and once over PostgreSQL and HTTP, for the same story.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from payments_desk import (
    CHALLENGED,
    DECLINED,
    VISA,
    Cut,
    Desk,
    cancelled,
    judged,
    open_desk,
    order_of,
    person,
)
from payments_memory import MemoryDesk

from common.database import Database
from common.errors import Busy, ServiceError
from common.messages import Message, OrderState, PaymentCreated, PaymentFailed
from payments.models import Payment
from payments.providers.stand_in.desk import Desk as ProviderDesk
from payments.providers.stand_in.ledger import Ledger

T = TypeVar("T")
PENDING = "tok_test_pending"
LAPSES = "tok_test_lapses"
#: Taken at once: kept or given back by the verdict.
BANKS = ("tok_test_bank", "tok_test_bankPending")

ENDED = {"voided", "failed", "refunded"}
SETTLED = ENDED | {"captured"}
#: Rounds of delivering and sweeping after which nothing may be under way.
REST = 8

tokens = st.sampled_from([VISA, VISA, CHALLENGED, DECLINED, PENDING, LAPSES, *BANKS])
cuts = st.sampled_from([None, None, "before", "after"])
faults = st.sampled_from(["error", "error_after"])
operations = st.sampled_from(["authorize", "capture", "void", "look_up"])
picks = st.integers(min_value=0, max_value=1000)


class OrderModel:
    """One order as the orders service keeps it, and every state it said."""

    def __init__(self, order: OrderState) -> None:
        self.said: list[OrderState] = [order]
        self.stock_left = True

    @property
    def now(self) -> OrderState:
        return self.said[-1]

    @property
    def complete(self) -> bool:
        return self.now.status == "complete"

    def verdict(self, payment_id: UUID) -> str | None:
        return {v.payment_id: v.verdict for v in self.now.payments}.get(payment_id)

    def expire(self) -> None:
        if self.now.status == "created":
            self.said.append(cancelled(self.now, "expired"))

    def cancel(self) -> None:
        if self.now.status == "created":
            self.said.append(cancelled(self.now, "buyer"))

    def judge(self, payment: PaymentCreated) -> None:
        if self.verdict(payment.payment_id) is not None:
            self.said.append(self.now)
            return
        matches = (payment.amount, payment.currency) == (
            self.now.total,
            self.now.currency,
        )
        revivable = self.now.reason == "expired" and self.stock_left
        accept = matches and (self.now.status == "created" or revivable)
        verdict = "accepted" if accept else "refused"
        self.said.append(judged(self.now, payment.payment_id, verdict))

    def fail(self, payment: PaymentFailed) -> None:
        verdict = self.verdict(payment.payment_id)
        if verdict is None:
            self.said.append(judged(self.now, payment.payment_id, "refused"))
        elif verdict == "accepted" and self.complete:
            self.said.append(cancelled(self.now, "payment_failed"))


class Interleavings(RuleBasedStateMachine):
    """One order, several devices, a bank, a bus that repeats and reorders."""

    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.stack = AsyncExitStack()
        self.buyer = person()
        self.desk = self.run(self.open())
        self.orders = OrderModel(order_of(self.buyer))
        self.paid = False
        self.run(self.desk.hear(self.orders.now))

    async def open(self) -> Desk | MemoryDesk:
        raise NotImplementedError

    def run(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return self.runner.run(awaited())

    # What people do

    @rule(token=tokens, cut=cuts)
    def pay(self, token: str, cut: Cut | None) -> None:
        self.paid = True
        self._with(cut, lambda: self._pay(token))

    @rule(token=tokens)
    def pay_with_another_card(self, token: str) -> None:
        self.run(self._pay(token))

    @rule()
    def pay_from_two_devices(self) -> None:
        async def both() -> None:
            await asyncio.gather(self._pay(VISA), self._pay(VISA))

        self.run(both())

    @rule(decision=st.sampled_from(["approve", "decline"]))
    def answer_the_bank(self, decision: str) -> None:
        for payment in self.run(self._payments()):
            if payment.status == "requires_action":
                self.run(self.desk.answer_bank(payment, decision))

    @rule(pick=picks, cut=cuts)
    def come_back(self, pick: int, cut: Cut | None) -> None:
        payments = self.run(self._payments())
        if payments:
            chosen = payments[pick % len(payments)].id
            self._with(cut, lambda: self.desk.payments.confirm(chosen, self.buyer))

    # What ends an order, once somebody has tried to pay it

    @precondition(lambda self: self.paid)
    @rule(how=st.sampled_from(["expire", "cancel"]))
    def end(self, how: str) -> None:
        if how == "expire":
            self.orders.expire()
        else:
            self.orders.cancel()

    @precondition(lambda self: self.orders.now.status == "cancelled")
    @rule()
    def sell_the_tickets_to_somebody_else(self) -> None:
        self.orders.stock_left = False

    # What goes wrong at the provider

    @rule(pick=picks, often=st.integers(min_value=0, max_value=3))
    def take_a_hold_back(self, pick: int, often: int) -> None:
        entries = self.run(self.desk.ledger())
        if entries and often == 0:
            self.run(self.desk.lapse(entries[pick % len(entries)].payment_id))

    @rule(operation=operations, fault=faults)
    def fail_next(self, operation: str, fault: str) -> None:
        self.run(self.desk.tell_provider(operation=operation, fault=fault))

    # What the bus does

    @rule(pick=picks)
    def tell_orders(self, pick: int) -> None:
        said = self.run(self._said())
        if said:
            self._deliver(said[pick % len(said)])

    @rule()
    def tell_orders_the_latest(self) -> None:
        for message in self.run(self._said())[-1:]:
            self._deliver(message)

    @rule()
    def tell_payments_the_latest(self) -> None:
        self.run(self.desk.hear(self.orders.now))

    @rule(pick=picks)
    def tell_payments(self, pick: int) -> None:
        said = self.orders.said
        self.run(self.desk.hear(said[pick % len(said)]))

    @rule()
    def tell_payments_everything_at_once(self) -> None:
        self.run(self.desk.hear(*reversed(self.orders.said)))

    # What payments does by itself

    @rule(cut=cuts)
    def settle(self, cut: Cut | None) -> None:
        self._with(cut, self.desk.settle)

    @rule(cut=cuts)
    def sweep(self, cut: Cut | None) -> None:
        self._with(cut, self.desk.sweep)

    @invariant()
    def at_most_one_payment_is_live(self) -> None:
        live = [p for p in self.run(self._payments()) if p.status not in ENDED]
        assert len(live) <= 1

    @invariant()
    def money_is_taken_once_and_on_a_verdict(self) -> None:
        entries = self.run(self.desk.ledger())
        taken = Counter(e.reference for e in entries if e.kind == "captured")
        could_wait = {e.reference for e in entries if e.kind == "authorized"}
        for payment_id, times in taken.items():
            assert times == 1
            if payment_id in could_wait:
                assert self.orders.verdict(payment_id) == "accepted"

    def teardown(self) -> None:
        try:
            self._come_to_rest()
            self._check_the_books()
        finally:
            self.run(self.stack.aclose())

    def _come_to_rest(self) -> None:
        """Everything heals, everything is delivered, everybody gives up waiting."""
        self.run(self.desk.heal())
        for _ in range(REST):
            for message in self.run(self._said()):
                self._deliver(message)
            self.run(self.desk.hear(*self.orders.said))
            self.run(self.desk.sweep())
            self.orders.expire()
            for payment in self.run(self._payments()):
                self.run(self.desk.age(payment.id, timedelta(hours=2)))

    def _check_the_books(self) -> None:
        self.at_most_one_payment_is_live()
        self.money_is_taken_once_and_on_a_verdict()
        payments = self.run(self._payments())
        assert {p.status for p in payments} <= SETTLED
        captured = [p.id for p in payments if p.status == "captured"]
        accepted = [
            v.payment_id for v in self.orders.now.payments if v.verdict == "accepted"
        ]
        assert captured == (accepted if self.orders.complete else [])

        taken = 0
        last: dict[str, str] = {}
        for entry in self.run(self.desk.ledger()):
            sign = {"captured": 1, "refunded": -1}.get(entry.kind, 0)
            taken += sign * entry.amount
            last[entry.payment_id] = entry.kind
        assert taken == self.orders.now.total * len(captured)
        assert set(last.values()) <= {"captured", "voided", "declined", "refunded"}

    def _deliver(self, message: Message) -> None:
        if isinstance(message, PaymentCreated):
            self.orders.judge(message)
        elif isinstance(message, PaymentFailed):
            self.orders.fail(message)

    def _with(self, cut: Cut | None, work: Callable[[], Awaitable[object]]) -> None:
        """Do it over a line that is cut once, if at all."""
        if cut is not None:
            self.desk.wire.cut_off(cut)
        self.run(work())
        self.desk.wire.times = 0

    async def _pay(self, token: str) -> None:
        try:
            await self.desk.pay(self.orders.now, self.buyer, token)
        except Busy:
            await self._pay(token)  # nothing was begun: people try again
        except ServiceError as refused:
            assert refused.status in {402, 409, 410}  # noqa: PT017  # any of them will do

    async def _payments(self) -> Sequence[Payment]:
        return await self.desk.attempts(self.buyer)

    async def _said(self) -> Sequence[Message]:
        return await self.desk.said_of(PaymentCreated, PaymentFailed)


class InMemory(Interleavings):
    async def open(self) -> MemoryDesk:
        desk = MemoryDesk()
        self.stack.push_async_callback(desk.close)
        return desk


class OverPostgres(Interleavings):
    database: Database

    async def open(self) -> Desk:
        ledger = Ledger(":memory:")
        await ledger.start()
        self.stack.push_async_callback(ledger.stop)
        opened = open_desk(self.database, ProviderDesk(ledger))
        desk = await self.stack.enter_async_context(opened)
        async with desk.erasable():
            await desk.execute(
                "TRUNCATE payments, refunds, ledger_entries, order_replicas, outbox,"
                " inbox, idempotency_keys"
            )
        return desk


def check(machine: type[Interleavings], *, examples: int, steps: int) -> None:
    run_state_machine_as_test(  # pyright: ignore[reportUnknownVariableType]  # Hypothesis leaves it open
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.timeout(300)
def test_captured_with_a_complete_order_or_voided_without_one(
    runner: asyncio.Runner,
) -> None:
    machine = type("InMemory", (InMemory,), {"runner": runner})
    check(machine, examples=250, steps=50)


@pytest.mark.timeout(300)
def test_the_same_over_a_real_database(
    runner: asyncio.Runner, database_url_factory: Callable[..., str]
) -> None:
    database = Database(database_url_factory("payments"))
    bound = {"runner": runner, "database": database}
    check(type("OverPostgres", (OverPostgres,), bound), examples=8, steps=30)
    runner.run(database.dispose())
