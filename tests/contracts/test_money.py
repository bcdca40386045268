"""Money: whatever happens in whatever order, tickets are paid and payments owed.

A Hypothesis state machine over the real rules of orders and payments together. Then
some of those rules are taken out, one at a time, and the machine must notice.
"""

import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from money_kit.till import Fate
from money_kit.world import World

from common.messages import Message, PaymentFailed
from orders import verdicts
from orders.domain import Reason
from orders.models import Order
from orders.stock import Allowances, LockedStock
from payments import domain as payments_domain
from payments.domain import Status, Verdict
from payments.models import Payment

EXAMPLES = 100
STEPS = 40
#: Walks without Hypothesis, which are many times as fast.
WALKS = 500
#: Walks in which a rule that is missing must show.
WALKS_TO_NOTICE = 3000

# What each rule is told. Listed more often, happening more often: what takes many
# steps to come about must not be stopped by the first of them.
CHOICES: Mapping[str, Sequence[Any]] = {
    "quantity": (1, 2),
    "price": (2550, 2550, 0),
    "buyer": (UUID(int=1), UUID(int=2)),
    "card": (
        *["tok_visa"] * 4,
        "tok_chargeDeclined",
        *["tok_threeDSecure2Required"] * 2,
        "tok_test_pending",
        *("tok_test_atOnce", "tok_test_bank", "tok_test_bank", "tok_test_bankPending"),
    ),
    "fate": (*[Fate.ANSWERED] * 6, *Fate),
    "reason": (Reason.BUYER, *[Reason.EXPIRED] * 3),
    "mischance": (
        *("lapse", "lapse", "by hand", "abandon", "abandon"),
        *("withdrawn", "called off", "after all", "after all"),
    ),
    "part": (True, False),
    "restock": (True, False),
    "heard": (True, True, True, False),
    "approved": (True, False),
    "back": (True, False),
    "most": (1, 2, 3, 4),
    "n": range(840),
}


