"""HTTP bodies of payments."""

from datetime import datetime
from typing import Annotated, Literal, Self, cast
from uuid import UUID

import msgspec

from common.http import Body
from payments.domain import Status
from payments.models import Payment
from payments.providers.interface import NextAction, Provider
from payments.refunding import Refund, RefundStatus, Wish
from payments.shown import Shown

Token = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+\Z",
        description="Stands for a card, so that card data never reaches us.",
        examples=["tok_visa"],
    ),
]


class PaymentCreate(Body, frozen=True, kw_only=True):
    """A payment of an order; without a token when its total is 0."""

    order_id: UUID
    token: Token | None = None


class PaymentFault(msgspec.Struct, frozen=True):
    """Why a payment failed."""

    #: The bank's reason, e.g. `insufficient_funds`.
    decline_code: str | None


class PaymentRead(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt to pay an order."""

    id: UUID
    order_id: UUID
    #: `processing`: the outcome is not known yet; look again, do not pay again.
    status: Shown
    #: Minor units of `currency`.
    amount: int
    amount_refunded: int
    currency: str
    livemode: bool
    #: What the buyer does next, while it `requires_action`.
    next_action: NextAction | None
    error: PaymentFault | None
    created_at: datetime
    version: int

    @classmethod
    def of(cls, payment: Payment) -> Self:
        failed = payment.state is Status.FAILED
        return cls(
            id=payment.id,
            order_id=payment.order_id,
            status=cast("Shown", payment.shown.value),
            amount=payment.amount,
            amount_refunded=payment.amount_refunded,
            currency=payment.currency,
            livemode=payment.livemode,
            next_action=msgspec.convert(payment.next_action, NextAction | None),
            error=PaymentFault(payment.told_code) if failed else None,
            created_at=payment.created_at,
            version=payment.version,
        )


class RefundCreate(Body, frozen=True, kw_only=True):
    """Money to give back; without an amount all that is left."""

    #: Minor units of the payment's currency.
    amount: Annotated[int, msgspec.Meta(ge=1, le=99_999_999)] | None = None
    #: Whether the units go on sale again, once the order is refunded whole.
    restock: bool
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | None = None

    def wish(self) -> Wish:
        return Wish(amount=self.amount, restock=self.restock, reason=self.reason)


class RefundRead(msgspec.Struct, frozen=True, kw_only=True):
    """Money on its way back to the buyer."""

    id: UUID
    payment_id: UUID
    #: `pending`: the outcome is not known yet; it is finished without being asked.
    status: Literal["pending", "succeeded", "failed"]
    #: Minor units of the payment's currency.
    amount: int
    restock: bool
    reason: str | None
    #: Why the provider refused.
    error: str | None
    created_at: datetime

    @classmethod
    def of(cls, refund: Refund) -> Self:
        return cls(
            id=refund.id,
            payment_id=refund.payment_id,
            status=RefundStatus(refund.status).value,
            amount=refund.amount,
            restock=refund.restock,
            reason=refund.reason,
            error=refund.error,
            created_at=refund.created_at,
        )


class ConfigRead(msgspec.Struct, frozen=True, kw_only=True):
    """What a page needs to know of the provider."""

    provider: str
    livemode: bool
    publishable_key: str | None

    @classmethod
    def of(cls, provider: Provider) -> Self:
        return cls(
            provider=provider.name,
            livemode=provider.livemode,
            publishable_key=provider.publishable_key,
        )
