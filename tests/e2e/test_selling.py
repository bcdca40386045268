"""Selling: watching a sale, its orders, the file, the door, and money going back."""

import csv
import io
import re
from pathlib import Path

import pytest
import pytest_asyncio
from browser_kit.network import PUBLISH, TICKET, disturb, drop, lose, refuse
from browser_kit.visitor import Open, Visitor
from browser_kit.words import pattern, words
from playwright.async_api import Locator, expect
from system_kit.people import Json, Person
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e


class Sale:
    """A seller with an event on sale, and people who buy."""

    def __init__(self, stage: Stage, seller: Person, event: Json, ticket: Json) -> None:
        self.stage, self.seller = stage, seller
        self.event, self.ticket = event, ticket
        self.page = f"/sell/sales/{event['id']}"
        self.door = f"/sell/door/{event['id']}"

    async def buys(self, name: str, quantity: int = 1) -> Json:
        """Somebody new buys; the paid order."""
        buyer = await self.stage.guest()
        order = await buyer.order(self.ticket, quantity)
        contact = {"name": name, "email": f"{order['code'].lower()}@example.com"}
        path = f"/api/orders/{order['id']}"
        await buyer.ask("PATCH", path, json={"contact": contact})
        await buyer.pay(order)
        return await buyer.completion(order)


@pytest_asyncio.fixture
async def sale(stage: Stage) -> Sale:
    seller = await stage.member()
    event = await seller.announce()
    return Sale(stage, seller, event, await seller.offer(event_id=event["id"]))


async def come_in(visitor: Visitor, sale: Sale, path: str) -> None:
    await visitor.come_as(sale.seller)
    await visitor.go(path)


def orders(visitor: Visitor) -> Locator:
    section = visitor.page.get_by_role("region", name=words("sales.orders"))
    return section.get_by_role("listitem")


async def test_a_sale_is_watched_as_it_goes(window: Open, sale: Sale) -> None:
    """What is sold shows by itself: as figures, as a picture, and as its table."""
    async with window() as seller:
        await come_in(seller, sale, sale.page)
        await seller.sees("sales.nothingYet")
        await sale.buys("Ada Lovelace", quantity=2)
        await sale.buys("Grace Hopper")
        figures = seller.page.get_by_role("region", name=words("sales.figures"))
        await expect(figures).to_contain_text("$76.50")
        await seller.sees("sales.overTime")
        await seller.page.get_by_text(words("sales.asTable")).click()
        table = seller.page.get_by_role("table")
        await expect(table).to_contain_text("$76.50")
        await expect(seller.page.get_by_text("3 of 10 sold")).to_be_visible()
        await expect(orders(seller)).to_have_count(2)
        funnel = seller.page.get_by_role("heading", name=words("sales.funnel"))
        await funnel.click()  # a phone shows it once it is asked to
        given_back = seller.page.get_by_text(words("sales.outcomes.cancelled"))
        await expect(given_back).to_be_visible()
        await seller.go("/sell")
        await expect(
            seller.page.get_by_text("3 sold · 0 held · 7 left")
        ).to_be_visible()


async def test_an_order_is_found_and_taken_along(
    window: Open, sale: Sale, tmp_path: Path
) -> None:
    await sale.buys("Łukasz Żółć")
    ada = await sale.buys("Ada Lovelace")
    async with window() as seller:
        await come_in(seller, sale, sale.page)
        await expect(orders(seller)).to_have_count(2)
        await seller.fill("sales.search", "lukasz zol")
        await expect(orders(seller)).to_have_count(1)
        await expect(orders(seller)).to_contain_text("Łukasz Żółć")
        await seller.fill("sales.search", ada["code"].lower())
        await expect(orders(seller)).to_contain_text("Ada Lovelace")
        async with seller.page.expect_download() as started:
            await seller.press("sales.export")
        await (await started.value).save_as(tmp_path / "sales.csv")
        text = (tmp_path / "sales.csv").read_text(encoding="utf-8-sig")
        [row] = csv.DictReader(io.StringIO(text, newline=""))
        assert (row["code"], row["name"]) == (ada["code"], "Ada Lovelace")
        await seller.press("sales.filters.created")
        await seller.sees("sales.noMatch")
        await seller.press("sales.clear")
        await expect(orders(seller)).to_have_count(2)


