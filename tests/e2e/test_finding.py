"""Finding an event: by words, by city, by date, in two languages."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from browser_kit.visitor import Open, Visitor
from browser_kit.words import words
from playwright.async_api import Locator, expect
from system_kit.people import Json, Person, ticket
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e

#: From now until a sale begins: nobody's page is drawn later than that.
LEAD = timedelta(hours=1)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def event(stage: Stage) -> Json:
    """In a city where nothing else is on."""
    seller, mark = await stage.member(), uuid4().hex[:8]
    made = await seller.announce(
        name=f"Ümit and the Elks {mark}",
        venue={"name": "Hall", "city": f"Ulm {mark}", "country": "DE"},
        timezone="Europe/Berlin",
        starts_at=(datetime.now(UTC) + timedelta(days=20)).isoformat(),
    )
    await seller.offer(event_id=made["id"])
    return made


async def test_words_find_it_whatever_the_accents(window: Open, event: Json) -> None:
    async with window() as visitor:
        await visitor.go("/")
        form = visitor.page.get_by_role("main").get_by_role("search")
        await form.get_by_label(words("home.what")).fill(
            event["name"].replace("Ü", "u")
        )
        await form.get_by_role("button").click()
        await visitor.page.wait_for_url("**/search?*")
        await expect(results(visitor)).to_have_count(1)
        await results(visitor).first.click()
        heading = visitor.page.get_by_role("heading", level=1, name=event["name"])
        await expect(heading).to_be_visible()


async def test_its_city_finds_it(window: Open, event: Json) -> None:
    async with window() as visitor:
        await visitor.go("/search")
        await visitor.fill("search.city", event["venue"]["city"])
        await visitor.press("search.find")
        await expect(results(visitor)).to_have_count(1)


async def test_its_day_finds_it_and_the_day_before_does_not(
    window: Open, event: Json
) -> None:
    async with window() as visitor:
        city, day = event["venue"]["city"], datetime.fromisoformat(event["starts_at"])
        before = day - timedelta(days=2)
        await visitor.go(f"/search?city={city}&day={day:%Y-%m-%d}")
        await expect(results(visitor)).to_have_count(1)
        await visitor.go(f"/search?city={city}&day={before:%Y-%m-%d}")
        await visitor.sees("search.nothing")
        await visitor.page.get_by_role("link", name=words("search.clear")).click()
        await expect(results(visitor).first).to_be_visible()


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
async def test_a_day_is_typed_and_searched_for_when_it_is_sent(
    window: Open, event: Json
) -> None:
    async with window() as visitor:
        city, day = event["venue"]["city"], datetime.fromisoformat(event["starts_at"])
        await visitor.go(f"/search?city={city}&when=weekend")
        address = visitor.page.url
        field = visitor.page.get_by_label(words("search.day"))
        await field.focus()
        await visitor.page.keyboard.type(f"{day:%m%d%Y}")
        await expect(field).to_have_value(f"{day:%Y-%m-%d}")
        await expect(field).to_be_focused()
        assert visitor.page.url == address
        await visitor.page.keyboard.press("Enter")
        await visitor.page.wait_for_url(f"**&day={day:%Y-%m-%d}")
        await expect(results(visitor)).to_have_count(1)
        await expect(field).to_be_focused()
        await visitor.page.go_back()
        await expect(field).to_have_value("")
        await expect(visitor.page.get_by_label(words("search.when"))).to_have_value(
            "weekend"
        )


async def test_the_same_page_in_german(window: Open, event: Json) -> None:
    async with window() as visitor:
        await visitor.go(f"/events/{event['id']}")
        languages = visitor.page.get_by_label(words("footer.language"))
        await languages.select_option("de")
        await visitor.page.wait_for_url(f"**/de/events/{event['id']}")
        await expect(visitor.page.locator("html[lang=de]")).to_have_count(1)
        heading = visitor.page.get_by_role("heading", level=1, name=event["name"])
        await expect(heading).to_be_visible()


@pytest.mark.parametrize("window", ["phone"], indirect=True)
async def test_what_a_service_finds_wrong_is_said_in_german_too(window: Open) -> None:
    async with window() as visitor:
        await visitor.go("/de/signup")
        form = visitor.page.get_by_role("main")
        await form.get_by_label("E-Mail", exact=True).fill(visitor.email)
        await form.get_by_label("Passwort", exact=True).fill("password123")
        await form.get_by_role("button", name="Konto anlegen").click()
        told = visitor.page.get_by_text("Das ist eines der häufigsten Passwörter.")
        await expect(told).to_be_visible()


async def test_a_sale_that_begins_soon_is_counted_down(
    window: Open, stage: Stage
) -> None:
    seller = await stage.member()
    made = await seller.announce()
    later = await offer_later(seller, event_id=made["id"])
    async with window() as early:
        await early.page.clock.install()
        await early.go(f"/events/{made['id']}")
        await expect(early.page.get_by_role("timer")).to_be_visible()
        await early.turn_clock(LEAD)
        await early.sees("sale.opening")
        now = {"sale_starts_at": datetime.now(UTC).isoformat()}
        await seller.ask("PATCH", f"/api/tickets/{later['id']}", json=now)
        await expect(early.get_button).to_be_visible()
        await expect(early.page.get_by_role("timer")).to_have_count(0)


@pytest.mark.parametrize("alone", [False, True], ids=["of-an-event", "alone"])
async def test_a_ticket_is_counted_down_by_the_clock_of_the_box_office(
    window: Open, stage: Stage, *, alone: bool
) -> None:
    seller = await stage.member()
    of = {} if alone else {"event_id": (await seller.announce())["id"]}
    later = await offer_later(seller, **of)
    async with window() as early:
        await early.page.clock.install(time=datetime.now(UTC) + 2 * LEAD)
        await early.go(f"/tickets/{later['id']}")
        timer = early.page.get_by_role("timer")
        await expect(timer).to_contain_text(re.compile("59 minutes left"))
        await expect(timer.get_by_text(words("sale.opening"))).to_have_count(0)


async def offer_later(seller: Person, **of: str) -> Json:
    opens = {"sale_starts_at": (datetime.now(UTC) + LEAD).isoformat()}
    return await seller.ask("POST", "/api/tickets", 201, json=ticket(**of, **opens))


def results(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("main").get_by_role("article").get_by_role("link")
