"""Buying in a real browser, by people who click twice, go back and open tabs."""

import asyncio
import json
from typing import Any

import pytest
import pytest_asyncio
from browser_kit.network import ORDER, Gate, disturb
from browser_kit.visitor import PASSWORD, Open, Visitor
from browser_kit.words import words
from playwright.async_api import Page, expect
from system_kit.people import Json
from system_kit.stage import Stage

from common.testing.waiting import eventually

pytestmark = pytest.mark.e2e

FLOOR, BALCONY = "Floor", "Balcony"
#: A phone in a crowd: late answers, few bytes, a processor with other things to do.
CROWD = {"latency": 150, "downloadThroughput": 120_000, "uploadThroughput": 40_000}
SLOWER = 4


@pytest_asyncio.fixture(loop_scope="session")
async def event(stage: Stage) -> Json:
    """An event with two kinds of ticket, by itself in its city."""
    seller = await stage.member()
    made = await seller.announce(name="The Last Waltz")
    for title, price in ((FLOOR, 2_550), (BALCONY, 4_000)):
        await seller.offer(event_id=made["id"], title=title, price=price, quantity=9)
    return made


async def test_a_guest_buys_several_kinds_and_keeps_them_with_one_field(
    window: Open, page_of_event: str
) -> None:
    async with window() as guest:
        await guest.go(page_of_event)
        await guest.choose(FLOOR, 2)
        await guest.choose(BALCONY, 1)
        await guest.get()
        await guest.pay()
        await guest.is_done()
        await guest.sees("keep.title")
        await expect(guest.page.locator("main form input:visible")).to_have_count(1)
        await guest.fill("keep.password", PASSWORD)
        await guest.press("keep.do")
        await expect(guest.page.get_by_text(words("keep.title"))).to_have_count(0)
        kept = guest.page.get_by_role("status").filter(has_text=words("keep.done"))
        await expect(kept).to_be_visible()
        await expect(guest.page.locator(":focus")).to_contain_text(words("keep.done"))
        [order] = await guest.ask("/api/orders")
        assert order["total"] == 2 * 2_550 + 4_000
        assert await kind(guest) == "member"


async def test_the_running_hold_is_on_every_page(
    window: Open, page_of_event: str
) -> None:
    async with window() as guest:
        order = await guest.hold(page_of_event, FLOOR, quantity=1)
        for path in ("/", "/search", page_of_event, "/orders", "/signin", "/sell"):
            await guest.go(path)
            await expect(banner(guest)).to_be_visible()
        await banner(guest).get_by_role("link").click()
        await guest.page.wait_for_url(f"**{order}")
        await expect(banner(guest)).to_have_count(0)


async def test_a_reload_keeps_the_clock_and_what_was_typed(
    window: Open, page_of_event: str
) -> None:
    async with window() as guest:
        await guest.hold(page_of_event, FLOOR, quantity=1)
        await guest.say_who()
        await guest.page.reload()
        await guest.holds()
        await expect(guest.page.get_by_label(words("pay.email"))).to_have_value(
            guest.email
        )
        await guest.pay_button.click()
        await guest.is_done()


async def test_another_tab_shows_what_this_one_did(
    window: Open, page_of_event: str
) -> None:
    async with window() as here:
        order = await here.hold(page_of_event, FLOOR, quantity=1)
        there = await here.beside()
        await there.go(order)
        await there.pay()
        await there.is_done()
        await here.is_done()


async def test_two_tabs_that_pay_at_once_pay_once(
    window: Open, page_of_event: str
) -> None:
    async with window() as here:
        order = await here.hold(page_of_event, FLOOR, quantity=1)
        there = await here.beside()
        await there.go(order)
        for tab in (here, there):
            await tab.say_who()
        clicks = (tab.pay_button.dispatch_event("click") for tab in (here, there))
        await asyncio.gather(*clicks)
        await asyncio.gather(here.is_done(), there.is_done())
        await paid_once(here)


async def test_clicking_twice_orders_and_pays_once(
    window: Open, page_of_event: str
) -> None:
    async with window() as hasty:
        await hasty.go(page_of_event)
        await hasty.choose(FLOOR, 1)
        await hasty.get_button.dblclick()
        await hasty.holds()
        await hasty.say_who()
        await hasty.pay_button.dblclick()
        await hasty.is_done()
        await paid_once(hasty)


async def test_going_back_and_clicking_again_orders_and_pays_once(
    window: Open, page_of_event: str
) -> None:
    async with window() as unsure:
        order = await unsure.hold(page_of_event, FLOOR, quantity=1)
        await unsure.page.go_back()
        await unsure.choose(FLOOR, 1)
        assert await unsure.get() == order
        await unsure.pay()
        await unsure.is_done()
        await unsure.page.go_back()
        await unsure.page.go_forward()
        await unsure.is_done()
        await paid_once(unsure)


