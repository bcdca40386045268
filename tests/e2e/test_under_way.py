"""A payment under way, and what the page of its order says and offers meanwhile."""

from datetime import timedelta
from math import inf

import pytest
import pytest_asyncio
from browser_kit.network import PAYMENTS, Gate, disturb, showing
from browser_kit.visitor import Open, Visitor
from browser_kit.words import words
from playwright.async_api import Locator, expect
from system_kit.people import CHALLENGED, Json, Person
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e

UNKNOWN = showing(status="processing")
GERMAN = "de"
HOLD = timedelta(minutes=15)


@pytest_asyncio.fixture
async def order(stage: Stage, buyer: Person) -> Json:
    """Held tickets of an event."""
    seller = await stage.member()
    event = await seller.announce()
    return await buyer.order(await seller.offer(event_id=event["id"]))


def again(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name=words("ended.again"))


def give_back(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name=words("checkout.cancel"))


def page_of(order: Json, language: str = "") -> str:
    return f"{language}/orders/{order['id']}"


class TestAfterTheHold:
    """While nobody knows what the bank says, a second purchase may be a second bill."""

    async def test_nobody_is_asked_to_buy_again(
        self, window: Open, stage: Stage, buyer: Person, order: Json
    ) -> None:
        payment = await buyer.pay(order, CHALLENGED)
        await buyer.answer_bank(payment, "decline")
        await buyer.confirm(payment)
        await stage.expire(order)
        await buyer.expiry(order)
        async with window() as visitor:
            await visitor.come_as(buyer)
            unknown = await disturb(visitor.page, PAYMENTS, UNKNOWN, times=inf)
            await visitor.go(page_of(order))
            await visitor.sees("ended.late")
            await expect(again(visitor)).to_have_count(0)
            nothing_taken = visitor.page.get_by_text(words("ended.expired.text"))
            await expect(nothing_taken).to_have_count(0)
            unknown.end()
            await expect(again(visitor)).to_be_visible()
            await expect(nothing_taken).to_be_visible()

    async def test_before_payments_are_known_nothing_is_promised(
        self, window: Open, stage: Stage, buyer: Person, order: Json
    ) -> None:
        await stage.expire(order)
        await buyer.expiry(order)
        async with window() as visitor:
            await visitor.come_as(buyer)
            known = Gate()
            await disturb(visitor.page, PAYMENTS, known, times=inf)
            await visitor.go(page_of(order))
            await visitor.sees("ended.expired.title")
            await expect(again(visitor)).to_have_count(0)
            known.open()
            await expect(again(visitor)).to_be_visible()


async def test_what_may_be_charged_is_not_given_back(
    window: Open, buyer: Person, order: Json
) -> None:
    await buyer.pay(order, CHALLENGED)
    async with window() as visitor:
        await visitor.come_as(buyer)
        unknown = await disturb(visitor.page, PAYMENTS, UNKNOWN, times=inf)
        await visitor.go(page_of(order))
        await visitor.sees("pay.unknown")
        await expect(give_back(visitor)).to_have_count(0)
        unknown.end()
        await expect(give_back(visitor)).to_be_visible()


async def test_who_comes_back_after_the_bank_has_spoken_reads_their_own_language(
    window: Open, buyer: Person, order: Json
) -> None:
    payment = await buyer.pay(order, CHALLENGED)
    async with window() as visitor:
        await visitor.come_as(buyer)
        await visitor.go(page_of(order, "/de"))
        leave = visitor.page.get_by_role("button", name=words("pay.visitBank", GERMAN))
        await leave.click()
        await visitor.page.wait_for_url("**/test-provider/challenges/*")
        back = await buyer.answer_bank(payment, "approve")
        await buyer.confirm(payment)
        await buyer.completion(order)
        await visitor.page.goto(back)
        await visitor.page.wait_for_url(f"{visitor.origin}{page_of(order, '/de')}")
        going = visitor.page.get_by_role("heading", name=words("order.going", GERMAN))
        await expect(going).to_be_visible()


class TestWhoDoesNotSee:
    """The page turns into another one: who listens is led there."""

    async def test_is_led_to_what_was_bought(
        self, window: Open, buyer: Person, order: Json
    ) -> None:
        async with window() as visitor:
            await visitor.come_as(buyer)
            await visitor.go(page_of(order))
            await visitor.holds()
            await buyer.pay(order)
            await visitor.is_done()
            await expect(heading(visitor)).to_be_focused()

    async def test_is_led_to_what_is_over(
        self, window: Open, buyer: Person, order: Json
    ) -> None:
        async with window() as visitor:
            await visitor.come_as(buyer)
            await visitor.go(page_of(order))
            await visitor.holds()
            await buyer.cancel(order)
            await visitor.sees("ended.buyer.title")
            await expect(heading(visitor)).to_be_focused()

    async def test_hears_that_the_time_is_up(
        self, window: Open, buyer: Person, order: Json
    ) -> None:
        async with window() as visitor:
            await visitor.come_as(buyer)
            await visitor.page.clock.install()
            await visitor.go(page_of(order))
            await visitor.holds()
            await visitor.turn_clock(HOLD)
            said = visitor.page.get_by_role("status").filter(
                has_text=words("hold.ending")
            )
            await expect(said).to_be_visible()


def heading(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("heading", level=1)
