"""Refunds that somebody asked for: their table, and questions asked of it.

A payment has one under way at most. So what a lost answer meant can be read from all
that the provider gave back, and nobody gives back twice by clicking twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from common.database import Transaction
from common.ids import new_id
from common.tables import CLOCK
from payments.domain import LIVE, Status, retry_after
from payments.models import Payment
from payments.tables import Base

_LIVE: Final = [status.value for status in LIVE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a seller wants to give back; `amount` None: all that is left."""

    amount: int | None
    restock: bool
    reason: str | None


class RefundStatus(StrEnum):
    #: Asked for; the provider has not answered, or its answer is not known.
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    #: The provider will not; nothing went back.
    FAILED = "failed"


class Refund(Base):
    """Money of a payment on its way back to the buyer."""

    __tablename__ = "refunds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    status: Mapped[str]
    amount: Mapped[int]
    #: Whether the units go on sale again, once the order is refunded whole.
    restock: Mapped[bool]
    reason: Mapped[str | None]
    #: Why the provider refused.
    error: Mapped[str | None]
    #: The seller; None: the event was cancelled.
    asked_by: Mapped[UUID | None]
    #: Numbers the provider's key: one that failed there is spent.
    attempt: Mapped[int]
    #: How often it was looked after, and when it is again.
    tries: Mapped[int]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=CLOCK)

    __table_args__ = (
        Index("refunds_payment_id_idx", "payment_id"),
        Index(
            "refunds_pending_idx",
            "payment_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
        Index("refunds_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        CheckConstraint("status IN ('pending', 'succeeded', 'failed')", name="status"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    @classmethod
    def of(
        cls,
        payment: Payment,
        *,
        amount: int,
        restock: bool,
        reason: str | None,
        asked_by: UUID | None,
        patience: timedelta,
    ) -> "Refund":
        """Begin to give money back; the payment says so too."""
        refund = cls(
            id=new_id(),
            payment_id=payment.id,
            status=RefundStatus.PENDING.value,
            amount=amount,
            restock=restock,
            reason=reason,
            error=None,
            asked_by=asked_by,
            attempt=1,
            # Whoever begins it asks the provider: the sweep's try is the second.
            tries=1,
            due_at=func.clock_timestamp() + patience,
        )
        payment.begin_refund(refund.id, amount, patience=patience)
        return refund

    @property
    def pending(self) -> bool:
        return self.status == RefundStatus.PENDING

    @property
    def call_key(self) -> str:
        """Its idempotency key at the provider, committed before the call."""
        return f"refund:{self.id}:{self.attempt}"

    def end(self, error: str | None) -> None:
        done = RefundStatus.FAILED if error else RefundStatus.SUCCEEDED
        self.status, self.error, self.due_at = done.value, error, None

    def put_off(self, *, spent: str | None, patience: timedelta) -> None:
        """Look again later, under another key if this one is spent."""
        if spent == self.call_key:
            self.attempt += 1
        wait = retry_after(self.tries, patience=patience)
        self.due_at = func.clock_timestamp() + wait


class RefundRows:
    """The refunds of one transaction. Payments are locked before their refunds."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    def add(self, refund: Refund) -> None:
        self._session.add(refund)

    async def flush(self) -> None:
        await self._session.flush()

    async def get(self, refund_id: UUID) -> Refund:
        refund = await self._session.get(Refund, refund_id)
        assert refund is not None  # refunds are never deleted
        return refund

    async def payment(self, payment_id: UUID) -> Payment | None:
        """The payment, locked."""
        return await self._session.scalar(
            select(Payment)
            .where(Payment.id == payment_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    async def lock(self, refund_id: UUID) -> Refund:
        refund = await self._session.scalar(
            select(Refund)
            .where(Refund.id == refund_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        assert refund is not None  # refunds are never deleted
        return refund

    async def claim_due(self, *, limit: int, lease: timedelta) -> Sequence[Refund]:
        """Refunds whose outcome is not known; nobody else gets them in the lease."""
        due = (
            select(Refund.id)
            .where(Refund.due_at <= func.now())
            .order_by(Refund.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = await self._session.scalars(
            update(Refund)
            .where(Refund.id.in_(due))
            .values(due_at=func.clock_timestamp() + lease, tries=Refund.tries + 1)
            .returning(Refund)
        )
        return claimed.all()

    async def lock_owed(self, *, limit: int) -> Sequence[Payment]:
        """Captured payments of cancelled events, that nobody else is at."""
        owed = await self._session.scalars(
            select(Payment)
            .where(Payment.refund_due_at <= func.now())
            .where(Payment.status == Status.CAPTURED.value)
            .order_by(Payment.refund_due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return owed.all()

    async def count_owed(self) -> int:
        """Payments of cancelled events that have not gone back whole."""
        count = await self._session.scalar(
            select(func.count())
            .select_from(Payment)
            .where(Payment.refund_due_at.is_not(None), Payment.status.in_(_LIVE))
        )
        return count or 0


Rows = Callable[[Transaction], RefundRows]
