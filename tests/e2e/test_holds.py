"""The hold that goes along on every page, until it is paid or over."""

from datetime import timedelta
from math import inf

import pytest
import pytest_asyncio
from browser_kit.network import LISTED, PAY, POLL, Gate, disturb, never
from browser_kit.visitor import Open, Visitor
from browser_kit.words import words
from playwright.async_api import Locator, expect
from system_kit.people import CHALLENGED, Json, Person
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e

#: What is left of a hold, and after what time a screen reader is told what.
LEFT, TOLD = timedelta(minutes=4), timedelta(minutes=2, seconds=30)
SAID = "2 minutes left to pay for your tickets."


@pytest_asyncio.fixture
async def offered(stage: Stage) -> Json:
    seller = await stage.member()
    event = await seller.announce()
    return await seller.offer(event_id=event["id"])


def banner(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("complementary", name=words("hold.label"))


async def test_an_order_at_the_bank_is_not_forgotten(
    window: Open, buyer: Person, offered: Json
) -> None:
    order = await buyer.order(offered)
    await buyer.pay(order, CHALLENGED)
    await buyer.watch(order, lambda o: o["status"] == "awaiting_payment")
    async with window() as visitor:
        await visitor.come_as(buyer)
        await visitor.go("/")
        await expect(banner(visitor)).to_be_visible()
        await visitor.go("/orders")
        await visitor.press("orders.filters.open")
        rows = visitor.page.get_by_role("main").get_by_role("listitem")
        await expect(rows).to_contain_text(order["code"])


async def look_around(visitor: Visitor, buyer: Person) -> None:
    """Be at home with something held, in a window whose clock can be turned."""
    await visitor.come_as(buyer)
    await visitor.page.clock.install()
    await visitor.go("/")


async def test_the_end_of_a_hold_is_told_and_the_one_before_it_shown(
    window: Open, stage: Stage, buyer: Person, offered: Json
) -> None:
    older, newer = await buyer.order(offered, 2), await buyer.order(offered)
    await stage.expire(newer, LEFT)
    async with window() as visitor:
        await look_around(visitor, buyer)
        leads = banner(visitor).get_by_role("link", name=words("hold.finish"))
        await expect(leads).to_have_attribute("href", f"/orders/{newer['id']}")
        await visitor.turn_clock(TOLD)
        await expect(banner(visitor).get_by_text(SAID)).to_be_attached()
        await visitor.turn_clock(LEFT - TOLD)
        await visitor.sees("hold.over")
        await expect(leads).to_have_attribute("href", f"/orders/{older['id']}")
        await visitor.page.get_by_role("link", name=words("hold.look")).click()
        await visitor.page.wait_for_url(f"**/orders/{newer['id']}")
        await visitor.go("/")
        await expect(visitor.page.get_by_text(words("hold.over"))).to_have_count(0)


async def test_two_holds_that_end_one_after_the_other_are_asked_for_once_each(
    window: Open, stage: Stage, buyer: Person, offered: Json
) -> None:
    older, newer = await buyer.order(offered, 2), await buyer.order(offered)
    await stage.expire(older, LEFT - timedelta(minutes=1))
    await stage.expire(newer, LEFT)
    async with window() as visitor:
        await look_around(visitor, buyer)
        leads = banner(visitor).get_by_role("link", name=words("hold.finish"))
        await expect(leads).to_have_attribute("href", f"/orders/{newer['id']}")
        asked: list[str] = []
        visitor.page.on("request", lambda request: asked.append(request.url))
        await visitor.turn_clock(LEFT)
        look = visitor.page.get_by_role("link", name=words("hold.look"))
        await expect(look).to_have_attribute("href", f"/orders/{older['id']}")
        await visitor.turn_clock(timedelta(seconds=5))
        await expect(leads).to_have_count(0)
        assert len([url for url in asked if "/api/orders" in url]) <= 2


async def test_what_was_paid_is_not_to_be_paid_on_other_pages(
    window: Open, buyer: Person, offered: Json
) -> None:
    order = await buyer.order(offered)
    async with window() as visitor:
        await visitor.come_as(buyer)
        await visitor.go("/")
        await expect(banner(visitor)).to_be_visible()
        await banner(visitor).get_by_role("link").click()
        # Its page hears of it by another question, not by waiting for news.
        await disturb(visitor.page, POLL, never, times=inf)
        told = Gate()
        await disturb(visitor.page, PAY, told)
        await visitor.holds()
        await visitor.pay()
        await buyer.completion(order)
        told.open()
        await visitor.is_done()
        await visitor.page.get_by_role("link", name=words("nav.home")).first.click()
        await visitor.page.wait_for_url(f"{visitor.origin}/")
        await expect(banner(visitor)).to_have_count(0)


async def test_a_second_hold_is_not_met_by_the_first(
    window: Open, buyer: Person, offered: Json
) -> None:
    await buyer.order(offered)
    async with window() as visitor:
        await visitor.come_as(buyer)
        await visitor.go(f"/events/{offered['event_id']}")
        await expect(banner(visitor)).to_be_visible()
        await disturb(visitor.page, LISTED, never)
        await visitor.choose(offered["title"], 2)
        await visitor.get()
        await expect(banner(visitor)).to_have_count(0)


async def test_a_hold_that_lasts_longer_meanwhile_is_not_told_to_be_over(
    window: Open, stage: Stage, buyer: Person, offered: Json
) -> None:
    order = await buyer.order(offered)
    await stage.expire(order, LEFT)
    async with window() as visitor:
        await look_around(visitor, buyer)
        await expect(banner(visitor)).to_be_visible()
        await stage.expire(order, 3 * LEFT)
        await visitor.turn_clock(LEFT)
        await expect(banner(visitor)).to_be_visible()
        await expect(visitor.page.get_by_text(words("hold.over"))).to_have_count(0)


async def test_what_was_paid_elsewhere_is_not_told_to_be_over(
    window: Open, stage: Stage, buyer: Person, offered: Json
) -> None:
    order = await buyer.order(offered)
    await stage.expire(order, LEFT)
    async with window() as visitor:
        await look_around(visitor, buyer)
        await expect(banner(visitor)).to_be_visible()
        await buyer.pay(order)
        await buyer.completion(order)
        await visitor.turn_clock(LEFT)
        await expect(banner(visitor)).to_have_count(0)
