"""The list to run against Stripe itself, which the fake only imitates.

    STRIPE_SECRET_KEY=sk_test_… .venv/bin/pytest services/payments -m stripe

Deselected otherwise: it needs the network and the test key of an account. Nothing here
moves money. `docs/how-to/take-cards-with-stripe.md` names what no program can run.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from stripe import HTTPXClient, StripeClient

from common.clock import utcnow
from payments.domain import Standing
from payments.providers.interface import (
    Answer,
    Authorization,
    OutcomeUnknown,
    Redirect,
    Refused,
    SdkAction,
    TokenUnknown,
)
from payments.providers.stripe.adapter import Stripe
from payments.providers.stripe.keys import StripeKeys

pytestmark = [pytest.mark.stripe, pytest.mark.enable_socket]

VISA = "pm_card_visa"
CHALLENGED = "pm_card_threeDSecure2Required"
#: Stripe says that searching runs a minute behind.
INDEXED = 120.0


@pytest.fixture
async def stripe() -> AsyncIterator[Stripe]:
    key = os.environ.get("STRIPE_SECRET_KEY", "")  # noqa: TID251  # whoever runs the list gives it
    assert key.startswith(("sk_test_", "rk_test_")), "STRIPE_SECRET_KEY: a test key"
    stripe = Stripe(StripeKeys(secret_key=key, publishable_key="pk_test_unused"))
    yield stripe
    await stripe.aclose()


def wanted(token: str = VISA, currency: str = "usd") -> Authorization:
    payment_id = uuid4()
    return Authorization(
        payment_id=payment_id,
        amount=2550,
        currency=currency,
        token=token,
        return_url="https://example.com/orders/1",
        key=f"authorize:{payment_id}:1",
    )


async def authorized(stripe: Stripe) -> str:
    answer = await stripe.authorize(wanted())
    assert answer.standing is Standing.AUTHORIZED
    return answer.reference


@pytest.mark.parametrize("token", [VISA, "tok_visa"])
async def test_authorized_captured_and_given_back_in_parts(
    stripe: Stripe, token: str
) -> None:
    reference = (await stripe.authorize(wanted(token))).reference
    captured = await stripe.capture(reference, amount=2550, key=f"c:{reference}")
    assert captured.standing is Standing.CAPTURED
    part = await stripe.refund(reference, amount=550, key=f"r1:{reference}")
    assert (part.standing, part.amount_refunded) == (Standing.CAPTURED, 550)
    with pytest.raises(Refused):
        await stripe.refund(reference, amount=2001, key=f"r2:{reference}")
    whole = await stripe.refund(reference, amount=2000, key=f"r3:{reference}")
    assert (whole.standing, whole.amount_refunded) == (Standing.REFUNDED, 2550)


async def test_called_off_it_is_never_captured(stripe: Stripe) -> None:
    reference = await authorized(stripe)
    voided = await stripe.void(reference, key=f"v:{reference}")
    assert voided.standing is Standing.VOIDED
    with pytest.raises(Refused):
        await stripe.capture(reference, amount=2550, key=f"c:{reference}")


async def test_captured_it_is_never_called_off(stripe: Stripe) -> None:
    reference = await authorized(stripe)
    await stripe.capture(reference, amount=2550, key=f"c:{reference}")
    with pytest.raises(Refused):
        await stripe.void(reference, key=f"v:{reference}")


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "lost_card"),
        ("tok_visa_chargeDeclined", "generic_decline"),
    ],
)
async def test_declines_have_their_codes_and_are_closed(
    stripe: Stripe, token: str, code: str
) -> None:
    answer = await stripe.authorize(wanted(token))
    assert (answer.standing, answer.decline_code) == (Standing.DECLINED, code)
    later = await stripe.look_up(uuid4(), answer.reference)
    assert later is not None
    assert later.standing in {Standing.DECLINED, Standing.VOIDED}


@pytest.mark.parametrize("token", ["pm_card_nobody", "tok_nobody", "ctoken_nobody"])
async def test_what_is_no_card_is_an_unknown_token(stripe: Stripe, token: str) -> None:
    with pytest.raises(TokenUnknown):
        await stripe.authorize(wanted(token))


async def test_a_bank_that_asks_hands_over_a_secret_and_can_be_called_off(
    stripe: Stripe,
) -> None:
    answer = await stripe.authorize(wanted(CHALLENGED))
    assert answer.standing is Standing.REQUIRES_ACTION
    assert isinstance(answer.next_action, SdkAction)
    assert answer.next_action.client_secret.startswith(answer.reference)
    voided = await stripe.void(answer.reference, key=f"v:{answer.reference}")
    assert voided.standing is Standing.VOIDED


async def test_a_banks_page_has_an_address_and_can_be_called_off(
    stripe: Stripe,
) -> None:
    """Needs iDEAL among the account's methods."""
    key = os.environ["STRIPE_SECRET_KEY"]  # noqa: TID251  # as above
    made = await StripeClient(
        key, http_client=HTTPXClient()
    ).v1.payment_methods.create_async({"type": "ideal", "ideal": {}})
    answer = await stripe.authorize(wanted(made.id, "eur"))
    assert answer.standing is Standing.REQUIRES_ACTION
    assert isinstance(answer.next_action, Redirect)
    voided = await stripe.void(answer.reference, key=f"v:{answer.reference}")
    assert voided.standing is Standing.VOIDED


async def test_the_same_key_acts_once(stripe: Stripe) -> None:
    order = wanted()
    assert await stripe.authorize(order) == await stripe.authorize(order)
    with pytest.raises((Refused, OutcomeUnknown)):  # by whether the search has it
        await stripe.authorize(replace(order, amount=2551))


async def test_a_currency_without_decimals_is_charged_whole(stripe: Stripe) -> None:
    answer = await stripe.authorize(wanted(currency="jpy"))
    assert answer.standing is Standing.AUTHORIZED


async def test_it_is_found_by_our_own_id_and_in_the_statement(stripe: Stripe) -> None:
    order, before = wanted(), utcnow() - timedelta(minutes=1)
    answer = await stripe.authorize(order)
    listed = [each async for each in stripe.statement(before, utcnow())]
    assert order.payment_id in {each.payment_id for each in listed}
    assert await _searched(stripe, order) == answer


async def _searched(stripe: Stripe, order: Authorization) -> Answer | None:
    async with asyncio.timeout(INDEXED):
        while (found := await stripe.look_up(order.payment_id, None)) is None:  # noqa: ASYNC110  # Stripe tells nobody
            await asyncio.sleep(5)
    return found
