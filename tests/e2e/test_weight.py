"""What a page asks of a phone: its scripts, as they travel."""

import gzip
import re

import pytest
from browser_kit.visitor import Visitor, visiting
from playwright.async_api import Browser, Response, expect
from screens_kit.camera import UNFINISHED
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e

#: Bytes, compressed.
SCRIPTS = 190 * 1024
#: Tells V8 to compile a script whole, and beside the main thread.
COMPILED = b"//# allFunctionsCalledOnLoad\n"
#: What Next asks for ahead, of pages that one may go to: not this page's weight.
AHEAD = re.compile(r"[?&]_rsc=")


async def test_no_page_of_a_buyer_loads_more_script_than_a_phone_likes(
    stage: Stage, browser: Browser
) -> None:
    seller = await stage.member()
    event = await seller.announce()
    ticket = await seller.offer(event_id=event["id"])
    async with visiting(browser, stage.system.settings.origin, "phone") as buyer:
        order = await buyer_order(buyer, event["id"])
        await buyer.page.route(AHEAD, lambda route: route.abort())
        pages = ["/", "/search", f"/events/{event['id']}", f"/tickets/{ticket['id']}"]
        pages += ["/orders", order]
        weights = {path: await weight(buyer, path) for path in pages}
    assert max(weights.values()) <= SCRIPTS, weights


async def buyer_order(buyer: Visitor, event_id: str) -> str:
    await buyer.go(f"/events/{event_id}")
    return await buyer.get()


async def test_no_script_waits_for_the_main_thread_to_compile_it(
    stage: Stage, browser: Browser
) -> None:
    async with visiting(browser, stage.system.settings.origin, "phone") as visitor:
        scripts = await scripts_of(visitor, "/")
    assert scripts
    assert all(script.startswith(COMPILED) for script in scripts)


async def weight(visitor: Visitor, path: str) -> int:
    """Bytes of all scripts that a first visit loads."""
    return sum(len(gzip.compress(script)) for script in await scripts_of(visitor, path))


async def scripts_of(visitor: Visitor, path: str) -> list[bytes]:
    scripts: dict[str, Response] = {}

    def note(response: Response) -> None:
        if response.request.resource_type == "script":
            scripts[response.url] = response

    visitor.page.on("response", note)
    await visitor.go(path)
    await visitor.can_touch()
    await expect(visitor.page.locator(UNFINISHED)).to_have_count(0)
    visitor.page.remove_listener("response", note)
    return [await each.body() for each in scripts.values()]
