"""Pages can be used by everybody: what axe finds wrong on them is nothing."""

from typing import Any, cast

import pytest
from axe_playwright_python.async_playwright import Axe
from browser_kit.visitor import DEVICES, Visitor, visiting
from playwright.async_api import Browser, expect
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e

#: WCAG 2.2, levels A and AA.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
FLOOR = "Floor"


@pytest.mark.parametrize("device", DEVICES)
async def test_no_page_of_a_purchase_has_a_barrier(
    stage: Stage, browser: Browser, device: str
) -> None:
    origin, found = stage.system.settings.origin, dict[str, Any]()
    async with visiting(browser, origin, device) as person:
        await person.sign_up()
        event = await person.sell(FLOOR, price="25.50", quantity=9)
        found["event"] = await barriers(person)
        for path in ("/", "/search", "/sell", "/sell/ticket", "/account", "/signin"):
            await person.go(path)
            found[path] = await barriers(person)
        await person.hold(event, FLOOR, quantity=2)
        found["checkout"] = await barriers(person)
        await person.pay()
        await person.is_done()
        found["order"] = await barriers(person)
        await person.go("/orders")
        found["orders"] = await barriers(person)
    assert not any(found.values()), found


async def barriers(person: Visitor) -> list[str]:
    await expect(person.page.get_by_role("heading", level=1).first).to_be_visible()
    results = await Axe().run(person.page, options=RULES)
    violations = cast("list[dict[str, Any]]", results.response["violations"])
    return [
        f"{violation['id']}: {node['html']}"
        for violation in violations
        for node in violation["nodes"]
    ]
