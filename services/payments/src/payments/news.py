"""What payments says of a payment."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from common.messages import (
    Message,
    PaymentCaptured,
    PaymentCreated,
    PaymentFailed,
    PaymentRefunded,
    PaymentStarted,
)
from payments.domain import News

if TYPE_CHECKING:
    from payments.models import Payment


def message_of(payment: "Payment", news: News) -> Message:
    return _MESSAGES[news](payment)


def refunded(payment: "Payment", *, restock: bool = True) -> PaymentRefunded:
    back = payment.amount_refunded
    return PaymentRefunded(**_fact(payment), amount_refunded=back, restock=restock)


def _fact(payment: "Payment") -> dict[str, Any]:
    return {
        "payment_id": payment.id,
        "order_id": payment.order_id,
        "buyer_id": payment.buyer_id,
        "amount": payment.amount,
        "currency": payment.currency,
        "livemode": payment.livemode,
    }


_MESSAGES: Final[dict[News, Callable[["Payment"], Message]]] = {
    News.STARTED: lambda p: PaymentStarted(**_fact(p)),
    News.CREATED: lambda p: PaymentCreated(**_fact(p)),
    News.CAPTURED: lambda p: PaymentCaptured(**_fact(p)),
    News.FAILED: lambda p: PaymentFailed(**_fact(p), error=p.decline_code),
    News.REFUNDED: refunded,
}
