"""`make lighthouse`: audit the pages of a purchase on a furnished system, as a phone.

Reports are written to `build/lighthouse`; ends with 1 where a page is below its limits.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import Process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from browser_kit.visitor import find_chromium
from screens_kit.world import World, furnish
from system_kit.stage import staged

from local.client import node_folder

HERE = Path(__file__).parent
REPORTS = HERE.parents[1] / "build" / "lighthouse"
#: Audits of each page, of which the one in the middle counts.
RUNS = 5
#: A phone serves no tickets: what runs beside the browser, here on its processors, has
#: by so much less of a claim to them.
YIELDS = 10
#: Before the first of them: a page is compiled, rendered and cached.
VISITS = 3
LIMITS = {"performance": 90, "accessibility": 100, "best-practices": 95}


async def measure() -> list[dict[str, Any]]:
    browser = await start_browser()
    os.nice(YIELDS)
    with TemporaryDirectory() as data:
        async with staged(Path(data), {"TICKETING_CLIENT": "on"}) as stage:
            seen = await warm(await pages(await furnish(stage)))
            return await audit(browser, seen)


async def start_browser() -> Process:
    """Before the system: what starts later inherits that it yields."""
    return await asyncio.create_subprocess_exec(
        node_folder() / "bin" / "node",
        HERE / "audit.mjs",
        find_chromium(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def warm(seen: list[dict[str, str]]) -> list[dict[str, str]]:
    """Ask for each page as often as a cache needs: nobody is the first of the day."""
    async with httpx.AsyncClient(timeout=30) as visitor:
        for page in seen * VISITS:
            (await visitor.get(page["url"])).raise_for_status()
    return seen


async def pages(world: World) -> list[dict[str, str]]:
    buyer = await world.stage.guest()
    event = await buyer.ask("GET", f"/api/events/{world.events['on-sale']}")
    order = await buyer.order(event["tickets"][0], 2)
    cookie = "; ".join(f"{name}={value}" for name, value in buyer.http.cookies.items())
    order_page = f"{world.origin}/orders/{order['id']}"
    return [
        {"name": "home", "url": f"{world.origin}/"},
        {"name": "event", "url": f"{world.origin}{world.page('on-sale')}"},
        {"name": "order", "url": order_page, "cookie": cookie},
    ]


async def audit(browser: Process, seen: list[dict[str, str]]) -> list[dict[str, Any]]:
    asked = {"folder": str(REPORTS), "pages": seen, "runs": RUNS, "yields": YIELDS}
    printed, _ = await browser.communicate(json.dumps(asked).encode())
    if browser.returncode:
        sys.exit(browser.returncode)
    return json.loads(printed)


def main() -> None:
    results = asyncio.run(measure())
    for result in results:
        print(", ".join(f"{name}: {value}" for name, value in result.items()))  # noqa: T201  # what it is for
    low = [r["name"] for r in results if any(r[c] < LIMITS[c] for c in LIMITS)]
    if low:
        sys.exit(f"below the limits: {', '.join(low)}")


main()
