"""After a purchase: the receipt on paper, the order among others, the calendar."""

from pathlib import Path

import pytest
import pytest_asyncio
from browser_kit.visitor import Open, Visitor
from browser_kit.words import words
from playwright.async_api import Locator, expect
from system_kit.people import PASSWORD, Json, Person
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e


@pytest_asyncio.fixture
async def offered(stage: Stage) -> Json:
    seller = await stage.member()
    event = await seller.announce()
    return await seller.offer(event_id=event["id"], title="Floor")


async def bought(buyer: Person, offered: Json, email: str = "ada@example.com") -> Json:
    order = await buyer.order(offered)
    contact = {"name": "Ada Lovelace", "email": email}
    path = f"/api/orders/{order['id']}"
    await buyer.ask("PATCH", path, json={"contact": contact})
    await buyer.pay(order)
    return await buyer.completion(order)


def rows(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("main").get_by_role("listitem")


async def test_a_receipt_is_all_that_is_printed(
    window: Open, buyer: Person, offered: Json
) -> None:
    order = await bought(buyer, offered)
    async with window() as visitor:
        await visitor.come_as(buyer)
        await visitor.go(f"/orders/{order['id']}")
        await visitor.is_done()
        await visitor.page.emulate_media(media="print")
        await expect(visitor.page.get_by_text("ada@example.com").last).to_be_visible()
        await expect(visitor.page.get_by_text("$25.50").first).to_be_visible()
        for role in ("banner", "contentinfo", "navigation", "button"):
            await expect(visitor.page.get_by_role(role)).to_have_count(0)
        assert (await visitor.page.pdf()).startswith(b"%PDF")


async def test_a_receipt_says_what_went_back_and_what_is_paid(
    window: Open, stage: Stage, buyer: Person
) -> None:
    seller = await stage.member()
    event = await seller.announce()
    order = await bought(buyer, await seller.offer(event_id=event["id"]))
    [payment] = (await buyer.ask("GET", "/api/payments"))["items"]
    await buyer.captured(payment)
    await seller.refund(payment, amount=1_000, restock=False)
    await buyer.watch(order, lambda o: o["amount_refunded"] == 1_000)
    async with window() as visitor:
        await visitor.come_as(buyer)
        await visitor.go(f"/orders/{order['id']}")
        await visitor.is_done()
        await visitor.page.emulate_media(media="print")
        receipt = visitor.page.get_by_role("region", name=words("receipt.title"))
        for name, value in (("order.refunded", "-$10.00"), ("order.paid", "$15.50")):
            line = receipt.locator("div").filter(has_text=words(name)).last
            await expect(line).to_contain_text(value)


async def test_what_costs_nothing_was_paid_with_no_card(
    window: Open, stage: Stage, buyer: Person
) -> None:
    seller = await stage.member()
    order = await buyer.order(await seller.offer(price=0))
    await buyer.pay(order, token=None)
    await buyer.completion(order)
    async with window() as visitor:
        await visitor.come_as(buyer)
        await visitor.go(f"/orders/{order['id']}")
        await visitor.sees("order.yours")
        for line in ("receipt.test", "receipt.paid"):
            await expect(visitor.page.get_by_text(words(line))).to_have_count(0)


async def test_who_has_an_account_already_takes_the_order_there(
    window: Open, stage: Stage, buyer: Person, offered: Json
) -> None:
    member = await stage.member()
    order = await bought(buyer, offered, email=member.email)
    path = f"/orders/{order['id']}"
    async with window() as visitor:
        await visitor.come_as(buyer)
        await visitor.go(path)
        await visitor.fill("keep.password", PASSWORD)
        await visitor.press("keep.do")
        address = visitor.page.get_by_role("textbox", name=words("keep.email"))
        await expect(address).to_be_focused()
        await expect(address).to_have_accessible_description(words("auth.taken"))
        form = visitor.page.get_by_role("main").locator("form")
        await form.get_by_role("link", name=words("auth.signIn")).click()
        await visitor.page.wait_for_url("**/signin?**")
        await visitor.fill("auth.email", member.email)
        await visitor.fill("auth.password", PASSWORD)
        await visitor.press("auth.signIn")
        await visitor.page.wait_for_url(f"**{path}")
        await visitor.is_done()
        await member.sign_in()
        assert await member.find(order)


async def test_an_address_that_is_taken_is_said_at_its_field(
    window: Open, stage: Stage
) -> None:
    member = await stage.member()
    async with window() as visitor:
        await visitor.go("/signup")
        await visitor.fill("auth.email", member.email)
        await visitor.fill("auth.password", PASSWORD)
        await visitor.press("auth.signUp")
        address = visitor.page.get_by_role("textbox", name=words("auth.email"))
        await expect(address).to_be_focused()
        await expect(address).to_have_accessible_description(words("auth.taken"))


async def test_an_order_is_found_among_others(
    window: Open, buyer: Person, offered: Json
) -> None:
    paid, open_ = await bought(buyer, offered), await buyer.order(offered)
    async with window() as visitor:
        await visitor.come_as(buyer)
        await visitor.go("/orders")
        await expect(rows(visitor)).to_have_count(2)
        await visitor.press("orders.filters.complete")
        await expect(rows(visitor)).to_have_count(1)
        await expect(rows(visitor)).to_contain_text(paid["code"])
        await visitor.press("orders.filters.open")
        await expect(rows(visitor)).to_contain_text(open_["code"])
        await visitor.press("orders.filters.cancelled")
        await visitor.sees("orders.noneOfThese")
        await visitor.press("orders.filters.all")
        await rows(visitor).filter(has_text=paid["code"]).get_by_role("link").click()
        await visitor.is_done()


async def test_a_night_goes_into_the_calendar(
    window: Open, buyer: Person, offered: Json, tmp_path: Path
) -> None:
    order = await bought(buyer, offered)
    async with window() as visitor:
        await visitor.come_as(buyer)
        await visitor.go(f"/orders/{order['id']}")
        async with visitor.page.expect_download() as started:
            await visitor.press("order.calendar")
        await (await started.value).save_as(tmp_path / "night.ics")
    assert "SUMMARY:The Last Waltz" in (tmp_path / "night.ics").read_text("utf-8")
