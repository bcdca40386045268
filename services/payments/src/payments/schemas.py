"""HTTP bodies of payments."""

from datetime import datetime
from typing import Annotated, Self, cast
from uuid import UUID

import msgspec

from common.http import Body
from payments.domain import Shown, Status
from payments.models import Payment
from payments.providers.interface import NextAction, Provider

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
            error=PaymentFault(payment.decline_code) if failed else None,
            created_at=payment.created_at,
            version=payment.version,
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