async def test_money_goes_back_and_the_ticket_is_on_sale_again(
    window: Open, sale: Sale
) -> None:
    await sale.buys("Ada Lovelace", quantity=10)
    async with window() as seller:
        await come_in(seller, sale, sale.page)
        await orders(seller).get_by_role("button").click()
        dialog = seller.page.get_by_role("dialog")
        amount = dialog.get_by_label(pattern("sales.refund.amount"))
        await expect(amount).to_have_value("255")
        await amount.fill("300")
        await expect(dialog.get_by_role("button", name=_REFUND)).to_be_disabled()
        await amount.fill("255.00")
        await dialog.get_by_role("button", name=_REFUND).click()
        await expect(dialog).to_contain_text("$255.00 is on its way back")
        await dialog.get_by_role("button", name=words("sales.refund.close")).click()
        await expect(orders(seller)).to_contain_text(words("orders.reasons.refunded"))
    await sale.seller.sees(sale.ticket, available=10)


async def test_a_refund_in_part_leaves_the_rest_to_refund(
    window: Open, sale: Sale
) -> None:
    await sale.buys("Ada Lovelace", quantity=10)
    async with window() as seller:
        await come_in(seller, sale, sale.page)
        dialog = seller.page.get_by_role("dialog")
        amount = dialog.get_by_label(pattern("sales.refund.amount"))
        for rest in ("255", "245"):
            await orders(seller).get_by_role("button").click()
            await expect(amount).to_have_value(rest)
            await amount.fill("10")
            await dialog.get_by_role("button", name=_REFUND).click()
            await expect(dialog).to_contain_text("$10.00 is on its way back")
            await dialog.get_by_role("button", name=words("sales.refund.close")).click()
        await expect(orders(seller)).to_contain_text("$20.00 refunded")


async def test_the_door_has_a_list_by_name(window: Open, sale: Sale) -> None:
    for name in ("Zoë", "Ödön", "Ada"):
        await sale.buys(name)
    async with window() as seller:
        await come_in(seller, sale, sale.door)
        rows = seller.page.get_by_role("rowheader")
        await expect(rows).to_contain_text(["Ada", "Ödön", "Zoë"])
        await expect(seller.page.get_by_label(words("sales.list.find"))).to_be_focused()
        await seller.page.context.set_offline(True)
        await seller.page.keyboard.type("odon")
        await expect(rows).to_have_count(1)
        await seller.page.keyboard.press("Escape")
        await expect(rows).to_have_count(3)
        await seller.page.context.set_offline(False)
        await seller.page.emulate_media(media="print")
        await expect(rows).to_have_count(3)
        await expect(seller.page.get_by_role("banner")).to_be_hidden()
        button = seller.page.get_by_role("button", name=words("sales.list.print"))
        await expect(button).to_be_hidden()


async def test_nobody_watches_the_sales_of_others(
    stage: Stage, window: Open, sale: Sale
) -> None:
    await sale.buys("Ada Lovelace")
    async with window() as rival:
        await rival.come_as(await stage.member())
        for path in (sale.page, sale.door):
            await rival.go(path)
            await rival.sees("sales.gone")
        await rival.go("/sell/sales")
        await rival.sees("sales.nothingOffered")


async def test_an_event_and_its_tickets_are_changed_in_one_editor(
    window: Open, sale: Sale
) -> None:
    async with window() as seller:
        await come_in(seller, sale, f"/sell/events/{sale.event['id']}")
        await seller.fill("editor.name", "The Very Last Waltz")
        await seller.press("editor.addTicket")
        form = seller.page.get_by_role("main")
        await form.get_by_label(words("editor.title"), exact=True).last.fill("Balcony")
        await form.get_by_label(pattern("editor.price")).last.fill("40")
        await form.get_by_label(words("editor.quantity"), exact=True).last.fill("8")
        await seller.press("sell.save")
        await seller.page.wait_for_url(f"{seller.origin}/events/{sale.event['id']}")
        heading = seller.page.get_by_role("heading", level=1)
        await expect(heading).to_have_text("The Very Last Waltz")
        balcony = seller.page.get_by_role("heading", level=3, name="Balcony")
        await expect(balcony).to_be_visible()


