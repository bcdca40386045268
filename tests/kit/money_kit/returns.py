"""Money on its way back: real refunds and the test bank's real rules, in memory."""

from typing import TYPE_CHECKING, cast
from uuid import UUID

from sqlalchemy.orm import object_session

from money_kit.bank import Bank
from money_kit.office import Say
from payments.domain import Status
from payments.ledger import Entry
from payments.models import Payment
from payments.providers.interface import Refused, Stumbled
from payments.refunding import Refund

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy.orm import Session


class Returns:
    """Every refund under way; one of a payment at most."""

    def __init__(self, say: Say, bank: Bank, *, patience: "timedelta") -> None:
        self._say = say
        self._bank = bank
        self._patience = patience
        self.pending: dict[UUID, Refund] = {}

    def give_back(
        self, payment: Payment, *, part: bool, fate: str, restock: bool = True
    ) -> None:
        """A seller gives back all that is left of a payment, or half of it."""
        if payment.state is not Status.CAPTURED:
            return
        left = payment.left_to_refund
        self.pending[payment.id] = Refund.of(
            payment,
            amount=left // 2 if part else left,
            restock=restock,
            reason=None,
            asked_by=None,
            patience=self._patience,
        )
        self.carry_on(payment, fate)

    def owed(self, payment: Payment, fate: str) -> None:
        """Give back what a cancelled event owes."""
        if payment.refund_due_at is not None:
            self.give_back(payment, part=False, fate=fate)

    def carry_on(self, payment: Payment, fate: str) -> None:
        """Bring a refund on, as the request or the sweep does."""
        refund = self.pending[payment.id]
        again, refund.tries = refund.tries > 1, refund.tries + 1
        if payment.free or (again and self._went_back(payment, refund)):
            self._end(payment)
        elif fate != "never sent":
            self._ask(payment, refund, fate)

    def _ask(self, payment: Payment, refund: Refund, fate: str) -> None:
        stumbling = fate == "stumbled"
        try:
            self._bank.give_back(payment, refund, stumbling=stumbling)
        except (Refused, Stumbled) as error:
            if self._went_back(payment, refund):
                self._end(payment)
            elif isinstance(error, Refused):
                self._end(payment, error.code)
            else:
                refund.put_off(spent=refund.call_key, patience=self._patience)
        else:
            if fate == "answered":
                self._end(payment)

    def _went_back(self, payment: Payment, refund: Refund) -> bool:
        answer = self._bank.look_up(payment)
        expected = payment.amount_refunded + refund.amount
        return answer is not None and answer.amount_refunded >= expected

    def _end(self, payment: Payment, error: str | None = None) -> None:
        refund = self.pending.pop(payment.id)
        refund.end(error)
        for message in payment.end_refund(
            done=error is None, restock=refund.restock, patience=self._patience
        ):
            self._say(message)


def balances(payment: Payment) -> dict[str, int]:
    """What every account of a payment's ledger comes to, where that is not zero."""
    sums: dict[str, int] = {}
    for row in cast("Session", object_session(payment)).new:
        if isinstance(row, Entry) and row.payment_id == payment.id:
            sums[row.account] = sums.get(row.account, 0) + row.amount
    return {account: amount for account, amount in sums.items() if amount}
