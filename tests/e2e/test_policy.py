"""What the headers of pages promise: whose scripts run, and how old a page may be."""

import re

import pytest
import pytest_asyncio
from browser_kit.visitor import visiting
from playwright.async_api import Browser, Request
from screens_kit.camera import window
from system_kit.people import Json
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e

#: A script as an attacker would leave it in a page; whether it ran.
INJECTED = """() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    return window.ran ?? false;
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def offered(stage: Stage) -> Json:
    seller = await stage.member()
    event = await seller.announce()
    return await seller.offer(event_id=event["id"])


@pytest.fixture
def paths(offered: Json) -> list[str]:
    event, ticket = f"/events/{offered['event_id']}", f"/tickets/{offered['id']}"
    order = "/orders/01900000-0000-7000-8000-000000000000"
    return ["/", "/de", "/search", event, ticket, "/orders", order, "/sell", "/no/page"]


async def test_every_page_names_the_scripts_it_may_run(
    stage: Stage, paths: list[str]
) -> None:
    for path in paths:
        answer = await stage.person().http.get(path)
        rules = dict(
            rule.split(" ", 1)
            for rule in answer.headers["content-security-policy"].split("; ")
        )
        allowed = rules["script-src"].split()
        assert allowed[0] == "'self'", path
        assert all(source.startswith("'sha256-") for source in allowed[1:]), path
        assert rules["object-src"] == rules["frame-ancestors"] == "'none'", path


async def test_no_page_asks_for_a_script_before_it_is_painted(
    stage: Stage, paths: list[str]
) -> None:
    for path in paths:
        page = (await stage.person().http.get(path)).text
        asked = re.findall(r'<(?:script|link)[^>]*"/_next/[^"]*\.js"[^>]*>', page)
        assert all("noModule" in tag for tag in asked), (path, asked)


async def test_no_cache_shows_what_was_on_more_than_a_minute_ago(
    stage: Stage, offered: Json
) -> None:
    for path in ("/", "/de", f"/events/{offered['event_id']}"):
        answer = await stage.person().http.get(path)
        shared = answer.headers["cache-control"]
        seconds = re.findall(r"(?:s-maxage|stale-while-revalidate)=(\d+)", shared)
        assert 0 < sum(map(int, seconds)) <= 60, (path, shared)


async def test_a_script_that_was_put_into_a_page_does_not_run(
    stage: Stage, browser: Browser, paths: list[str]
) -> None:
    async with window(browser, stage.system.settings.origin, "desktop") as visitor:
        for path in paths:
            await visitor.go(path)
            assert await visitor.page.evaluate(INJECTED) is False, path


async def test_nothing_is_fetched_from_anybody_else(
    stage: Stage, browser: Browser, paths: list[str]
) -> None:
    origin, foreign = stage.system.settings.origin, set[str]()

    def note(request: Request) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            foreign.add(request.url)

    async with visiting(browser, origin, "phone") as visitor:
        visitor.page.on("request", note)
        for path in paths:
            await visitor.go(path)
    assert not foreign
