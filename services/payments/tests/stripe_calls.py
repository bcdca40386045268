"""What tests of the adapter of Stripe call it with."""

import asyncio
from uuid import uuid4

from fake_stripe_http import SECRET_KEY, FakeStripe

from payments.providers.interface import (
    Answer,
    Authorization,
    OutcomeUnknown,
)
from payments.providers.stripe.adapter import Stripe
from payments.providers.stripe.keys import StripeKeys

VISA = "pm_card_visa"
CHALLENGED = "pm_card_authenticationRequired"


def keys_for(fake: FakeStripe, secret_key: str = SECRET_KEY) -> StripeKeys:
    return StripeKeys(
        secret_key=secret_key, publishable_key="pk_test_fake", api_base=fake.url
    )


def wanted(token: str = VISA, amount: int = 2550) -> Authorization:
    payment_id = uuid4()
    return Authorization(
        payment_id=payment_id,
        amount=amount,
        currency="usd",
        token=token,
        return_url="http://localhost:8080/orders/1",
        key=f"authorize:{payment_id}:1",
    )


async def authorized(stripe: Stripe) -> str:
    return (await stripe.authorize(wanted())).reference


async def eventually_known(stripe: Stripe, order: Authorization) -> Answer:
    """Ask under the same key until the key is free."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await stripe.authorize(order)
            except OutcomeUnknown:
                await asyncio.sleep(0.01)
