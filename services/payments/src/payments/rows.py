"""What is kept of a payment: its columns, and what the database itself refuses."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from common.tables import CLOCK
from payments.domain import LIVE, Status
from payments.tables import Base

_STATUSES: Final = ", ".join(f"'{status}'" for status in Status)
_LIVE: Final = ", ".join(f"'{status}'" for status in sorted(LIVE))


class PaymentRow(Base):
    """The row of one attempt to pay an order; its verbs are in `models`."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order_replicas.order_id"))
    buyer_id: Mapped[UUID]
    seller_id: Mapped[UUID | None]
    version: Mapped[int]
    status: Mapped[str]
    #: What orders decided; kept while a call is under way, obeyed once it rests.
    verdict: Mapped[str | None]
    amount: Mapped[int]
    #: What of the amount is ours, not the seller's.
    fee: Mapped[int] = mapped_column(server_default=text("0"))
    amount_refunded: Mapped[int]
    #: The refund that somebody asked for and that is under way; see `refunds`.
    refund_id: Mapped[UUID | None]
    refund_amount: Mapped[int | None]
    #: When it goes back because its event was cancelled.
    refund_due_at: Mapped[datetime | None]
    currency: Mapped[str]
    #: Who moves the money, and whether it is money.
    provider: Mapped[str]
    livemode: Mapped[bool]
    #: The provider's own id of it, once it is known.
    reference: Mapped[str | None]
    #: Idempotency key of the call under way, committed before the call.
    call_key: Mapped[str]
    #: Kept while it is processing, to ask again with what was asked before.
    token: Mapped[str | None]
    next_action: Mapped[dict[str, Any] | None]
    decline_code: Mapped[str | None]
    was_authorized: Mapped[bool]
    #: The provider could not wait for the verdict: it was captured at once.
    taken_at_once: Mapped[bool] = mapped_column(server_default=text("false"))
    #: Whose request, under which `Idempotency-Key`, awaits the outcome.
    asked_by: Mapped[UUID]
    request_key: Mapped[str | None]
    #: How often the present state was looked after, and when it is again.
    tries: Mapped[int]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=CLOCK)

    __table_args__ = (
        # At most one payment of an order is live: money is taken once.
        Index(
            "payments_live_idx",
            "order_id",
            unique=True,
            postgresql_where=text(f"status IN ({_LIVE})"),
        ),
        Index("payments_order_id_idx", "order_id"),
        Index(
            "payments_reference_idx",
            "reference",
            postgresql_where=text("reference IS NOT NULL"),
        ),
        Index("payments_buyer_id_idx", "buyer_id", "id"),
        Index(
            "payments_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")
        ),
        Index(
            "payments_refund_due_idx",
            "refund_due_at",
            postgresql_where=text(f"refund_due_at IS NOT NULL AND status IN ({_LIVE})"),
        ),
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        CheckConstraint("verdict IN ('accepted', 'refused')", name="verdict"),
        CheckConstraint(
            "amount >= 0 AND amount_refunded BETWEEN 0 AND amount", name="amount"
        ),
    )
