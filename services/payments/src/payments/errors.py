"""What can go wrong with a payment, by name.

ServiceError
├── Declined            402 declined (payment_id, decline_code)
├── OrderNotFound       404 not-found, with Retry-After: it may still be on its way
├── PaymentNotFound     404 not-found
├── OrderCancelled      409 order-cancelled
├── AlreadyPaid         409 already-paid
├── PaymentInProgress   409 payment-in-progress
├── NotCaptured         409 not-captured
├── RefundInProgress    409 refund-in-progress
├── AlreadyRefunded     409 already-refunded
└── HoldEnded           410 hold-ended
IllegalMove             a fault of ours: a payment cannot become that
"""

from typing import Any

from common.errors import Conflict, Gone, NotFound, ServiceError


class Declined(ServiceError):
    """The card was declined. The tickets stay held: try another card."""

    status = 402
    code = "declined"


class OrderNotFound(NotFound):
    """There is no such order; one just made takes a moment to get here."""

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.headers["Retry-After"] = "1"


class PaymentNotFound(NotFound):
    """There is no such payment."""


class OrderCancelled(Conflict):
    """The order was cancelled."""

    code = "order-cancelled"


class AlreadyPaid(Conflict):
    """The order is already paid."""

    code = "already-paid"


class PaymentInProgress(Conflict):
    """A payment of this order is under way: wait for it, do not pay again."""

    code = "payment-in-progress"


class NotCaptured(Conflict):
    """Nothing was taken by this payment, so nothing can go back."""

    code = "not-captured"


class RefundInProgress(Conflict):
    """A refund of this payment is under way: wait for it."""

    code = "refund-in-progress"


class AlreadyRefunded(Conflict):
    """All of this payment went back before."""

    code = "already-refunded"


class HoldEnded(Gone):
    """The time to pay is over and the tickets are back on sale."""

    code = "hold-ended"


class IllegalMove(Exception):
    """A payment cannot become that from what it is."""
