"""Pages can be used by everybody: what axe finds wrong on them is nothing."""

import re
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from browser_kit.visitor import DEVICES, Visitor, visiting
from browser_kit.words import words
from playwright.async_api import Browser, Page
from screens_kit.camera import arrived, in_theme, window
from screens_kit.walks import WALKS, Walk, Way
from screens_kit.world import World, furnish
from system_kit.people import Json
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e

#: WCAG 2.2, levels A and AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: In the dark only colours change.
COLOURS = ["color-contrast"]
#: The bank's page is the test provider's.
FOREIGN = re.compile("bank$")
FLOOR = "Floor"
#: Nobody should press Tab more often than this to get to anything.
STOPS = 60


@dataclass
class Inspector:
    """Goes along where a camera would, and notes what is wrong."""

    device: str
    found: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    async def shoot(self, visitor: Visitor, name: str, *, whole: bool = True) -> None:
        if FOREIGN.search(name):
            return
        if whole:
            await arrived(visitor.page)
        await in_theme(visitor.page, "light")
        wrong = await barriers(visitor.page, RULES)
        await in_theme(visitor.page, "dark")
        wrong += await barriers(visitor.page, COLOURS)
        await in_theme(visitor.page, "light")
        if wrong:
            self.found[name] = wrong


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(stage: Stage) -> World:
    return await furnish(stage)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("way", WALKS, ids=lambda way: way.__name__)
async def test_no_state_of_a_page_has_a_barrier(
    world: World, browser: Browser, way: Way, device: str
) -> None:
    inspector = Inspector(device)
    async with window(browser, world.origin, device) as visitor:
        await way(Walk(world, visitor, inspector))
    assert not inspector.found, inspector.found


async def test_the_design_page_has_no_barrier(stage: Stage, browser: Browser) -> None:
    async with visiting(browser, stage.system.settings.origin, "desktop") as visitor:
        await visitor.go("/design")
        assert not await barriers(visitor.page, RULES)


async def test_a_purchase_needs_no_pointer(stage: Stage, browser: Browser) -> None:
    seller = await stage.member()
    event: Json = await seller.announce()
    await seller.offer(event_id=event["id"], title=FLOOR)
    async with visiting(browser, stage.system.settings.origin, "desktop") as buyer:
        keys = buyer.page.keyboard
        await buyer.go(f"/events/{event['id']}")
        await tab_to(buyer.page, words("buy.quantityOf").format(title=FLOOR))
        await keys.press("ArrowUp")
        await tab_to(buyer.page, "Get 2 tickets")
        await keys.press("Enter")
        await buyer.holds()
        for name, typed in (("pay.name", "Ada"), ("pay.email", buyer.email)):
            await tab_to(buyer.page, words(name))
            await keys.type(typed)
        await tab_to(buyer.page, words("pay.cards.visa"))
        await keys.press("ArrowDown")
        await keys.press("ArrowUp")
        await tab_to(buyer.page, "Pay $51.00")
        await keys.press("Enter")
        await buyer.is_done()


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so."""
    for _ in range(STOPS):
        await page.keyboard.press("Tab")
        if name in await page.evaluate(FOCUSED):
            return
    pytest.fail(f"{name} is not within {STOPS} stops")


#: How what has the focus is called.
FOCUSED = """() => {
  const it = document.activeElement;
  const label = it.labels?.[0]?.textContent ?? '';
  return [it.getAttribute('aria-label'), label, it.textContent].join(' ');
}"""


async def barriers(page: Page, rules: list[str]) -> list[str]:
    results = await Axe().run(page, options={"runOnly": rules})
    violations = cast("list[dict[str, Any]]", results.response["violations"])
    return [
        f"{violation['id']}: {node['html']}"
        for violation in violations
        for node in violation["nodes"]
    ]
