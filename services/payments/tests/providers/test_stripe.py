"""The adapter of Stripe beside the contract: two calls, and closed intents."""

from dataclasses import replace

import pytest
from fake_stripe_http import FakeStripe
from stripe_calls import CHALLENGED, VISA, wanted

from payments.domain import Standing
from payments.providers.interface import (
    OutcomeUnknown,
    SdkAction,
    TokenUnknown,
)
from payments.providers.stripe.adapter import API_VERSION, Stripe


class TestAuthorize:
    @pytest.mark.parametrize("token", [VISA, "tok_visa", "ctoken_visa.1"])
    async def test_a_good_card_is_authorized_and_nothing_is_taken(
        self, stripe: Stripe, fake: FakeStripe, token: str
    ) -> None:
        answer = await stripe.authorize(wanted(token))

        assert answer.standing is Standing.AUTHORIZED
        assert fake.rules.moved(answer.reference) == ["authorized"]

    async def test_it_is_said_what_version_speaks_and_under_which_keys(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        order = wanted()
        await stripe.authorize(order)

        assert fake.headers["stripe-version"] == API_VERSION
        assert [call.key for call in fake.calls] == [order.key, f"{order.key}:confirm"]
        assert fake.calls[0].params["metadata"]["payment_id"] == str(order.payment_id)
        params = fake.calls[0].params
        assert params["capture_method"] == "automatic"
        assert params["payment_method_options"]["card"]["capture_method"] == "manual"

    @pytest.mark.parametrize("prefix", ["pm_card_", "tok_"])
    @pytest.mark.parametrize(
        ("card", "code"),
        [
            ("chargeDeclined", "generic_decline"),
            ("chargeDeclinedInsufficientFunds", "insufficient_funds"),
            ("visa_chargeDeclinedLostCard", "lost_card"),
            ("chargeDeclinedExpiredCard", "expired_card"),
        ],
    )
    async def test_a_bad_card_is_declined_and_can_never_be_paid_later(
        self, stripe: Stripe, fake: FakeStripe, prefix: str, card: str, code: str
    ) -> None:
        answer = await stripe.authorize(wanted(prefix + card))

        assert answer.standing is Standing.DECLINED
        assert answer.decline_code == code
        assert fake.rules.intents[answer.reference]["status"] == "canceled"

    async def test_a_declined_intent_that_could_not_be_closed_is_closed_later(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        order = wanted("pm_card_chargeDeclined")
        fake.fault("cancel", "error")
        with pytest.raises(OutcomeUnknown):
            await stripe.authorize(order)

        assert (await stripe.authorize(order)).standing is Standing.DECLINED
        [intent] = fake.rules.intents.values()
        assert intent["status"] == "canceled"

    @pytest.mark.parametrize(
        "token", ["pm_card_nobody", "tok_nobody", "ctoken_nobody", "nonsense"]
    )
    async def test_what_is_no_card_is_an_unknown_token(
        self, stripe: Stripe, fake: FakeStripe, token: str
    ) -> None:
        with pytest.raises(TokenUnknown):
            await stripe.authorize(wanted(token))
        [intent] = fake.rules.intents.values()
        assert intent["status"] == "canceled"

    async def test_a_token_that_was_used_pays_nothing_else(
        self, stripe: Stripe
    ) -> None:
        await stripe.authorize(wanted("ctoken_visa.2"))
        with pytest.raises(TokenUnknown):
            await stripe.authorize(wanted("ctoken_visa.2"))

    async def test_amounts_are_counted_as_stripe_counts_them(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        answer = await stripe.authorize(replace(wanted(amount=500), currency="isk"))
        assert fake.rules.intents[answer.reference]["amount"] == 50_000


class TestActions:
    async def test_a_bank_that_asks_is_answered_in_our_page(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        answer = await stripe.authorize(wanted(CHALLENGED))

        assert answer.standing is Standing.REQUIRES_ACTION
        secret = fake.rules.intents[answer.reference]["client_secret"]
        assert answer.next_action == SdkAction(secret)

    async def test_refused_it_is_declined_and_closed(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        answer = await stripe.authorize(wanted(CHALLENGED))
        fake.rules.authenticate(answer.reference, approved=False)

        answer = await stripe.confirm(answer.reference)
        assert answer.standing is Standing.DECLINED
        assert answer.decline_code == "payment_intent_authentication_failure"
        assert fake.rules.intents[answer.reference]["status"] == "canceled"


class TestKeys:
    async def test_a_decline_is_answered_again(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        order = wanted("pm_card_chargeDeclined")
        assert await stripe.authorize(order) == await stripe.authorize(order)
        assert len(fake.rules.intents) == 1

    async def test_an_old_answer_said_again_is_not_taken_for_how_it_stands(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        order = wanted(CHALLENGED)
        reference = (await stripe.authorize(order)).reference
        fake.rules.authenticate(reference, approved=True)

        assert (await stripe.authorize(order)).standing is Standing.AUTHORIZED

    async def test_words_that_changed_meanwhile_find_what_the_key_began(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        """A new version, or another setting, asks for what an old one was asked."""
        order = wanted()
        first = await stripe.authorize(order)
        fake.forget_words()
        assert await stripe.authorize(order) == first
        elsewhere = replace(order, return_url="https://new.example/orders/1")
        assert await stripe.authorize(elsewhere) == first
        assert fake.rules.moved(first.reference) == ["authorized"]

    async def test_until_the_search_finds_it_nothing_is_known(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        order = wanted()
        first = await stripe.authorize(order)
        fake.forget_words()
        fake.search_lags = True
        with pytest.raises(OutcomeUnknown):
            await stripe.authorize(order)
        fake.search_lags = False
        assert await stripe.authorize(order) == first

    async def test_a_key_still_at_work_tells_nothing(
        self, stripe: Stripe, hasty: Stripe, fake: FakeStripe
    ) -> None:
        order = wanted()
        fake.fault("create", "hang_after")
        with pytest.raises(OutcomeUnknown):
            await hasty.authorize(order)
        with pytest.raises(OutcomeUnknown):
            await stripe.authorize(order)
