"""What payments believes of a provider: every case against each of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from provider_tills import (
    AMOUNT,
    Breakdown,
    Buyer,
    Call,
    Silence,
    Till,
    stand_in_till,
    standing,
    stripe_till,
)

from common.clock import utcnow
from payments.domain import Standing
from payments.providers.interface import (
    Answer,
    OutcomeUnknown,
    Redirect,
    Refused,
    Stumbled,
    TokenUnknown,
)
from payments.providers.stand_in.desk import Desk

Act = Callable[[Till, str], Awaitable[Answer]]

ACTS: dict[Call, Act] = {
    "capture": lambda till, reference: till.capture(reference, f"c:{reference}"),
    "void": lambda till, reference: till.void(reference, f"v:{reference}"),
}


@pytest.fixture(params=["test", "stripe"])
async def till(request: pytest.FixtureRequest, provider: Desk) -> AsyncIterator[Till]:
    opened = stand_in_till(provider) if request.param == "test" else stripe_till()
    async with opened as till:
        yield till


class TestAuthorize:
    async def test_a_good_card_is_authorized_and_nothing_is_taken(
        self, till: Till
    ) -> None:
        answer = await till.provider.authorize(till.wanted())
        assert (answer.standing, answer.next_action) == (Standing.AUTHORIZED, None)
        assert await till.moved(answer.reference) == ["authorized"]

    @pytest.mark.parametrize(
        ("buyer", "code"), [("bad", "generic_decline"), ("poor", "insufficient_funds")]
    )
    async def test_a_bad_card_is_declined_and_nothing_is_held(
        self, till: Till, buyer: Buyer, code: str
    ) -> None:
        answer = await till.provider.authorize(till.wanted(buyer))
        assert (answer.standing, answer.decline_code) == (Standing.DECLINED, code)
        assert await till.moved(answer.reference) == []
        with pytest.raises(Refused):
            await till.capture(answer.reference)

    async def test_what_is_no_card_is_an_unknown_token(self, till: Till) -> None:
        with pytest.raises(TokenUnknown):
            await till.provider.authorize(till.wanted("nobody"))


class TestActions:
    @pytest.mark.parametrize(
        ("buyer", "approved", "outcome"),
        [
            ("asked", True, Standing.AUTHORIZED),
            ("asked", False, Standing.DECLINED),
            ("asked_in_vain", True, Standing.DECLINED),
            ("bank", True, Standing.CAPTURED),
            ("bank", False, Standing.DECLINED),
        ],
    )
    async def test_the_bank_asks_and_its_buyer_answers(
        self,
        till: Till,
        buyer: Buyer,
        approved: bool,  # noqa: FBT001  # by name
        outcome: Standing,
    ) -> None:
        answer = await till.provider.authorize(till.wanted(buyer))
        assert answer.standing is Standing.REQUIRES_ACTION
        assert answer.next_action is not None
        await till.answer_bank(answer, approved=approved)
        for _ in range(2):
            assert (await till.provider.confirm(answer.reference)).standing is outcome

    async def test_until_then_nothing_changes(self, till: Till) -> None:
        answer = await till.provider.authorize(till.wanted("asked"))
        assert await till.provider.confirm(answer.reference) == answer

    @pytest.mark.parametrize("buyer", ["asked", "bank"])
    async def test_called_off_it_is_never_paid(self, till: Till, buyer: Buyer) -> None:
        reference = await till.authorized(buyer)
        assert (await till.void(reference)).standing is Standing.VOIDED
        with pytest.raises(Refused):
            await till.capture(reference)
        assert "captured" not in await till.moved(reference)


class TestBanks:
    """Methods that cannot wait: money is there before the verdict."""

    async def paid(self, till: Till) -> str:
        answer = await till.provider.authorize(till.wanted("bank"))
        assert isinstance(answer.next_action, Redirect)
        await till.answer_bank(answer, approved=True)
        return answer.reference

    async def test_it_is_captured_at_once_and_was_never_held(self, till: Till) -> None:
        assert await till.moved(await self.paid(till)) == ["captured"]

    @pytest.mark.parametrize("call", ACTS)
    async def test_there_is_nothing_to_capture_nor_to_call_off(
        self, till: Till, call: Call
    ) -> None:
        with pytest.raises(Refused):
            await ACTS[call](till, await self.paid(till))

    async def test_it_goes_back_whole(self, till: Till) -> None:
        answer = await till.refund(await self.paid(till))
        assert answer.standing is Standing.REFUNDED
        assert await till.moved(answer.reference) == ["captured", "refunded"]

    async def test_a_bank_that_takes_its_time_cannot_be_called_off(
        self, till: Till
    ) -> None:
        answer = await till.provider.authorize(till.wanted("slow"))
        await till.answer_bank(answer, approved=True)
        with pytest.raises(Refused):
            await till.void(answer.reference)
        await till.finish(answer.reference)
        paid = await till.provider.confirm(answer.reference)
        assert paid.standing is Standing.CAPTURED


class TestKeys:
    @pytest.mark.parametrize("buyer", ["good", "bad"])
    async def test_the_same_key_acts_once_and_answers_the_same(
        self, till: Till, buyer: Buyer
    ) -> None:
        order = till.wanted(buyer)
        first, second = [await till.provider.authorize(order) for _ in range(2)]
        assert first == second
        assert len(await till.moved(first.reference)) <= 1

    async def test_the_same_key_with_other_parameters_is_refused(
        self, till: Till
    ) -> None:
        order = till.wanted()
        await till.provider.authorize(order)
        with pytest.raises(Refused) as refused:
            await till.provider.authorize(replace(order, amount=1))
        assert refused.value.code == "idempotency_error"

    async def test_captured_once_whatever_is_asked_again(self, till: Till) -> None:
        reference = await till.authorized()
        for _ in range(2):
            answer = await till.capture(reference, "same")
            assert answer.standing is Standing.CAPTURED
        assert await till.moved(reference) == ["authorized", "captured"]


async def captured(till: Till, reference: str) -> None:
    await till.capture(reference)


async def voided(till: Till, reference: str) -> None:
    await till.void(reference)


async def refunded(till: Till, reference: str) -> None:
    await till.capture(reference)
    await till.refund(reference)


async def untouched(_till: Till, _reference: str) -> None:
    """As it was authorized."""


class TestMoney:
    @pytest.mark.parametrize(
        ("before", "then"),
        [
            (voided, Till.capture),
            (voided, Till.void),
            (voided, Till.refund),
            (captured, Till.capture),
            (captured, Till.void),
            (untouched, Till.refund),
            (refunded, Till.refund),
        ],
    )
    async def test_what_cannot_follow_is_refused(
        self,
        till: Till,
        before: Callable[[Till, str], Awaitable[None]],
        then: Act,
    ) -> None:
        reference = await till.authorized()
        await before(till, reference)
        moved = await till.moved(reference)
        with pytest.raises(Refused):
            await then(till, reference)
        assert await till.moved(reference) == moved

    async def test_what_was_captured_goes_back_and_no_more(self, till: Till) -> None:
        reference = await till.captured()
        part = await till.refund(reference, 550)
        assert (part.standing, part.amount_refunded) == (Standing.CAPTURED, 550)
        with pytest.raises(Refused) as refused:
            await till.refund(reference, 2001)
        assert refused.value.code == "amount_too_large"
        whole = await till.refund(reference, 2000)
        assert (whole.standing, whole.amount_refunded) == (Standing.REFUNDED, AMOUNT)

    async def test_an_authorization_that_lapsed_is_gone(self, till: Till) -> None:
        reference = await till.authorized()
        await till.lapse(reference)
        with pytest.raises(Refused):
            await till.capture(reference)
        assert await standing(till, uuid4(), reference) == Standing.VOIDED


class TestFaults:
    @pytest.mark.parametrize("call", ACTS)
    @pytest.mark.parametrize("how", ["error", "error_after"])
    async def test_a_failure_inside_is_said_again_and_looked_up(
        self, till: Till, call: Call, how: Breakdown
    ) -> None:
        reference = await till.authorized()
        till.break_down(call, how)
        for _ in range(2):  # the same key is answered the same
            with pytest.raises(Stumbled):
                await ACTS[call](till, reference)
        acted = await standing(till, uuid4(), reference) != Standing.AUTHORIZED
        assert acted is (how == "error_after")

    @pytest.mark.parametrize("call", ACTS)
    @pytest.mark.parametrize("when", ["before", "after"])
    async def test_no_answer_tells_nothing_and_looking_up_does(
        self, till: Till, call: Call, when: Silence
    ) -> None:
        reference = await till.authorized()
        till.fall_silent(call, when)
        with pytest.raises(OutcomeUnknown) as unknown:
            await ACTS[call](till, reference)
        assert not isinstance(unknown.value, Stumbled)
        till.speak_again()
        acted = await standing(till, uuid4(), reference) != Standing.AUTHORIZED
        assert acted is (when == "after")


class TestLookingUp:
    async def test_it_is_found_by_its_reference_or_by_our_id(self, till: Till) -> None:
        order = till.wanted()
        answer = await till.provider.authorize(order)
        assert await till.provider.look_up(order.payment_id, None) == answer
        found = await till.provider.look_up(order.payment_id, answer.reference)
        assert found == answer

    async def test_what_never_arrived_is_none(self, till: Till) -> None:
        assert await till.provider.look_up(uuid4(), None) is None
        assert await till.provider.look_up(uuid4(), "pi_nothing") is None

    async def test_a_statement_tells_what_was_begun_in_a_time(self, till: Till) -> None:
        reference = await till.captured()
        soon = utcnow() + timedelta(minutes=1)
        hour_ago = soon - timedelta(hours=1)
        [found] = [each async for each in till.provider.statement(hour_ago, soon)]
        assert (found.reference, found.currency) == (reference, "eur")
        assert (found.standing, found.amount_captured) == (Standing.CAPTURED, AMOUNT)
        assert [each async for each in till.provider.statement(soon, soon)] == []
