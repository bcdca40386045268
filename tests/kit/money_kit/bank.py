"""The test provider's own rules and ledger, without its process."""

import sqlite3
from collections.abc import Callable
from uuid import UUID

from common.ids import new_id
from payments.domain import Call, Standing
from payments.models import Payment
from payments.providers.interface import Answer, Redirect, Refused, Stumbled
from payments.providers.stand_in import bank
from payments.providers.stand_in.books import SCHEMA, Account, Books
from payments.providers.stand_in.cards import CARDS
from payments.providers.stand_in.wire import AuthorizeBody
from payments.refunding import Refund

Outcome = Account | Refused | Stumbled


class Bank:
    """Honours keys as the provider's desk does: one act and one answer each."""

    def __init__(self) -> None:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.executescript(SCHEMA)
        self.close = connection.close
        self._books = Books(connection)
        self._kept: dict[str, Outcome] = {}
        #: Accounts that somebody captured by hand, past all rules of ours.
        self.meddled: set[UUID] = set()

    # What payments asks.

    def ask(self, payment: Payment, call: Call, *, stumbling: bool) -> Answer:
        """Raises `Refused` or `Stumbled`, the same again for the same key."""
        if payment.call_key not in self._kept:
            outcome = Stumbled() if stumbling else self._act(payment, call)
            self._kept[payment.call_key] = outcome
        outcome = self._kept[payment.call_key]
        if isinstance(outcome, Exception):
            raise outcome
        return _answer(outcome)

    def give_back(self, payment: Payment, refund: Refund, *, stumbling: bool) -> None:
        """As `ask`, for a refund that somebody asked for."""
        if refund.call_key not in self._kept:
            outcome = Stumbled() if stumbling else self._act(payment, Call.REFUND)
            self._kept[refund.call_key] = outcome
        if isinstance(outcome := self._kept[refund.call_key], Exception):
            raise outcome

    def look_up(self, payment: Payment) -> Answer | None:
        account = self._books.by_reference(payment.id)
        return _answer(bank.look_up(self._books, account)) if account else None

    def confirm(self, payment: Payment) -> Answer | None:
        account = self._books.by_reference(payment.id)
        if account is None:
            return None
        try:
            return _answer(bank.confirm(self._books, account.id))
        except bank.Refusal:
            return self.look_up(payment)

    def call_off(self, payment: Payment) -> None:
        """Void what is over at payments, whatever it waits for."""
        bank.void(self._books, str(payment.reference))

    # What buyers, and their banks, do.

    def answer_challenge(self, payment: Payment, *, approved: bool) -> None:
        if account := self._standing(payment, Standing.REQUIRES_ACTION):
            bank.answer_challenge(self._books, account.challenge, approved=approved)

    def lapse(self, payment: Payment) -> None:
        """Take an authorization back."""
        if account := self._standing(payment, Standing.AUTHORIZED):
            bank.lapse(self._books, account.id)

    def capture_by_hand(self, payment: Payment) -> None:
        if account := self._standing(payment, Standing.AUTHORIZED):
            bank.capture(self._books, account.id, account.amount)
            self.meddled.add(payment.id)

    def capture_after_all(self, payment: Payment) -> None:
        """Take what was lapsed, declined or called off, as no bank should."""
        account = self._books.by_reference(payment.id)
        if account is not None and not account.captured:
            self._books.enter(account.id, "captured", account.amount)
            self.meddled.add(payment.id)

    def takes_at_once(self, payment: Payment) -> bool:
        account = self._books.by_reference(payment.id)
        return account is not None and CARDS[account.token].at_once

    def account(self, payment_id: UUID) -> Account | None:
        return self._books.by_reference(payment_id)

    def _standing(self, payment: Payment, standing: Standing) -> Account | None:
        account = self._books.by_reference(payment.id)
        return account if account and account.standing is standing else None

    def _act(self, payment: Payment, call: Call) -> Outcome:
        acts: dict[Call, Callable[[], Account]] = {
            Call.AUTHORIZE: lambda: self._authorize(payment),
            Call.CAPTURE: lambda: bank.capture(
                self._books, str(payment.reference), payment.amount
            ),
            Call.VOID: lambda: bank.void(self._books, str(payment.reference)),
            Call.REFUND: lambda: bank.refund(
                self._books, str(payment.reference), payment.left_to_refund
            ),
        }
        try:
            return acts[call]()
        except bank.Refusal as refusal:
            return Refused(refusal.code, refusal.detail)

    def _authorize(self, payment: Payment) -> Account:
        assert payment.token is not None
        wanted = AuthorizeBody(
            amount=payment.amount,
            currency=payment.currency,
            token=payment.token,
            reference=payment.id,
            return_url=f"/orders/{new_id()}",
        )
        return bank.authorize(self._books, wanted, CARDS[payment.token])


def _answer(account: Account) -> Answer:
    body = bank.body_of(account)
    return Answer(
        standing=body.standing,
        reference=body.id,
        amount_refunded=body.amount_refunded,
        decline_code=body.decline_code,
        next_action=Redirect(body.challenge) if body.challenge else None,
    )
