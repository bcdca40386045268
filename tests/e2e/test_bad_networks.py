"""Buying while something between browser and services goes wrong at each step."""

from math import inf
from uuid import uuid4

import pytest
import pytest_asyncio
from browser_kit.network import (
    CONTACT,
    ORDER,
    PAY,
    SCRIPT,
    STEPS,
    Happening,
    Request,
    disturb,
    drop,
    lose,
    refuse,
)
from browser_kit.visitor import Open
from browser_kit.words import words
from playwright.async_api import expect
from system_kit.people import Json
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e

FLOOR = "Floor"

#: What passes by itself: nobody has to do anything.
PASSING: dict[str, Happening] = {
    "busy": refuse(503, "busy", retry_after=1),
    "too-many": refuse(429, "too-many", retry_after=1),
    "dropped": drop,
    "answer-lost": lose,
}
#: What people have to be told, and the words they read then.
TOLD: dict[str, tuple[Request, Happening, str]] = {
    "sold-out": (ORDER, refuse(409, "sold-out", items=[]), "problems.sold-out"),
    "all-held": (ORDER, refuse(409, "all-held", items=[]), "problems.all-held"),
    "price": (ORDER, refuse(409, "price-changed"), "problems.price-changed"),
    "limit": (ORDER, refuse(409, "over-limit", items=[]), "problems.over-limit"),
    "gone-order": (ORDER, refuse(410, "hold-ended"), "problems.hold-ended"),
    "gone-contact": (CONTACT, refuse(410, "hold-ended"), "problems.hold-ended"),
    "taken-back": (CONTACT, refuse(409, "order-cancelled"), "problems.order-cancelled"),
    "gone-pay": (PAY, refuse(410, "hold-ended"), "problems.hold-ended"),
    "paid": (PAY, refuse(409, "already-paid"), "problems.already-paid"),
    "paying": (PAY, refuse(409, "payment-in-progress"), "problems.payment-in-progress"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def event(stage: Stage) -> Json:
    seller = await stage.member()
    made = await seller.announce()
    await seller.offer(event_id=made["id"], title=FLOOR, quantity=500)
    return made


@pytest.mark.parametrize("happening", PASSING.values(), ids=PASSING)
async def test_what_fails_once_at_each_step_is_done_once(
    window: Open, page_of_event: str, happening: Happening
) -> None:
    async with window() as guest:
        disturbed = [
            await disturb(guest.page, request, happening) for request in STEPS.values()
        ]
        await guest.hold(page_of_event, FLOOR, quantity=1)
        await guest.pay()
        await guest.is_done()
        [order] = await guest.ask("/api/orders")
        payments = await guest.ask(f"/api/payments?order_id={order['id']}")
        assert [payment["amount"] for payment in payments] == [order["total"]]
        assert [each.happened for each in disturbed] == [1 for _ in STEPS]


async def test_waiting_is_said_and_ends_by_itself(
    window: Open, page_of_event: str
) -> None:
    async with window() as guest:
        await guest.go(page_of_event)
        await guest.choose(FLOOR, 1)
        await disturb(guest.page, ORDER, PASSING["busy"])
        await guest.get_button.click()
        await guest.sees("waiting.busy")
        await guest.holds()
        await expect(guest.page.get_by_text(words("waiting.busy"))).to_have_count(0)


@pytest.mark.parametrize("window", ["phone"], indirect=True)
@pytest.mark.parametrize("case", TOLD.values(), ids=TOLD)
async def test_a_refusal_is_told_and_the_way_goes_on(
    window: Open, page_of_event: str, case: tuple[Request, Happening, str]
) -> None:
    request, happening, told = case
    async with window() as guest:
        await disturb(guest.page, request, happening)
        await guest.go(page_of_event)
        await guest.choose(FLOOR, 1)
        if request is ORDER:
            await guest.get_button.click()
            await guest.sees(told)
            await guest.get()
        else:
            await guest.get()
            await guest.pay()
            await guest.sees(told)
        await guest.pay()
        await guest.is_done()


async def test_a_paid_order_is_shown_though_its_script_was_lost(
    window: Open, page_of_event: str
) -> None:
    async with window() as guest:
        await guest.hold(page_of_event, FLOOR, quantity=1)
        lost = await disturb(guest.page, SCRIPT, drop, times=3)
        await guest.pay()
        await guest.is_done()
        assert lost.happened == 3


async def test_where_a_script_is_gone_for_good_the_way_on_loads_the_page_anew(
    window: Open, page_of_event: str
) -> None:
    async with window() as guest:
        await guest.hold(page_of_event, FLOOR, quantity=1)
        gone = await disturb(guest.page, SCRIPT, refuse(404, "not-found"), times=inf)
        await guest.pay()
        await guest.sees("errors.broken")
        orders = guest.page.get_by_role("main").get_by_role(
            "link", name=words("nav.orders")
        )
        await expect(orders).to_have_attribute("href", "/orders")
        gone.end()
        await guest.press("errors.again")
        await guest.is_done()
        guest.complaints.clear()  # that a script is missing is what this is about


async def test_offline_is_said_and_the_order_goes_through_once_back(
    window: Open, page_of_event: str
) -> None:
    async with window() as guest:
        await guest.go(page_of_event)
        await guest.choose(FLOOR, 1)
        await guest.page.context.set_offline(offline=True)
        await guest.sees("waiting.offline")
        await guest.get_button.click()
        await guest.page.context.set_offline(offline=False)
        await guest.holds()
        [order] = await guest.ask("/api/orders")
        assert order["status"] == "created"


async def test_what_has_sold_out_leads_to_what_has_not(
    window: Open, stage: Stage
) -> None:
    seller = await stage.member()
    town = {"name": "The Hall", "city": f"Town {uuid4().hex[:8]}", "country": "US"}
    gone = await seller.announce(venue=town)
    ticket = await seller.offer(event_id=gone["id"], quantity=1)
    left = await seller.announce(venue=town, name="The Second Night")
    await seller.offer(event_id=left["id"])
    buyer = await stage.guest()
    await buyer.pay(await buyer.order(ticket))
    await buyer.sees(ticket, available=0)
    async with window() as late:
        await late.go(f"/events/{gone['id']}")
        await late.sees("buy.soldOutText")
        link = late.page.get_by_role("main").get_by_role("link", name=left["name"])
        await link.first.click()
        await late.page.wait_for_url(f"**/events/{left['id']}")
        await expect(late.get_button).to_be_visible()
