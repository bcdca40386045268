"""Money: whatever happens in whatever order, tickets are paid and payments owed.

A Hypothesis state machine over the real rules of orders and payments together. Then
some of those rules are taken out, one at a time, and the machine must notice.
"""

import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from money_kit.machine import STEPS, lead, walk

from common.messages import PaymentFailed
from orders import models as orders_models
from orders import verdicts
from orders.domain import Reason
from orders.models import Order
from orders.stock import Allowances, LockedStock
from payments import domain as payments_domain
from payments.domain import Status, Verdict
from payments.models import Payment

#: `make faults` has time for more: see `tests/faults/test_steps.py`.
EXAMPLES = 100
#: Walks without Hypothesis, which are many times as fast.
WALKS = 500
#: Walks in which a rule that is missing must show.
WALKS_TO_NOTICE = 3000

Tell = Callable[[str], None]


def walk_all(seeds: Iterable[int]) -> None:
    for seed in seeds:
        try:
            walk(seed)
        except Exception as error:
            raise AssertionError(f"walk({seed})") from error


def test_a_complete_order_is_paid_and_no_other_is(tell: Tell) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    tell(f"money: led by Hypothesis, seed {seed}")
    tell(f"money: {lead(EXAMPLES, seed)} steps")


def test_no_walk_ends_otherwise(tell: Tell) -> None:
    first = random.SystemRandom().randrange(1 << 32)
    tell(f"money: {WALKS * STEPS} steps by chance, walk({first}) and on")
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

    monkeypatch.setattr(orders_models, "check_completable", nothing)
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
