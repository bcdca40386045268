"""Tables of orders. Verbs change an order; nothing else assigns a status."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.messages import (
    Fee,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    OrderState,
)
from common.messages import OrderItem as OrderItemMessage
from common.messages import Verdict as VerdictMessage
from common.tables import CLOCK
from orders.domain import (
    OPEN,
    Reason,
    Status,
    Verdict,
    check_cancellable,
    check_completable,
)
from orders.tables import Base

_OPEN = "status IN ('created', 'awaiting_payment')"
_KEPT = "status <> 'cancelled'"
#: What has to end when its event is cancelled: a hold, or money that is not yet due.
UNSETTLED = f"({_OPEN} OR status = 'complete' AND NOT refund_due)"


class Order(Base):
    """One buyer's claim on units of one or more tickets of one seller."""

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    code: Mapped[str]
    buyer_id: Mapped[UUID]
    seller_id: Mapped[UUID]
    event_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(server_default=text("'created'"))
    reason: Mapped[str | None]
    fees: Mapped[list[dict[str, Any]]]
    total: Mapped[int]
    amount_refunded: Mapped[int] = mapped_column(server_default=text("0"))
    refund_due: Mapped[bool] = mapped_column(server_default=text("false"))
    currency: Mapped[str]
    livemode: Mapped[bool]
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    items: Mapped[list["OrderItem"]] = relationship(
        lazy="raise", order_by="OrderItem.position"
    )
    payments: Mapped[list["OrderPayment"]] = relationship(
        lazy="raise", order_by="OrderPayment.judged_at"
    )

    __table_args__ = (
        Index("orders_code_idx", "code", unique=True),
        Index("orders_buyer_id_idx", "buyer_id", "id"),
        Index(
            "orders_kept_at_idx",
            "buyer_id",
            "status",
            text("coalesce(event_id, seller_id)"),
            postgresql_where=text(_KEPT),
        ),
        Index("orders_sales_idx", "seller_id", "event_id", "id"),
        Index(
            "orders_unsettled_idx",
            "seller_id",
            "event_id",
            postgresql_where=text(UNSETTLED),
        ),
        Index("orders_due_idx", "expires_at", postgresql_where=text(_OPEN)),
        CheckConstraint(
            "status IN ('created', 'awaiting_payment', 'complete', 'cancelled')",
            name="status",
        ),
        CheckConstraint("(status = 'cancelled') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint(
            "total >= 0 AND amount_refunded BETWEEN 0 AND total", name="total"
        ),
    )

    @property
    def place(self) -> UUID:
        """Where limits of its buyer count it: its event, else its seller."""
        return self.event_id or self.seller_id

    def cancel(self, reason: Reason) -> None:
        """Raises `OrderAlreadyComplete` or `OrderAlreadyCancelled`."""
        check_cancellable(Status(self.status), reason)
        self.status, self.reason = Status.CANCELLED.value, reason.value
        self.version += 1

    def await_payment(self, longer: timedelta) -> bool:
        """Wait for a payment under way, once so much longer; whether that is news."""
        if Status(self.status) is not Status.CREATED:
            return False
        self.status = Status.AWAITING_PAYMENT.value
        self.expires_at += longer
        self.version += 1
        return True

    def judge(self, payment: "OrderPayment") -> None:
        """Keep a verdict; an accepted payment completes the order."""
        if payment.verdict == Verdict.ACCEPTED:
            check_completable(Status(self.status), self.why_cancelled)
            self.status, self.reason = Status.COMPLETE.value, None
        self.payments.append(payment)
        self.version += 1

    def name_contact(self, *, name: str, email: str) -> None:
        """Only while unpaid; raises what `cancel` by the buyer would."""
        check_cancellable(Status(self.status), Reason.BUYER)
        self.contact_name, self.contact_email = name, email
        self.version += 1

    def refunded(self, amount: int) -> bool:
        """Note what went back in all; whether that is news."""
        if amount <= self.amount_refunded:
            return False
        self.amount_refunded = min(amount, self.total)
        self.version += 1
        return True

    def owe_back(self) -> None:
        """Its event was cancelled after it was paid."""
        self.refund_due = True
        self.version += 1

    def message(self) -> OrderState:
        """The whole order, as the message of its status."""
        return _MESSAGES[Status(self.status)](
            order_id=self.id,
            version=self.version,
            code=self.code,
            buyer_id=self.buyer_id,
            seller_id=self.seller_id,
            event_id=self.event_id,
            status=Status(self.status).value,
            reason=self.why_cancelled.value if self.why_cancelled else None,
            items=tuple(item.message() for item in self.items),
            fees=tuple(Fee(**fee) for fee in self.fees),
            total=self.total,
            currency=self.currency,
            livemode=self.livemode,
            created_at=self.created_at,
            expires_at=self.expires_at,
            payments=tuple(payment.message() for payment in self.payments),
            refund_due=self.refund_due,
        )

    @property
    def open(self) -> bool:
        return Status(self.status) in OPEN

    @property
    def why_cancelled(self) -> Reason | None:
        return Reason(self.reason) if self.reason else None

    def verdict_on(self, payment_id: UUID) -> Verdict | None:
        for payment in self.payments:
            if payment.payment_id == payment_id:
                return Verdict(payment.verdict)
        return None


class OrderItem(Base):
    """Units of one ticket, priced as ordered."""

    __tablename__ = "order_items"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int]
    ticket_id: Mapped[UUID]
    title: Mapped[str]
    unit_price: Mapped[int]
    quantity: Mapped[int]

    __table_args__ = (
        Index("order_items_order_id_idx", "order_id"),
        CheckConstraint("quantity BETWEEN 1 AND 50", name="quantity"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
    )

    @property
    def amount(self) -> int:
        return self.unit_price * self.quantity

    def message(self) -> OrderItemMessage:
        return OrderItemMessage(
            id=self.id,
            ticket_id=self.ticket_id,
            title=self.title,
            unit_price=self.unit_price,
            quantity=self.quantity,
            amount=self.amount,
        )


class OrderPayment(Base):
    """A payment that was judged; payments acts on the verdict alone."""

    __tablename__ = "order_payments"

    payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    verdict: Mapped[str]
    judged_at: Mapped[datetime] = mapped_column(server_default=CLOCK)

    __table_args__ = (
        Index("order_payments_order_id_idx", "order_id"),
        # At most one payment of an order is ever accepted at a time.
        Index(
            "order_payments_accepted_idx",
            "order_id",
            unique=True,
            postgresql_where=text("verdict = 'accepted'"),
        ),
        CheckConstraint("verdict IN ('accepted', 'refused')", name="verdict"),
    )

    def message(self) -> VerdictMessage:
        verdict = Verdict(self.verdict).value
        return VerdictMessage(payment_id=self.payment_id, verdict=verdict)


_MESSAGES: dict[Status, type[OrderState]] = {
    Status.CREATED: OrderCreated,
    Status.AWAITING_PAYMENT: OrderCreated,
    Status.COMPLETE: OrderCompleted,
    Status.CANCELLED: OrderCancelled,
}
