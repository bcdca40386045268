"""One device, several people: nobody sees another's things, no guest loses theirs."""

import re

import pytest
import pytest_asyncio
from browser_kit.network import SIGN_OUT, disturb, drop, lose, never
from browser_kit.visitor import PASSWORD, Open, Visitor
from browser_kit.words import words
from playwright.async_api import Locator, Route, expect
from system_kit.people import Json
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e

FLOOR = "Floor"
ORDERS = re.compile(r"/api/orders(\?.*)?$")
#: Keeps what a page says loudly, however short it is seen.
LISTEN = """() => {
    window.alarms = [];
    new MutationObserver(() => document.querySelectorAll('[role=alert]').forEach(
        alarm => window.alarms.push(alarm.textContent)
    )).observe(document, {childList: true, subtree: true});
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def event(stage: Stage) -> Json:
    seller = await stage.member()
    made = await seller.announce()
    await seller.offer(event_id=made["id"], title=FLOOR, quantity=50)
    return made


def rows(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("main").get_by_role("listitem")


def question(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog", name=words("leave.title"))


async def sign_in_here(visitor: Visitor, email: str) -> None:
    """As somebody does who does not load the page again."""
    await visitor.choose_in_menu("nav.signIn")
    await visitor.fill("auth.email", email)
    await visitor.fill("auth.password", PASSWORD)
    await visitor.press("auth.signIn")
    await visitor.page.wait_for_url(f"{visitor.origin}/")


async def test_the_next_person_sees_nothing_of_the_one_before(
    window: Open, page_of_event: str
) -> None:
    async with window() as here, window() as elsewhere:
        await elsewhere.sign_up()
        await here.sign_up()
        await here.hold(page_of_event, FLOOR, quantity=1)
        await here.fill("pay.name", "Charles Babbage")
        await here.choose_in_menu("nav.orders")
        await expect(rows(here)).to_have_count(1)
        await here.choose_in_menu("nav.signOut")
        await here.page.wait_for_url(f"{here.origin}/")
        await sign_in_here(here, elsewhere.email)
        await here.page.route(ORDERS, never)
        await here.choose_in_menu("nav.orders")
        await expect(
            here.page.get_by_role("main").get_by_role("status")
        ).to_be_visible()
        await expect(rows(here)).to_have_count(0)
        await here.page.unroute(ORDERS, never)
        await here.hold(page_of_event, FLOOR, quantity=1)
        name = here.page.get_by_label(words("pay.name"), exact=True)
        await expect(name).to_have_value("Ada")


async def test_a_guest_who_signs_up_has_the_orders_in_sight_all_along(
    window: Open, page_of_event: str
) -> None:
    async with window() as guest:
        await guest.hold(page_of_event, FLOOR, quantity=1)
        await guest.choose_in_menu("nav.orders")
        await expect(rows(guest)).to_have_count(1)
        await guest.page.evaluate(LISTEN)
        await guest.page.get_by_role("link", name=words("orders.guestDo")).click()
        await guest.fill("auth.email", guest.email)
        await guest.fill("auth.password", PASSWORD)
        await guest.press("auth.signUp")
        await guest.page.wait_for_url("**/orders")
        await expect(rows(guest)).to_have_count(1)
        await expect(guest.page.get_by_text(words("orders.guest"))).to_have_count(0)
        assert await guest.page.evaluate("window.alarms") == []


async def test_a_guest_with_orders_is_asked_before_they_are_lost(
    window: Open, page_of_event: str
) -> None:
    async with window() as guest:
        order = await guest.hold(page_of_event, FLOOR, quantity=1)
        await guest.choose_in_menu("nav.leaveGuest")
        await expect(question(guest)).to_be_visible()
        await guest.page.keyboard.press("Escape")
        await expect(question(guest)).to_have_count(0)
        assert await guest.ask("/api/orders")
        await guest.page.reload()
        await guest.choose_in_menu("nav.leaveGuest")
        await question(guest).get_by_role("link").click()
        await guest.page.wait_for_url("**/signup?next=**")
        await expect(question(guest)).to_have_count(0)
        await guest.go(order)
        await guest.choose_in_menu("nav.leaveGuest")
        await question(guest).get_by_role("button").click()
        await guest.page.wait_for_url(f"{guest.origin}/")
        await guest.go(order)
        await guest.sees("order.signedOut")


async def test_a_tab_that_is_looked_at_again_knows_who_has_left(
    window: Open, page_of_event: str
) -> None:
    async with window() as here:
        there = await two_tabs_at_the_orders(here, page_of_event)
        await sign_out_here(there)
        await here.page.evaluate("dispatchEvent(new Event('visibilitychange'))")
        await here.sees("orders.nobody")


async def test_a_tab_that_is_refused_asks_who_is_here(
    window: Open, page_of_event: str
) -> None:
    async with window() as here:
        there = await two_tabs_at_the_orders(here, page_of_event)
        await sign_out_here(there)
        await here.press("orders.filters.open")
        await here.sees("orders.nobody")


async def test_signing_in_waits_for_nothing_else(
    window: Open, page_of_event: str
) -> None:
    async with window() as here, window() as elsewhere:
        await elsewhere.sign_up()
        await here.hold(page_of_event, FLOOR, quantity=1)
        await here.go("/")
        await here.can_touch()
        await here.page.route(ORDERS, never)
        await sign_in_here(here, elsewhere.email)


async def sign_out_here(visitor: Visitor) -> None:
    await visitor.choose_in_menu("nav.signOut")
    way_out = visitor.page.get_by_role("button", name=words("nav.signOut"))
    await expect(way_out).to_have_count(0)


async def two_tabs_at_the_orders(here: Visitor, page_of_event: str) -> Visitor:
    """A member with an order looks at it; the other tab is at home."""
    await here.sign_up()
    await here.hold(page_of_event, FLOOR, quantity=1)
    await here.go("/orders")
    await expect(rows(here)).to_have_count(1)
    there = await here.beside()
    await there.go("/")
    await there.can_touch()
    return there


async def test_whoever_cannot_sign_out_is_told(window: Open) -> None:
    async with window() as member:
        await member.sign_up()
        await disturb(member.page, SIGN_OUT, refused, times=1)
        await member.choose_in_menu("nav.signOut")
        await expect(
            member.page.get_by_role("banner").get_by_role("alert")
        ).to_be_visible()
        for happening in (drop, lose):
            await disturb(member.page, SIGN_OUT, happening)
        bar = member.page.get_by_role("banner")
        way_out = bar.get_by_role("button", name=words("nav.signOut"))
        await way_out.click()
        await expect(way_out).to_have_count(0)
        await member.choose_in_menu("nav.signIn")
        await member.page.wait_for_url("**/signin")


async def refused(route: Route) -> None:
    await route.fulfill(status=500)
