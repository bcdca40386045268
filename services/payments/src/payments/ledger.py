"""Double entry: where the money of every payment is, and whose it is.

Each posting is a few lines that sum to zero; the database refuses one that does not,
and any change of what is written. What a line adds to an account is what the account
owes or is owed: a plus is ours to claim, a minus is ours to give.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from common.ids import new_id
from common.tables import CLOCK
from payments.domain import Status
from payments.tables import Base


class Account(StrEnum):
    #: What cards have promised: the other side of `authorized`.
    CARDS = "cards"
    AUTHORIZED = "authorized"
    #: What was captured, and is at the provider.
    PROVIDER = "provider"
    #: What is owed to the seller.
    SELLER = "seller"
    #: What is ours.
    FEE = "fee"
    #: What is going back and has not arrived; zero once it has.
    REFUNDED = "refunded"


class Posting(StrEnum):
    AUTHORIZED = "authorized"
    RELEASED = "released"
    CAPTURED = "captured"
    OWED_BACK = "owed_back"
    #: Captured by somebody's hand though it was refused: it is owed back at once.
    TAKEN_BY_HAND = "taken_by_hand"
    GIVEN_BACK = "given_back"
    NOT_GIVEN_BACK = "not_given_back"

    def entries(  # the payment, as it was before the change
        self,
        *,
        amount: int,
        fee: int,
        refunded: int,
        back: int,
        authorized: bool,
        currency: str,
    ) -> Iterator["Entry"]:
        """Its lines, none of them zero."""
        promised = amount if authorized else 0
        part = _part(fee, amount, refunded + back) - _part(fee, amount, refunded)
        posting_id = new_id()
        lines = _lines(
            self, amount=amount, fee=fee, promised=promised, back=back, part=part
        )
        for account, sum_ in lines.items():
            if sum_:
                yield Entry(
                    posting_id=posting_id,
                    account=account.value,
                    posting=self.value,
                    amount=sum_,
                    currency=currency,
                )


class Entry(Base):
    """A line of a posting. Never changed, never deleted."""

    __tablename__ = "ledger_entries"

    posting_id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    posting: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=CLOCK)

    __table_args__ = (
        Index("ledger_entries_payment_id_idx", "payment_id"),
        CheckConstraint("amount <> 0", name="amount"),
    )


def posting(was: Status, becomes: Status) -> Posting | None:
    """What a change of state writes; a refund that was asked for writes its own end."""
    return _POSTINGS.get((was, becomes))


def _part(fee: int, amount: int, back: int) -> int:
    """Of what went back so far, how much was our fee: its share, whole at the end."""
    return fee * back // amount if amount else 0


_POSTINGS: Final[Mapping[tuple[Status, Status], Posting]] = {
    (Status.PROCESSING, Status.AUTHORIZED): Posting.AUTHORIZED,
    (Status.REQUIRES_ACTION, Status.AUTHORIZED): Posting.AUTHORIZED,
    (Status.CAPTURING, Status.CAPTURED): Posting.CAPTURED,
    (Status.AUTHORIZED, Status.FAILED): Posting.RELEASED,
    (Status.CAPTURING, Status.FAILED): Posting.RELEASED,
    (Status.VOIDING, Status.VOIDED): Posting.RELEASED,
    (Status.VOIDING, Status.REFUNDING): Posting.TAKEN_BY_HAND,
    (Status.CAPTURED, Status.REFUNDING): Posting.OWED_BACK,
    (Status.REFUNDING, Status.REFUNDED): Posting.GIVEN_BACK,
}

_Lines = Mapping[Account, int]


def _lines(
    kind: Posting, *, amount: int, fee: int, promised: int, back: int, part: int
) -> _Lines:
    released = {Account.AUTHORIZED: -promised, Account.CARDS: promised}
    owed = {Account.SELLER: back - part, Account.FEE: part, Account.REFUNDED: -back}
    kept = {Account.SELLER: fee - amount, Account.FEE: -fee}
    taken = {**released, Account.PROVIDER: amount}
    lines: Mapping[Posting, _Lines] = {
        Posting.AUTHORIZED: {Account.AUTHORIZED: amount, Account.CARDS: -amount},
        Posting.RELEASED: released,
        Posting.CAPTURED: {**taken, **kept},
        Posting.TAKEN_BY_HAND: {**taken, Account.REFUNDED: -amount},
        Posting.OWED_BACK: owed,
        Posting.NOT_GIVEN_BACK: {account: -sum_ for account, sum_ in owed.items()},
        Posting.GIVEN_BACK: {Account.REFUNDED: back, Account.PROVIDER: -back},
    }
    return lines[kind]
