"""Double entry: where the money of every payment is, and whose it is.

Each posting is a few lines that sum to zero; the database refuses one that does not,
and any change of what is written. What a line adds to an account is what the account
owes or is owed: a plus is ours to claim, a minus is ours to give.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.ids import new_id
from common.set_based import SetBased
from common.tables import CLOCK
from payments.domain import Status
from payments.tables import Base


class Account(StrEnum):
    #: What cards have promised: the other side of `authorized`.
    CARDS = "cards"
    AUTHORIZED = "authorized"
    #: What was taken at once and waits for its verdict: nobody's yet.
    HELD = "held"
    #: What was captured, and is at the provider.
    PROVIDER = "provider"
    #: What is owed to the seller.
    SELLER = "seller"
    #: What is ours.
    FEE = "fee"
    #: What is going back and has not arrived; zero once it has.
    REFUNDED = "refunded"


class Posting(StrEnum):
    #: What a payment from before this ledger came to; written by a migration.
    OPENING = "opening"
    AUTHORIZED = "authorized"
    #: By a method that cannot wait for its verdict.
    TAKEN_AT_ONCE = "taken_at_once"
    RELEASED = "released"
    CAPTURED = "captured"
    OWED_BACK = "owed_back"
    #: Taken at once and then refused: it is owed back.
    REFUSED = "refused"
    #: Captured by somebody's hand though it was refused: it is owed back at once.
    TAKEN_BY_HAND = "taken_by_hand"
    #: Captured though it was over here, and released: it is owed back at once.
    TAKEN_THOUGH_OVER = "taken_though_over"
    GIVEN_BACK = "given_back"
    NOT_GIVEN_BACK = "not_given_back"

    def entries(  # the payment, as it was before the change
        self,
        payment_id: UUID,
        *,
        amount: int,
        fee: int,
        refunded: int,
        back: int,
        authorized: bool,
        taken: bool,
        currency: str,
    ) -> Iterator["Line"]:
        """Its lines, none of them zero."""
        first = _promise(amount if authorized else 0, taken=taken)
        part = _part(fee, amount, refunded + back) - _part(fee, amount, refunded)
        posting_id = new_id()
        lines = _lines(self, amount=amount, fee=fee, first=first, back=back, part=part)
        for account, sum_ in lines.items():
            if sum_:
                yield Line(
                    posting_id=posting_id,
                    account=account.value,
                    payment_id=payment_id,
                    posting=self.value,
                    amount=sum_,
                    currency=currency,
                )


class Line(NamedTuple):
    """A line of a posting, to be written."""

    posting_id: UUID
    account: str
    payment_id: UUID
    posting: str
    amount: int
    currency: str


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


_LINES: Final = SetBased(Entry, Line._fields)


async def write_lines(session: AsyncSession, lines: Sequence[Line]) -> None:
    """Write whole postings, in one statement."""
    if lines:
        await session.execute(_LINES.insertion, _LINES.of(lines))


def posting(was: Status, becomes: Status, *, taken: bool) -> Posting | None:
    """What a change of state writes; a refund that was asked for writes its own end."""
    what = _POSTINGS.get((was, becomes))
    return Posting.TAKEN_AT_ONCE if taken and what is Posting.AUTHORIZED else what


def _part(fee: int, amount: int, back: int) -> int:
    """Of what went back so far, how much was our fee: its share, whole at the end."""
    return fee * back // amount if amount else 0


_POSTINGS: Final[Mapping[tuple[Status, Status], Posting]] = {
    (Status.PROCESSING, Status.AUTHORIZED): Posting.AUTHORIZED,
    (Status.REQUIRES_ACTION, Status.AUTHORIZED): Posting.AUTHORIZED,
    (Status.CAPTURING, Status.CAPTURED): Posting.CAPTURED,
    (Status.AUTHORIZED, Status.CAPTURED): Posting.CAPTURED,
    (Status.AUTHORIZED, Status.REFUNDING): Posting.REFUSED,
    (Status.AUTHORIZED, Status.FAILED): Posting.RELEASED,
    (Status.CAPTURING, Status.FAILED): Posting.RELEASED,
    (Status.VOIDING, Status.VOIDED): Posting.RELEASED,
    (Status.VOIDING, Status.REFUNDING): Posting.TAKEN_BY_HAND,
    (Status.CAPTURED, Status.REFUNDING): Posting.OWED_BACK,
    (Status.REFUNDING, Status.REFUNDED): Posting.GIVEN_BACK,
    (Status.FAILED, Status.RETURNING): Posting.TAKEN_THOUGH_OVER,
    (Status.VOIDED, Status.RETURNING): Posting.TAKEN_THOUGH_OVER,
    (Status.RETURNING, Status.REFUNDED): Posting.GIVEN_BACK,
}

_Lines = Mapping[Account, int]


def _promise(amount: int, *, taken: bool) -> _Lines:
    """What a payment begins with: a promise of cards, or money that nobody owns yet."""
    if taken:
        return {Account.PROVIDER: amount, Account.HELD: -amount}
    return {Account.AUTHORIZED: amount, Account.CARDS: -amount}


def _lines(
    kind: Posting, *, amount: int, fee: int, first: _Lines, back: int, part: int
) -> _Lines:
    over = {account: -sum_ for account, sum_ in first.items()}
    taken = _sum(over, {Account.PROVIDER: amount})
    owed = {Account.SELLER: back - part, Account.FEE: part, Account.REFUNDED: -back}
    not_kept = {Account.REFUNDED: -amount}
    lines: Mapping[Posting, _Lines] = {
        Posting.AUTHORIZED: _promise(amount, taken=False),
        Posting.TAKEN_AT_ONCE: _promise(amount, taken=True),
        Posting.RELEASED: over,
        Posting.CAPTURED: _sum(
            taken, {Account.SELLER: fee - amount, Account.FEE: -fee}
        ),
        Posting.REFUSED: _sum(taken, not_kept),
        Posting.TAKEN_BY_HAND: _sum(taken, not_kept),
        Posting.TAKEN_THOUGH_OVER: _sum({Account.PROVIDER: amount}, not_kept),
        Posting.OWED_BACK: owed,
        Posting.NOT_GIVEN_BACK: {account: -sum_ for account, sum_ in owed.items()},
        Posting.GIVEN_BACK: {Account.REFUNDED: back, Account.PROVIDER: -back},
    }
    return lines[kind]


def _sum(some: _Lines, others: _Lines) -> _Lines:
    accounts = some.keys() | others.keys()
    return {each: some.get(each, 0) + others.get(each, 0) for each in sorted(accounts)}
