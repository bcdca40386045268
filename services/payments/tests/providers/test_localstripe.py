"""localstripe, somebody else's idea of Stripe, over the same SDK: a smoke test.

It knows no keys, no automatic methods and no confirmation with a method, captures after
a cancel and gives back too much, so it judges nothing: it shows that the calls and what
is read from their answers are not ours alone.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from stripe import StripeClient

from common.embedded.processes import free_ports
from common.testing.waiting import eventually
from payments.domain import Standing
from payments.providers.stripe.adapter import Stripe
from payments.providers.stripe.keys import StripeKeys


@pytest.fixture
async def stripe() -> AsyncIterator[Stripe]:
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    command = (
        sys.executable,
        "-m",
        "localstripe",
        "--port",
        str(port),
        "--from-scratch",
    )
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    async with httpx.AsyncClient(trust_env=False) as http:
        await eventually(lambda: http.get(url))
    stripe = Stripe(
        StripeKeys(secret_key="sk_test_1", publishable_key="pk_test_1", api_base=url)
    )
    yield stripe
    await stripe.aclose()
    process.kill()
    await process.wait()


async def authorized(stripe: Stripe) -> str:
    """An intent as localstripe makes them, which is not as we ask for them."""
    client: StripeClient = stripe._client
    card = await client.v1.payment_methods.create_async(
        {
            "type": "card",
            "card": {
                "number": "4242424242424242",
                "exp_month": 12,
                "exp_year": 2034,
                "cvc": "123",
            },
        }
    )
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 2550,
            "currency": "usd",
            "capture_method": "manual",
            "payment_method": card.id,
            "confirm": True,
        }
    )
    return intent.id


async def test_an_intent_is_found_captured_and_given_back(stripe: Stripe) -> None:
    reference = await authorized(stripe)
    found = await stripe.look_up(uuid4(), reference)
    assert found is not None
    assert found.standing is Standing.AUTHORIZED

    captured = await stripe.capture(reference, amount=2550, key="capture")
    assert captured.standing is Standing.CAPTURED
    refunded = await stripe.refund(reference, amount=550, key="refund")
    assert (refunded.standing, refunded.amount_refunded) == (Standing.CAPTURED, 550)


async def test_an_intent_is_called_off(stripe: Stripe) -> None:
    reference = await authorized(stripe)
    assert (await stripe.void(reference, key="void")).standing is Standing.VOIDED