async def test_going_back_from_the_bank_and_clicking_again_orders_once(
    window: Open, page_of_event: str
) -> None:
    async with window() as unsure:
        path = await unsure.hold(page_of_event, FLOOR, quantity=1)
        await unsure.pay("secure")
        await unsure.page.wait_for_url("**/test-provider/challenges/*")
        await eventually(lambda: is_awaited(unsure))
        assert await unsure.hold(page_of_event, FLOOR, quantity=1) == path
        assert len(await unsure.ask("/api/orders")) == 1


async def test_the_same_choice_at_another_price_is_another_wish(
    window: Open, stage: Stage
) -> None:
    seller = await stage.member()
    event = await seller.announce()
    floor = await seller.offer(event_id=event["id"], title=FLOOR)
    async with window() as guest:
        first = await guest.hold(f"/events/{event['id']}", FLOOR, quantity=1)
        change = {"price": 3_000}
        await seller.ask("PATCH", f"/api/tickets/{floor['id']}", json=change)
        await eventually(lambda: offers(guest, event, "$30.00"))
        assert await guest.hold(f"/events/{event['id']}", FLOOR, quantity=1) != first
        totals = [order["total"] for order in await guest.ask("/api/orders")]
        assert totals == [3_000, 2_550]


async def test_nothing_else_is_chosen_while_tickets_are_being_held(
    window: Open, page_of_event: str
) -> None:
    async with window() as hasty:
        await hasty.go(page_of_event)
        await hasty.choose(FLOOR, 1)
        held = Gate()
        await disturb(hasty.page, ORDER, held)
        await hasty.get_button.click()
        await hasty.sees("buy.holding")
        quantity = words("buy.quantityOf").format(title=FLOOR)
        box = hasty.page.get_by_role("textbox", name=quantity)
        await expect(box).to_be_disabled()
        held.open()
        await hasty.holds()
        assert len(await hasty.ask("/api/orders")) == 1


async def test_who_takes_the_last_is_not_told_that_others_have_them(
    window: Open, stage: Stage
) -> None:
    seller = await stage.member()
    event = await seller.announce()
    last = await seller.offer(event_id=event["id"], title=FLOOR, quantity=1)
    async with window() as buyer, window() as onlooker:
        await onlooker.go(f"/events/{event['id']}")
        await buyer.go(f"/events/{event['id']}")
        await buyer.choose(FLOOR, 1)
        held = Gate()
        await disturb(buyer.page, ORDER, held)
        await buyer.get_button.click()
        await seller.sees(last, available=0)
        await onlooker.sees("buy.allHeldText")
        await buyer.sees("buy.holding")
        await expect(buyer.page.get_by_text(words("buy.allHeld"))).to_have_count(0)
        held.open()
        await buyer.holds()


async def test_a_slow_phone_buys(window: Open, page_of_event: str) -> None:
    async with window() as guest:
        await slow_down(guest.page)
        await guest.page.goto(f"{guest.origin}{page_of_event}", wait_until="commit")
        await expect(guest.page.get_by_role("heading", level=1)).to_be_visible()
        await guest.choose(FLOOR, 2)
        await guest.get()
        await guest.pay()
        await guest.is_done()
        [order] = await guest.ask("/api/orders")
        assert [item["quantity"] for item in order["items"]] == [2]


async def test_a_shared_link_says_what_it_leads_to(
    stage: Stage, event: Json, page_of_event: str
) -> None:
    html = (await stage.person().http.get(page_of_event)).text
    assert f'<meta property="og:title" content="{event["name"]}"' in html
    assert '<meta property="og:image" content="http' in html
    data = html.split('<script type="application/ld+json">')[1].split("</script>")[0]
    described = json.loads(data)
    assert (described["@type"], described["name"]) == ("Event", event["name"])
    assert [offer["price"] for offer in described["offers"]] == [25.5, 40]


def banner(visitor: Visitor) -> Any:
    return visitor.page.get_by_role("complementary", name=words("hold.label"))


async def kind(visitor: Visitor) -> str:
    answer = await visitor.page.request.get(f"{visitor.origin}/api/users/currentuser")
    return (await answer.json())["current_user"]["kind"]


async def is_awaited(visitor: Visitor) -> bool:
    [order] = await visitor.ask("/api/orders")
    return order["status"] == "awaiting_payment"


async def offers(visitor: Visitor, event: Json, price: str) -> bool:
    """Load the page of an event, and look whether it names a price."""
    await visitor.go(f"/events/{event['id']}")
    await expect(visitor.get_button).to_be_visible()
    return await visitor.page.get_by_role("listitem").get_by_text(price).count() > 0


async def paid_once(visitor: Visitor) -> None:
    [order] = await visitor.ask("/api/orders")
    payments = await visitor.ask(f"/api/payments?order_id={order['id']}")
    assert order["status"] == "complete"
    assert len(payments) == 1, payments


async def slow_down(page: Page) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", {"offline": False, **CROWD})
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