def drawn(name: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(CHOICES[name])


class Money(RuleBasedStateMachine):
    """Two buyers, a ticket of one or two units, and nothing that comes in order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(quantity=1, price=2550)

    @initialize(quantity=drawn("quantity"), price=drawn("price"))
    def open_sale(self, quantity: int, price: int) -> None:
        self.world = World(quantity=quantity, price=price)

    # People.

    @rule(buyer=drawn("buyer"), heard=drawn("heard"))
    def order(self, buyer: UUID, heard: bool) -> None:  # noqa: FBT001  # by name
        if self.world.office.order(buyer) and heard:
            self.world.deliver([self.world.unheard[-1]])

    @precondition(lambda self: self.orders)
    @rule(n=drawn("n"), reason=drawn("reason"))
    def end(self, n: int, reason: Reason) -> None:
        self.world.office.end(self.an_order(n), reason)

    @precondition(lambda self: self.orders)
    @rule(n=drawn("n"), card=drawn("card"), fate=drawn("fate"))
    def pay(self, n: int, card: str, fate: Fate) -> None:
        """From the first device or from another, with this card or that."""
        payment = self.world.till.pay(self.an_order(n).id, card)
        if payment is not None:
            self.world.till.carry_on(payment, fate)

    @precondition(lambda self: self.payments)
    @rule(n=drawn("n"), approved=drawn("approved"), back=drawn("back"))
    def answer_the_bank(self, n: int, approved: bool, back: bool) -> None:  # noqa: FBT001  # by name
        payment = self.a_payment(n)
        self.world.bank.answer_challenge(payment, approved=approved)
        if back:
            self.world.till.confirm(payment)

    # The provider, and what happens to payments without anybody asking.

    @precondition(lambda self: self.payments)
    @rule(n=drawn("n"), fate=drawn("fate"))
    def carry_on(self, n: int, fate: Fate) -> None:
        payment = self.a_payment(n)
        if payment.state not in payments_domain.SETTLED:
            self.world.till.carry_on(payment, fate)

    @precondition(lambda self: self.payments)
    @rule(fate=drawn("fate"))
    def sweep(self, fate: Fate) -> None:
        """Whatever is not over is looked after, one after the other."""
        for payment in self.payments:
            if payment.state not in payments_domain.SETTLED:
                self.world.till.carry_on(payment, fate)

    @precondition(lambda self: self.payments)
    @rule(n=drawn("n"), most=drawn("most"))
    def hear_of_the_provider(self, n: int, most: int) -> None:
        """A webhook comes, once or again; it only says where to look."""
        for _ in range(most):
            self.world.till.hear_of(self.a_payment(n))

    @precondition(lambda self: self.payments)
    @rule(
        n=drawn("n"), part=drawn("part"), restock=drawn("restock"), fate=drawn("fate")
    )
    def give_back(self, n: int, part: bool, restock: bool, fate: Fate) -> None:  # noqa: FBT001  # by name
        """The seller gives money back, all that is left of it or half."""
        self.world.till.returns.give_back(
            self.a_payment(n), part=part, restock=restock, fate=fate
        )

    @precondition(lambda self: self.payments)
    @rule(n=drawn("n"), fate=drawn("fate"))
    def give_back_what_is_owed(self, n: int, fate: Fate) -> None:
        self.world.till.returns.owed(self.a_payment(n), fate)

    @precondition(lambda self: self.world.till.late)
    @rule(n=drawn("n"))
    def hear_a_late_answer(self, n: int) -> None:
        late = self.world.till.late
        self.world.till.hear_late(late.pop(n % len(late)))

    @precondition(lambda self: self.payments)
    @rule(n=drawn("n"), mischance=drawn("mischance"))
    def meddle(self, n: int, mischance: str) -> None:
        payment = self.a_payment(n)
        match mischance:
            case "lapse":
                self.world.bank.lapse(payment)
            case "by hand":
                self.world.bank.capture_by_hand(payment)
            case "after all":
                if payment.state in payments_domain.ENDED:
                    self.world.bank.capture_after_all(payment)
            case "abandon":
                self.world.till.abandon(payment)
            case "called off":
                self.world.office.call_off()
            case _:
                self.world.office.withdraw()

    # The bus.

    @precondition(lambda self: self.world.unheard)
    @rule(n=drawn("n"), most=drawn("most"))
    def deliver(self, n: int, most: int) -> None:
        self.world.deliver(_list_of(self.world.unheard, n, most))

    @precondition(lambda self: self.world.said)
    @rule(n=drawn("n"), most=drawn("most"))
    def deliver_again(self, n: int, most: int) -> None:
        self.world.deliver(_list_of(self.world.said, n, most))

    # What must be so.

    @invariant()
    def stock_is_what_orders_hold_and_own(self) -> None:
        self.world.check_stock()
        self.world.check_limits()
        self.world.check_holds()

    @invariant()
    def one_payment_is_live_and_money_is_owed(self) -> None:
        self.world.check_single_payment()
        self.world.check_money_is_owed()
        self.world.check_ledgers()

    def check_invariants_of_now(self) -> None:
        self.stock_is_what_orders_hold_and_own()
        self.one_payment_is_live_and_money_is_owed()

    def teardown(self) -> None:
        try:
            self.world.settle()
            self.world.check_stock()
            self.world.check_end()
        finally:
            self.world.bank.close()

    @property
    def orders(self) -> list[Order]:
        return list(self.world.office.orders.values())

    @property
    def payments(self) -> list[Payment]:
        return list(self.world.till.payments.values())

    def an_order(self, n: int) -> Order:
        return self.orders[n % len(self.orders)]

    def a_payment(self, n: int) -> Payment:
        return self.payments[n % len(self.payments)]


def _list_of(messages: list[Message], n: int, most: int) -> list[Message]:
    """Take one message, and others of its type, in whatever order."""
    first = messages[n % len(messages)]
    alike = [m for m in messages if m.subject == first.subject and m is not first]
    return [first, *reversed(alike)][:most]


def walk(seed: int) -> None:
    """The same machine, led by chance alone; `STEPS` steps."""
    chance, machine = random.Random(seed), Money()
    machine.open_sale(chance.choice((1, 2)), chance.choice(CHOICES["price"]))
    for _ in range(STEPS):
        possible = [
            r for r in machine.rules if all(p(machine) for p in r.preconditions)
        ]
        step = chance.choice(possible)
        told = {name: chance.choice(CHOICES[name]) for name in step.arguments}
        step.function(machine, **told)
        machine.check_invariants_of_now()
    machine.teardown()


def walk_all(seeds: Iterable[int]) -> None:
    for seed in seeds:
        try:
            walk(seed)
        except Exception as error:
            raise AssertionError(f"walk({seed})") from error


def test_a_complete_order_is_paid_and_no_other_is() -> None:
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_no_walk_ends_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    first = random.SystemRandom().randrange(1 << 32)
    with capsys.disabled():
        sys.stdout.write(f"\nmoney: {WALKS * STEPS} steps, walk({first}) and on\n")
    walk_all(range(first, first + WALKS))


# Rules taken out, one at a time.


def always(*_: object) -> bool:
    return True


def never(*_: object) -> bool:
    return False


def nothing(*_: object) -> None:
    """Neither do nor know anything."""


def sell_without_stock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LockedStock, "has_free", always)


def revive_past_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Allowances, "allow", always)


def revive_what_the_buyer_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    def expired(_: Order) -> Reason:
        return Reason.EXPIRED

    monkeypatch.setattr("orders.models.check_completable", nothing)
    monkeypatch.setattr(Order, "why_cancelled", property(expired))


def hold_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer with each payment that is started."""

    def await_payment(order: Order, longer: timedelta) -> bool:
        order.expires_at += longer
        order.version += 1
        return order.open

    monkeypatch.setattr(Order, "await_payment", await_payment)


def sell_what_was_kept_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LockedStock, "withhold_sold", LockedStock.release_sold)


