"""The payments side: real payments and the test bank's real rules, in memory.

A call to the bank has a fate, as over a network: it never leaves, its answer is lost,
its answer comes late, or the bank stumbles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from common.ids import new_id
from common.messages import Message, OrderState, newest
from money_kit.bank import Bank
from money_kit.office import Say
from money_kit.returns import Returns
from payments.domain import (
    CALLS,
    ENDED,
    LIVE,
    UNFINISHED,
    Call,
    Status,
    Verdict,
    admit,
    remaining_call,
)
from payments.errors import (
    AlreadyPaid,
    HoldEnded,
    OrderCancelled,
    PaymentInProgress,
)
from payments.models import Payment
from payments.providers.interface import Answer, Refused, Stumbled
from payments.service import verdicts_of
from payments.settlement import PROCESSING_ERROR
from payments.tables import OrderReplica

PATIENCE = timedelta(minutes=2)
REFUSALS = (AlreadyPaid, HoldEnded, OrderCancelled, PaymentInProgress)


class Fate(StrEnum):
    """What becomes of a call to the provider."""

    ANSWERED = "answered"
    #: The process dies before the call.
    NEVER_SENT = "never sent"
    #: The process dies before the answer is recorded.
    ANSWER_LOST = "answer lost"
    #: Another process acts meanwhile, and the answer is recorded afterwards.
    ANSWER_LATE = "answer late"
    #: The provider fails, and does so again under the same key.
    STUMBLED = "stumbled"


@dataclass(frozen=True)
class Late:
    """An answer on its way, and what its asker had seen."""

    payment_id: UUID
    answer: Answer
    version: int


class Till:
    """Every attempt to pay, and how it stands."""

    def __init__(self, say: Say, bank: Bank) -> None:
        self._say = say
        self._bank = bank
        self.copies: dict[UUID, OrderReplica] = {}
        self.payments: dict[UUID, Payment] = {}
        self.late: list[Late] = []
        self.returns = Returns(say, bank, patience=PATIENCE)
        #: Of no database: it keeps what payments write into the ledger.
        self._rows = Session(autoflush=False)

    # What buyers do.

    def pay(self, order_id: UUID, token: str) -> Payment | None:
        """Begin a payment, if it is admitted; an earlier challenge is called off."""
        copy = self.copies.get(order_id)
        if copy is None:
            return None
        live = self.live(order_id)
        try:
            admit(copy.status, copy.reason, live.shown if live else None)
        except REFUSALS:
            return None
        if live is not None:
            self.abandon(live)
            return None
        payment = _begun(copy, token)
        self._rows.add(payment)
        self.payments[payment.id] = payment
        if payment.free:
            self._say_all(payment.learn_free(patience=PATIENCE))
        return payment

    def live(self, order_id: UUID) -> Payment | None:
        """At most one, as the unique index has it."""
        found = [
            payment
            for payment in self.payments.values()
            if payment.order_id == order_id and payment.state in LIVE
        ]
        assert len(found) <= 1
        return found[0] if found else None

    # What it hears of orders.

    def hear(self, messages: Sequence[Message]) -> None:
        latest = newest([m for m in messages if isinstance(m, OrderState)])
        taken = [message for message in latest if self._take(message)]
        for payment_id, (verdict, order) in verdicts_of(taken).items():
            payment = self.payments[payment_id]
            if order.status == "cancelled" and verdict is Verdict.ACCEPTED:
                payment.note(verdict)
            else:
                self._say_all(payment.obey(verdict, patience=PATIENCE))
            if order.refund_due and verdict is Verdict.ACCEPTED:
                payment.owe_back()

    def _take(self, message: OrderState) -> bool:
        known = self.copies.get(message.order_id)
        if known is not None and known.version > message.version:
            return False
        self.copies[message.order_id] = OrderReplica(
            order_id=message.order_id,
            version=message.version,
            buyer_id=message.buyer_id,
            seller_id=message.seller_id,
            status=message.status,
            reason=message.reason,
            total=message.total,
            fee=message.fee,
            currency=message.currency,
        )
        return True

    # What it asks of the provider.

    def carry_on(self, payment: Payment, fate: Fate = Fate.ANSWERED) -> None:
        """Bring a payment on, as the request or the sweep does."""
        if payment.id in self.returns.pending:
            self.returns.carry_on(payment, fate)
        elif payment.free:
            self._record(payment, None, payment.version)
        elif payment.tries <= 1 and payment.state in CALLS:
            payment.tries += 1
            self._call(payment, CALLS[payment.state], fate)
        else:
            payment.tries += 1
            self._look_up_and_call(payment, fate)

    def confirm(self, payment: Payment) -> None:
        """The buyer is back from the bank."""
        if payment.state not in {Status.PROCESSING, Status.REQUIRES_ACTION}:
            return
        answer = self._bank.confirm(payment)
        if answer is not None:
            self._record(payment, answer, payment.version)

    def hear_of(self, payment: Payment) -> None:
        """News from the provider, old or new: see how the payment stands."""
        answer = None if payment.free else self._bank.look_up(payment)
        if answer is None:
            return
        self._say_all(payment.learn(answer, patience=PATIENCE))
        if payment.state in ENDED and answer.standing in UNFINISHED:
            self._bank.call_off(payment)

    def abandon(self, payment: Payment) -> None:
        """The buyer never came back from the bank."""
        if payment.state is Status.REQUIRES_ACTION:
            payment.give_up(patience=PATIENCE)

    def hear_late(self, late: Late) -> None:
        self._record(self.payments[late.payment_id], late.answer, late.version)

    def _look_up_and_call(self, payment: Payment, fate: Fate) -> None:
        answer = self._bank.look_up(payment)
        call = remaining_call(payment.state, answer.standing if answer else None)
        if call is None:
            self._record(payment, answer, payment.version)
        else:
            self._call(payment, call, fate)

    def _call(self, payment: Payment, call: Call, fate: Fate) -> None:
        if fate is Fate.NEVER_SENT:
            return
        version = payment.version
        try:
            answer = self._bank.ask(payment, call, stumbling=fate is Fate.STUMBLED)
        except (Refused, Stumbled) as error:
            self._after(payment, error)
            return
        if fate is Fate.ANSWER_LATE:
            self.late.append(Late(payment.id, answer, version))
        elif fate is not Fate.ANSWER_LOST:
            self._record(payment, answer, version)

    def _after(self, payment: Payment, error: Refused | Stumbled) -> None:
        answer = self._bank.look_up(payment)
        if answer is None and payment.state is Status.PROCESSING:
            code = error.code if isinstance(error, Refused) else PROCESSING_ERROR
            payment.fail(code, patience=PATIENCE)
        else:
            spent = payment.call_key
            self._record(payment, answer, payment.version, spent=spent)

    def _record(
        self,
        payment: Payment,
        answer: Answer | None,
        version: int,
        *,
        spent: str | None = None,
    ) -> None:
        if answer is not None:
            self._say_all(payment.learn(answer, patience=PATIENCE))
        if payment.version != version:
            return
        if spent == payment.call_key and payment.state in CALLS:
            payment.renew_key()
        self._say_all(payment.put_off(patience=PATIENCE))

    def _say_all(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self._say(message)


def _begun(copy: OrderReplica, token: str) -> Payment:
    return Payment.of(
        copy,
        payment_id=new_id(),
        provider="test",
        livemode=False,
        token=token if copy.total else None,
        asked_by=copy.buyer_id,
        request_key=None,
        patience=PATIENCE,
    )
