"""Stripe's adapter over the fake of its API."""

from collections.abc import AsyncIterator

import pytest
from fake_stripe_http import FakeStripe, serving
from stripe_calls import keys_for

from payments.providers.stripe.adapter import Stripe

#: Short, for tests in which nobody answers.
PATIENCE = 0.4
LONG = 12.0


@pytest.fixture
async def fake() -> AsyncIterator[FakeStripe]:
    async with serving(FakeStripe()) as fake:
        yield fake


@pytest.fixture
async def stripe(fake: FakeStripe) -> AsyncIterator[Stripe]:
    # In one process with its fake, on a machine that may be busy.
    stripe = Stripe(keys_for(fake), connecting=LONG)
    yield stripe
    await stripe.aclose()


@pytest.fixture
async def hasty(fake: FakeStripe) -> AsyncIterator[Stripe]:
    """The adapter with little patience."""
    stripe = Stripe(keys_for(fake), patience=PATIENCE)
    yield stripe
    await stripe.aclose()