async def test_a_refused_ticket_leaves_no_event_without_it_in_public(
    stage: Stage, window: Open
) -> None:
    seller = await stage.member()
    mine = f"/api/events?seller={(await seller.me() or {})['id']}"
    async with window() as visitor:
        await visitor.come_as(seller)
        for happening in (refuse(409, "too-many-tickets"), refuse(500, "internal")):
            await disturb(visitor.page, TICKET, happening)
        await visitor.describe("Floor", price="25.50", quantity=3)
        for _ in range(2):
            await visitor.press("sell.publish")
            main = visitor.page.get_by_role("main")
            await expect(main.get_by_role("alert")).to_be_visible()
            assert [each["status"] for each in await visitor.ask(mine)] == ["draft"]
        for happening in (refuse(503, "busy", retry_after=1), drop, lose):
            await disturb(visitor.page, PUBLISH, happening)
        await visitor.press("sell.publish")
        await visitor.page.wait_for_url("**/events/*")
        await visitor.choose("Floor", 1)
        [event] = await visitor.ask(mine)
        assert (event["status"], event["available"]) == ("published", 3)


async def test_sale_times_are_meant_on_the_clock_of_the_form(
    window: Open, sale: Sale
) -> None:
    path = f"/api/tickets/{sale.ticket['id']}"
    opens = {"sale_starts_at": "2026-01-10T18:00:00Z"}
    await sale.seller.ask("PATCH", path, json=opens)
    async with window() as seller:
        await come_in(seller, sale, f"/sell/events/{sale.event['id']}")
        starts = seller.page.get_by_label(words("editor.saleStarts"))
        await expect(starts).to_have_value("2026-01-10T10:00")
        zone = seller.page.get_by_label(words("editor.timezone"), exact=True)
        await zone.select_option("Europe/Berlin")
        await seller.press("sell.save")
        await seller.page.wait_for_url(f"{seller.origin}/events/{sale.event['id']}")
    changed = await sale.seller.ask("GET", path)
    assert changed["sale_starts_at"] == "2026-01-10T09:00:00Z"


async def test_no_field_hides_behind_the_bar_that_saves(
    window: Open, sale: Sale
) -> None:
    async with window() as seller:
        await come_in(seller, sale, f"/sell/events/{sale.event['id']}")
        await seller.page.get_by_label(words("editor.name"), exact=True).focus()
        hidden: list[str] = []
        while (found := await seller.page.evaluate(BEHIND)) is not None:
            hidden += [found] if found else []
            await seller.page.keyboard.press("Tab")
        assert not hidden


async def test_a_ticket_is_resold_in_three_fields(stage: Stage, window: Open) -> None:
    async with window() as seller:
        await seller.come_as(await stage.member())
        await seller.go("/sell/ticket")
        await seller.fill("editor.title", "Row 5, seat 14")
        price = seller.page.get_by_label(pattern("editor.price"))
        await price.fill("99")
        await seller.press("sell.putOnSale")
        await seller.page.wait_for_url("**/tickets/*")
        heading = seller.page.get_by_role("heading", level=1)
        await expect(heading).to_contain_text("Row 5, seat 14")


async def test_an_account_is_ones_own_to_change(window: Open) -> None:
    async with window() as member, window() as elsewhere:
        await member.sign_up()
        new = "ten wild badgers"
        await member.go("/account")
        main = member.page.get_by_role("main")
        await main.get_by_role("textbox", name=words("account.name")).fill("Grace")
        await member.press("account.saveName")
        await member.sees("account.nameSaved")
        await member.fill("account.old", "nine mild badgers")
        await member.fill("account.new", new)
        await member.press("account.savePassword")
        await member.sees("account.passwordSaved")
        saves = main.get_by_role("button", name=words("account.savePassword"))
        await expect(saves).to_be_focused()
        await expect(main.get_by_label(words("account.old"))).to_have_value("")
        await elsewhere.sign_in(member.email, new)
        await member.page.reload()
        await member.press("account.endOthers")
        await member.sees("account.noOthers")
        await elsewhere.go("/account")
        await elsewhere.sees("account.needAccount")


#: What has the focus where the bar covers it, else ''; null once it is in the bar.
BEHIND = """() => {
    const bar = document.querySelector('[data-bar=bottom]');
    const it = document.activeElement;
    if (bar.contains(it)) return null;
    const covered = it.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
    return covered ? it.name || it.textContent : '';
}"""
_REFUND = re.compile("^Refund ")
