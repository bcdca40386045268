"""The forms of sellers: what is typed is saved once, as it is meant, and not lost."""

from datetime import timedelta

import pytest
import pytest_asyncio
from browser_kit.network import DELETE, NEXT_PAGE, Gate, disturb
from browser_kit.visitor import Open, Visitor
from browser_kit.words import pattern, words
from playwright.async_api import Locator, expect
from system_kit.people import PASSWORD, Json, Person
from system_kit.stage import Stage

from common.testing.waiting import eventually

pytestmark = pytest.mark.e2e

#: After so long what a page knows is old, and asked again once somebody looks at it.
LATER = timedelta(minutes=2)
LOOK = "document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))"


@pytest_asyncio.fixture(loop_scope="session")
async def seller(stage: Stage) -> Person:
    return await stage.member()


@pytest_asyncio.fixture(loop_scope="session")
async def ticket(seller: Person) -> Json:
    return await seller.offer(title="Row 5")


def address(ticket: Json) -> str:
    return f"/api/tickets/{ticket['id']}"


def field(visitor: Visitor, path: str) -> Locator:
    main = visitor.page.get_by_role("main")
    return main.get_by_label(words(path), exact=True)


async def look_again(visitor: Visitor) -> None:
    """Come back to a tab that has not been looked at for a while."""
    await visitor.turn_clock(LATER)
    await visitor.page.evaluate(LOOK)


async def test_a_form_undoes_no_change_of_another_tab(
    window: Open, seller: Person, ticket: Json
) -> None:
    async with window() as here:
        await here.come_as(seller)
        await here.page.clock.install()
        await here.go(f"/sell/tickets/{ticket['id']}")
        await expect(field(here, "editor.title")).to_have_value("Row 5")
        await seller.ask("PATCH", address(ticket), json={"price": 3000})
        async with here.page.expect_response(f"**{address(ticket)}"):
            await look_again(here)
        await here.fill("editor.title", "Row 6")
        await here.press("sell.save")
        await here.sees("problems.changed")
    now = await seller.ask("GET", address(ticket))
    assert (now["title"], now["price"]) == ("Row 5", 3000)


async def test_what_is_sent_again_on_the_way_on_sells_nothing_more(
    window: Open, seller: Person
) -> None:
    mine = f"/api/tickets?seller={(await seller.me() or {})['id']}"
    async with window() as here:
        await here.come_as(seller)
        await here.go("/sell/ticket")
        gate = Gate()
        way = await disturb(here.page, NEXT_PAGE, gate, times=99)
        await here.fill("editor.title", "Row 7")
        await here.page.get_by_label(pattern("editor.price")).fill("99")
        await here.press("sell.putOnSale")
        await eventually(lambda: way.happened)
        await field(here, "editor.title").press("Enter")
        gate.open()
        await here.page.wait_for_url("**/tickets/*")
        titles = [each["title"] for each in await here.ask(mine)]
        assert titles == ["Row 7"]


async def test_an_editor_begins_with_what_is_true_now(
    window: Open, seller: Person
) -> None:
    event = await seller.announce(name="Old")
    async with window() as here:
        await here.come_as(seller)
        await here.page.clock.install()
        await here.go(f"/sell/events/{event['id']}")
        await expect(field(here, "editor.name")).to_have_value("Old")
        await leave(here)
        path = f"/api/events/{event['id']}"
        await seller.ask("PATCH", path, json={"name": "New"})
        await here.turn_clock(LATER)
        await here.page.go_back()
        await expect(field(here, "editor.name")).to_have_value("New")
        await here.fill("editor.city", "Oakland")
        await here.press("sell.save")
        await here.page.wait_for_url(f"{here.origin}/events/{event['id']}")


async def test_what_was_typed_outlives_the_session_of_its_own_person(
    stage: Stage, window: Open, seller: Person
) -> None:
    other = await stage.member()
    async with window() as here:
        await here.come_as(seller)
        await here.page.clock.install()
        await here.describe("Floor", price="25.50", quantity=3)
        await here.page.context.clear_cookies()
        await look_again(here)
        await here.sees("sell.needAccount")
        await sign_in_again(here, seller)
        await here.sees("sell.draftIsBack")
        await expect(field(here, "editor.city")).to_have_value("San Francisco")
        await expect(field(here, "editor.title")).to_have_value("Floor")
        await here.press("sell.startOver")
        await expect(field(here, "editor.name")).to_be_focused()
        await expect(field(here, "editor.city")).to_have_value("")
        await here.fill("editor.city", "Oakland")
        await here.page.reload()
        await expect(field(here, "editor.city")).to_have_value("Oakland")
        await here.page.context.clear_cookies()
        await look_again(here)
        await sign_in_again(here, other)
        await expect(field(here, "editor.city")).to_have_value("")


async def sign_in_again(visitor: Visitor, person: Person) -> None:
    """By the way that a page shows to whoever has to."""
    main = visitor.page.get_by_role("main")
    await main.get_by_role("link", name=words("nav.signIn")).click()
    await visitor.fill("auth.email", person.email)
    await visitor.fill("auth.password", PASSWORD)
    await visitor.press("auth.signIn")
    await visitor.page.wait_for_url(f"{visitor.origin}/sell/event")


async def test_sale_times_stay_open_while_one_is_typed(
    window: Open, seller: Person, ticket: Json
) -> None:
    opens = {"sale_starts_at": "2026-01-10T18:00:00Z"}
    await seller.ask("PATCH", address(ticket), json=opens)
    async with window() as here:
        await here.come_as(seller)
        await here.go(f"/sell/tickets/{ticket['id']}")
        starts = here.page.get_by_label(words("editor.saleStarts"))
        await expect(starts).to_have_value("2026-01-10T18:00")
        await starts.press("Delete")
        await expect(starts).to_have_value("")
        await expect(starts).to_be_focused()
        await expect(starts).to_be_visible()


async def test_a_slow_deletion_takes_nothing_else_along(
    window: Open, seller: Person
) -> None:
    event = await seller.announce()
    for title in ("Floor", "Balcony"):
        await seller.offer(event_id=event["id"], title=title)
    async with window() as here:
        await here.come_as(seller)
        await here.go(f"/sell/events/{event['id']}")
        gate = Gate()
        await disturb(here.page, DELETE, gate)
        titles = field(here, "editor.title")
        await titles.first.fill("Stalls")
        await here.page.get_by_role("button", name=words("sell.delete")).last.click()
        dialog = here.page.get_by_role("dialog")
        await dialog.get_by_role("button", name=words("sell.deleteYes")).click()
        await here.page.keyboard.press("Escape")
        await expect(dialog).to_be_visible()
        gate.open()
        await expect(dialog).to_have_count(0)
        await expect(titles).to_have_count(1)
        await expect(titles).to_have_value("Stalls")


async def leave(visitor: Visitor) -> None:
    """Go elsewhere without loading the page again."""
    await visitor.choose_in_menu("nav.orders")
    await visitor.page.wait_for_url("**/orders")