def keep_tickets_without_money(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "_fail", never)


def keep_tickets_whose_money_went_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "_refund", never)


def capture_what_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    obeyed = {
        **payments_domain._OBEYED,
        (Status.AUTHORIZED, Verdict.REFUSED): Status.CAPTURING,
    }
    monkeypatch.setattr(payments_domain, "_OBEYED", obeyed)


def forget_what_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    obeyed = dict(payments_domain._OBEYED)
    del obeyed[Status.AUTHORIZED, Verdict.REFUSED]
    monkeypatch.setattr(payments_domain, "_OBEYED", obeyed)


def keep_what_was_taken_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    obeyed = dict(payments_domain._OBEYED_TAKEN)
    del obeyed[Status.AUTHORIZED, Verdict.REFUSED]
    monkeypatch.setattr(payments_domain, "_OBEYED_TAKEN", obeyed)


def keep_what_was_captured_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    learnt: dict[Any, Any] = dict(payments_domain._LEARNT)
    learnt[Status.VOIDING] = dict.fromkeys(payments_domain.Standing, Status.VOIDED)
    monkeypatch.setattr(payments_domain, "_LEARNT", learnt)


def keep_what_was_captured_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    learnt: dict[Any, Any] = dict(payments_domain._LEARNT)
    del learnt[Status.FAILED], learnt[Status.VOIDED]
    monkeypatch.setattr(payments_domain, "_LEARNT", learnt)


def ask_for_ever_under_a_spent_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Payment, "renew_key", nothing)


def judge_again_what_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Order, "verdict_on", nothing)


def accept_what_has_failed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Either of two nets holds alone: a refusal noted early, a failure said again."""
    monkeypatch.setattr(payments_domain, "_LOST_FOR_GOOD", frozenset[Status]())
    fail = verdicts._fail

    def fail_if_judged(
        order: Order, message: PaymentFailed, stock: LockedStock
    ) -> bool:
        judged = order.verdict_on(message.payment_id) is not None
        return judged and fail(order, message, stock)

    monkeypatch.setattr(verdicts, "_fail", fail_if_judged)


RULES: list[Callable[[pytest.MonkeyPatch], None]] = [
    sell_without_stock,
    revive_past_the_limit,
    revive_what_the_buyer_cancelled,
    hold_for_ever,
    sell_what_was_kept_away,
    keep_tickets_without_money,
    keep_tickets_whose_money_went_back,
    capture_what_was_refused,
    forget_what_was_refused,
    keep_what_was_captured_by_hand,
    keep_what_was_captured_after_all,
    keep_what_was_taken_and_refused,
    ask_for_ever_under_a_spent_key,
    judge_again_what_was_judged,
    accept_what_has_failed_before,
]


@pytest.mark.parametrize("take_out", RULES)
def test_the_machine_notices_a_rule_taken_out(
    take_out: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch)
    with pytest.raises(Exception):  # noqa: B017, PT011  # each shows in its own way
        walk_all(range(WALKS_TO_NOTICE))
