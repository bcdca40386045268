"""The state machine: every rule that people, the provider and the bus may follow."""

import random
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis import seed as seeded
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from common.messages import Message
from money_kit.till import Fate
from money_kit.world import World
from orders.domain import Reason
from orders.models import Order
from payments import domain as payments_domain
from payments.models import Payment

#: Of one walk, whoever leads it.
STEPS = 40

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


def lead(examples: int, seed: int) -> int:
    """Let Hypothesis look for walks that end otherwise; how many steps it made."""
    made = 0

    class Counted(Money):
        @invariant()
        def count(self) -> None:
            nonlocal made
            made += 1

    run_state_machine_as_test(
        seeded(seed)(Counted),
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
    return made - examples  # opening the sale is none
