"""The adapter of Stripe, through the official SDK, against the fake of its API."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from fake_stripe_http import SECRET_KEY, FakeStripe, Kind, Operation, serving
from fake_stripe_methods import StripeRefuses

from common.clock import utcnow
from payments.domain import Standing
from payments.providers.interface import (
    Answer,
    Authorization,
    OurFault,
    OutcomeUnknown,
    Refused,
    SdkAction,
    Stumbled,
    TokenUnknown,
)
from payments.providers.stripe.adapter import API_VERSION, Stripe
from payments.providers.stripe.keys import StripeKeys

Act = Callable[[Stripe, str], Awaitable[Answer]]

VISA = "pm_card_visa"
CHALLENGED = "pm_card_authenticationRequired"
#: Short, for tests in which nobody answers.
PATIENCE = 0.4
ACTS: dict[Operation, Act] = {
    "capture": lambda stripe, pi: stripe.capture(pi, amount=2550, key=f"capture:{pi}"),
    "cancel": lambda stripe, pi: stripe.void(pi, key=f"void:{pi}"),
}


def keys_for(fake: FakeStripe, secret_key: str = SECRET_KEY) -> StripeKeys:
    return StripeKeys(
        secret_key=secret_key, publishable_key="pk_test_fake", api_base=fake.url
    )


@pytest.fixture
async def fake() -> AsyncIterator[FakeStripe]:
    async with serving(FakeStripe()) as fake:
        yield fake


@pytest.fixture
async def stripe(fake: FakeStripe) -> AsyncIterator[Stripe]:
    stripe = Stripe(keys_for(fake))
    yield stripe
    await stripe.aclose()


@pytest.fixture
async def hasty(fake: FakeStripe) -> AsyncIterator[Stripe]:
    """The adapter with little patience."""
    stripe = Stripe(keys_for(fake), patience=PATIENCE)
    yield stripe
    await stripe.aclose()


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


async def captured(stripe: Stripe) -> str:
    reference = await authorized(stripe)
    await stripe.capture(reference, amount=2550, key=f"capture:{reference}")
    return reference


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

    async def test_approved_it_is_authorized(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        answer = await stripe.authorize(wanted(CHALLENGED))
        fake.rules.authenticate(answer.reference, approved=True)

        assert (await stripe.confirm(answer.reference)).standing is Standing.AUTHORIZED

    async def test_refused_it_is_declined_and_closed(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        answer = await stripe.authorize(wanted(CHALLENGED))
        fake.rules.authenticate(answer.reference, approved=False)

        answer = await stripe.confirm(answer.reference)
        assert answer.standing is Standing.DECLINED
        assert answer.decline_code == "payment_intent_authentication_failure"
        assert fake.rules.intents[answer.reference]["status"] == "canceled"

    async def test_abandoned_it_is_called_off(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        answer = await stripe.authorize(wanted(CHALLENGED))

        answer = await stripe.void(answer.reference, key="void:1")
        assert answer.standing is Standing.VOIDED
        with pytest.raises(StripeRefuses):
            fake.rules.authenticate(answer.reference, approved=True)


class TestKeys:
    async def test_the_same_key_acts_once_and_answers_the_same(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        order = wanted()
        first, second = [await stripe.authorize(order) for _ in range(2)]

        assert first == second
        assert fake.rules.moved(first.reference) == ["authorized"]
        assert len(fake.rules.intents) == 1

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

    async def test_the_same_key_with_other_parameters_is_refused(
        self, stripe: Stripe
    ) -> None:
        order = wanted()
        await stripe.authorize(order)
        with pytest.raises(Refused) as refused:
            await stripe.authorize(replace(order, amount=1))
        assert refused.value.code == "idempotency_error"

    async def test_a_key_still_at_work_tells_nothing(
        self, stripe: Stripe, hasty: Stripe, fake: FakeStripe
    ) -> None:
        order = wanted()
        fake.fault("create", "hang_after")
        with pytest.raises(OutcomeUnknown):
            await hasty.authorize(order)
        with pytest.raises(OutcomeUnknown):
            await stripe.authorize(order)


class TestMoney:
    async def test_captured_once_whatever_is_asked_again(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        reference = await captured(stripe)
        again = await stripe.capture(reference, amount=2550, key=f"capture:{reference}")

        assert again.standing is Standing.CAPTURED
        assert fake.rules.kept(reference) == 2550
        with pytest.raises(Refused) as refused:
            await stripe.capture(reference, amount=2550, key="another")
        assert refused.value.code == "payment_intent_unexpected_state"

    async def test_nothing_is_captured_after_it_was_called_off(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        reference = await authorized(stripe)
        assert (await stripe.void(reference, key="v")).standing is Standing.VOIDED
        with pytest.raises(Refused):
            await stripe.capture(reference, amount=2550, key="c")
        assert fake.rules.moved(reference) == ["authorized", "voided"]

    async def test_what_was_captured_is_not_called_off(self, stripe: Stripe) -> None:
        with pytest.raises(Refused):
            await stripe.void(await captured(stripe), key="v")

    async def test_what_was_captured_goes_back_and_no_more(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        reference = await captured(stripe)
        part = await stripe.refund(reference, amount=550, key="r:1")
        assert (part.standing, part.amount_refunded) == (Standing.CAPTURED, 550)
        with pytest.raises(Refused) as refused:
            await stripe.refund(reference, amount=2001, key="r:2")
        assert refused.value.code == "amount_too_large"

        whole = await stripe.refund(reference, amount=2000, key="r:3")
        assert (whole.standing, whole.amount_refunded) == (Standing.REFUNDED, 2550)
        with pytest.raises(Refused):
            await stripe.refund(reference, amount=1, key="r:4")
        assert fake.rules.kept(reference) == 0

    async def test_an_authorization_that_lapsed_is_gone(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        reference = await authorized(stripe)
        fake.rules.lapse(reference)
        with pytest.raises(Refused):
            await stripe.capture(reference, amount=2550, key="c")
        answer = await stripe.look_up(uuid4(), reference)
        assert answer is not None
        assert answer.standing is Standing.VOIDED


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

    @pytest.mark.parametrize("operation", ACTS)
    @pytest.mark.parametrize("kind", ["error", "error_after"])
    async def test_a_failure_inside_says_that_the_call_is_over(
        self, stripe: Stripe, fake: FakeStripe, operation: Operation, kind: Kind
    ) -> None:
        reference = await authorized(stripe)
        fake.fault(operation, kind)
        for _ in range(2):  # the same key is answered the same
            with pytest.raises(Stumbled):
                await ACTS[operation](stripe, reference)
        acted = len(fake.rules.moved(reference)) == 2
        assert acted is (kind == "error_after")

    @pytest.mark.parametrize("operation", ACTS)
    @pytest.mark.parametrize("kind", ["hang", "hang_after"])
    async def test_no_answer_tells_nothing_and_the_intent_does(
        self,
        stripe: Stripe,
        hasty: Stripe,
        fake: FakeStripe,
        operation: Operation,
        kind: Kind,
    ) -> None:
        reference = await authorized(stripe)
        fake.fault(operation, kind)
        with pytest.raises(OutcomeUnknown) as unknown:
            await ACTS[operation](hasty, reference)
        assert not isinstance(unknown.value, Stumbled)
        answer = await stripe.look_up(uuid4(), reference)
        assert answer is not None
        acted = answer.standing is not Standing.AUTHORIZED
        assert acted is (kind == "hang_after")

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

    @pytest.mark.parametrize(("amount", "currency"), [(0, "usd"), (1, "mga")])
    async def test_what_no_card_can_be_charged_is_our_own_fault(
        self, stripe: Stripe, amount: int, currency: str
    ) -> None:
        order = replace(wanted(amount=amount), currency=currency)
        with pytest.raises(OurFault):
            await stripe.authorize(order)

    async def test_the_sdk_repeats_nothing_by_itself(
        self, stripe: Stripe, fake: FakeStripe
    ) -> None:
        fake.fault("create", "error")
        with pytest.raises(Stumbled):
            await stripe.authorize(wanted())
        assert len(fake.asked("create")) == 1


class TestLookingUp:
    async def test_it_is_found_by_its_reference_or_by_our_id(
        self, stripe: Stripe
    ) -> None:
        order = wanted()
        answer = await stripe.authorize(order)

        assert await stripe.look_up(order.payment_id, None) == answer
        assert await stripe.look_up(order.payment_id, answer.reference) == answer

    async def test_what_stripe_never_heard_of_is_none(self, stripe: Stripe) -> None:
        assert await stripe.look_up(uuid4(), None) is None
        assert await stripe.look_up(uuid4(), "pi_unknown") is None

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


async def eventually_known(stripe: Stripe, order: Authorization) -> Answer:
    """Ask under the same key until the key is free."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await stripe.authorize(order)
            except OutcomeUnknown:
                await asyncio.sleep(0.01)
