"""The adapter of Stripe when its API fails, and when it is looked up."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from aiohttp import ClientPayloadError
from fake_stripe_http import FakeStripe, Kind, Operation
from stripe_calls import authorized, eventually_known, keys_for, wanted

from common.clock import utcnow
from payments.domain import Standing
from payments.providers.interface import (
    AmountNotTaken,
    OurFault,
    OutcomeUnknown,
    Refused,
    Stumbled,
)
from payments.providers.stripe.adapter import Stripe


class TestFaults:
    @pytest.mark.parametrize("operation", ["create", "confirm"])
    @pytest.mark.parametrize("kind", ["hang", "hang_after"])
    async def test_an_authorization_without_answer_is_finished_under_its_key(
        self, hasty: Stripe, fake: FakeStripe, operation: Operation, kind: Kind
    ) -> None:
        order = wanted()
        fake.fault(operation, kind)
        with pytest.raises(OutcomeUnknown):
            await hasty.authorize(order)
        fake.released.set()

        answer = await eventually_known(hasty, order)
        assert answer.standing is Standing.AUTHORIZED
        assert [kind for _, kind, _ in fake.rules.ledger] == ["authorized"]

    @pytest.mark.parametrize("kind", ["error", "error_after"])
    async def test_an_intent_that_could_not_be_opened_asked_nobody(
        self, stripe: Stripe, fake: FakeStripe, kind: Kind
    ) -> None:
        order = wanted()
        fake.fault("create", kind)
        with pytest.raises(Stumbled):
            await stripe.authorize(order)
        assert await stripe.look_up(order.payment_id, None) is None
        assert fake.rules.ledger == []

    async def test_a_confirmation_that_failed_inside_is_closed(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        order = wanted()
        fake.fault("confirm", "error")
        with pytest.raises(Stumbled):
            await stripe.authorize(order)
        [intent] = fake.rules.intents.values()
        assert intent["status"] == "canceled"
        assert await stripe.look_up(order.payment_id, None) is None

    async def test_a_confirmation_that_acted_and_failed_is_read_from_the_intent(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        fake.fault("confirm", "error_after")
        answer = await stripe.authorize(wanted())
        assert answer.standing is Standing.AUTHORIZED

    async def test_too_many_requests_are_made_later(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        fake.fault("create", "busy")
        order = wanted()
        with pytest.raises(OutcomeUnknown):
            await stripe.authorize(order)
        assert (await stripe.authorize(order)).standing is Standing.AUTHORIZED

    async def test_nobody_there_tells_nothing(self, fake: FakeStripe) -> None:
        gone = Stripe(replace(keys_for(fake), api_base="http://127.0.0.1:9"))
        with pytest.raises(OutcomeUnknown):
            await gone.authorize(wanted())
        await gone.aclose()

    async def test_a_wrong_key_is_our_own_fault(self, fake: FakeStripe) -> None:
        stranger = Stripe(keys_for(fake, secret_key="sk_test_stranger"))
        with pytest.raises(OurFault):
            await stranger.authorize(wanted())
        await stranger.aclose()

    @pytest.mark.parametrize(
        ("amount", "currency"), [(0, "usd"), (1, "mga"), (1_000_000, "ugx")]
    )
    async def test_what_no_card_can_be_charged_is_not_taken(
        self, stripe: Stripe, amount: int, currency: str
    ) -> None:
        order = replace(wanted(amount=amount), currency=currency)
        with pytest.raises(AmountNotTaken):
            await stripe.authorize(order)

    async def test_a_refund_that_its_bank_did_not_take_went_nowhere(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        """Stripe answers 200, and only the refund itself says so."""
        order = wanted()
        reference = (await stripe.authorize(order)).reference
        await stripe.capture(reference, amount=order.amount, key="capture")
        fake.rules.refunds_fail = "expired_or_canceled_card"
        with pytest.raises(Refused, match="expired_or_canceled_card"):
            await stripe.refund(reference, amount=order.amount, key="refund")
        answer = await stripe.look_up(order.payment_id, reference)
        assert answer is not None
        assert answer.standing is Standing.CAPTURED

    async def test_the_sdk_repeats_nothing_by_itself(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        fake.fault("create", "error")
        with pytest.raises(Stumbled):
            await stripe.authorize(wanted())
        assert len(fake.asked("create")) == 1


class TestLookingUp:
    async def test_a_search_that_runs_behind_is_no_harm(
        self, stripe: Stripe, hasty: Stripe, fake: FakeStripe
    ) -> None:
        """The key finds what the search does not."""
        fake.search_lags = True
        order = wanted()
        fake.fault("confirm", "hang_after")
        with pytest.raises(OutcomeUnknown):
            await hasty.authorize(order)
        fake.released.set()

        assert await stripe.look_up(order.payment_id, None) is None
        answer = await eventually_known(stripe, order)
        assert answer.standing is Standing.AUTHORIZED
        assert [kind for _, kind, _ in fake.rules.ledger] == ["authorized"]

    async def test_a_fault_of_ours_while_looking_up_tells_nothing(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        reference = await authorized(stripe)
        fake.fault("retrieve", "locked_out")
        with pytest.raises(OutcomeUnknown):
            await stripe.look_up(uuid4(), reference)

    async def test_a_statement_lists_all_pages(self, stripe: Stripe) -> None:
        orders = [wanted() for _ in range(103)]
        for order in orders:
            await stripe.authorize(order)
        soon = utcnow() + timedelta(minutes=1)
        hour_ago = soon - timedelta(hours=1)

        found = [each async for each in stripe.statement(hour_ago, soon)]
        assert {each.payment_id for each in found} == {o.payment_id for o in orders}
        assert {each.amount for each in found} == {2550}
        assert [each async for each in stripe.statement(soon, soon)] == []

    async def test_a_statement_that_breaks_off_is_none(
        self, stripe: Stripe, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(*_: object, **__: object) -> None:
            raise ClientPayloadError

        monkeypatch.setattr(stripe._http, "request_async", broken)
        with pytest.raises(OutcomeUnknown):
            _ = [each async for each in stripe.statement(utcnow(), utcnow())]

    async def test_what_others_do_with_the_account_is_no_concern_of_a_statement(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        """Not even an amount that we could not count: 1.50 of a krona."""
        await authorized(stripe)
        [intent] = fake.rules.intents.values()
        intent |= {"metadata": {}, "currency": "isk", "amount": 150}
        soon = utcnow() + timedelta(minutes=1)
        hour_ago = soon - timedelta(hours=1)
        assert [each async for each in stripe.statement(hour_ago, soon)] == []
