"""What payments says: facts, for orders to judge."""

from typing import ClassVar
from uuid import UUID

from common.messages.base import Message


class PaymentFact(Message, frozen=True, kw_only=True):
    """Something that happened to a payment."""

    key: ClassVar[str] = "payment_id"

    #: The payment, at payments.
    payment_id: UUID
    #: The order it is for.
    order_id: UUID
    #: Who pays.
    buyer_id: UUID
    #: Minor units of ``currency``.
    amount: int
    #: ISO 4217, lower case.
    currency: str
    #: Whether real money is meant.
    livemode: bool = False


class PaymentStarted(PaymentFact, frozen=True, kw_only=True):
    """A payment is under way: its buyer is at the bank, or the bank takes its time."""

    subject: ClassVar[str] = "payments.started"


class PaymentCreated(PaymentFact, frozen=True, kw_only=True):
    """A payment is authorized and waits for its verdict; nothing is taken yet."""

    subject: ClassVar[str] = "payments.created"


class PaymentCaptured(PaymentFact, frozen=True, kw_only=True):
    """An accepted payment's money was taken. Public: no service decides by it."""

    subject: ClassVar[str] = "payments.captured"


class PaymentFailed(PaymentFact, frozen=True, kw_only=True):
    """An authorized payment can never be captured."""

    subject: ClassVar[str] = "payments.failed"

    #: What the provider says about it.
    error: str | None = None


class PaymentRefunded(PaymentFact, frozen=True, kw_only=True):
    """Captured money went back to the buyer."""

    subject: ClassVar[str] = "payments.refunded"

    #: All that went back so far; ``amount`` once the payment is refunded whole.
    amount_refunded: int
    #: Whether the seller put the units on sale again.
    restock: bool = True
