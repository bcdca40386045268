"""Where orders are, and where they may go, without I/O."""

from datetime import timedelta
from enum import StrEnum

from orders.errors import OrderAlreadyCancelled, OrderAlreadyComplete

#: How much longer a hold lasts, once, when its buyer is sent to the bank.
LENGTHENING = timedelta(minutes=3)


class Status(StrEnum):
    """Where an order is; `awaiting_payment` while its buyer is at the bank."""

    CREATED = "created"
    AWAITING_PAYMENT = "awaiting_payment"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why an order was cancelled."""

    BUYER = "buyer"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    PAYMENT_FAILED = "payment_failed"
    REFUNDED = "refunded"


class Verdict(StrEnum):
    """What orders decides about a payment."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


#: Statuses in which an order holds its tickets without having paid.
OPEN = frozenset((Status.CREATED, Status.AWAITING_PAYMENT))
#: Reasons for which a paid order may still be cancelled.
AFTER_PAYMENT = frozenset((Reason.PAYMENT_FAILED, Reason.REFUNDED))


def check_cancellable(status: Status, reason: Reason) -> None:
    """Raises what forbids cancelling an order of this status for this reason."""
    if status is Status.CANCELLED:
        raise OrderAlreadyCancelled
    if status is Status.COMPLETE and reason not in AFTER_PAYMENT:
        raise OrderAlreadyComplete
    if status in OPEN and reason in AFTER_PAYMENT:
        raise OrderAlreadyCancelled


def check_completable(status: Status, reason: Reason | None) -> None:
    """Open orders complete; of the cancelled ones, only those that expired."""
    if status is Status.COMPLETE:
        raise OrderAlreadyComplete
    if status is Status.CANCELLED and reason is not Reason.EXPIRED:
        raise OrderAlreadyCancelled
