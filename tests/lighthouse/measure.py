"""`make lighthouse`: audit the pages of a purchase on a furnished system, as a phone.

Reports are written to `build/lighthouse`; ends with 1 where a page is below its limits.
"""

import asyncio
import json
import sys
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
#: Before the first of them: a page is compiled, rendered and cached.
VISITS = 3
LIMITS = {"performance": 90, "accessibility": 100, "best-practices": 95}


async def measure() -> list[dict[str, Any]]:
    with TemporaryDirectory() as data:
        async with staged(Path(data), {"TICKETING_CLIENT": "on"}) as stage:
            return await audit(await warm(await pages(await furnish(stage))))


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


async def audit(seen: list[dict[str, str]]) -> list[dict[str, Any]]:
    asked = {
        "chromium": find_chromium(),
        "folder": str(REPORTS),
        "pages": seen,
        "runs": RUNS,
    }
    process = await asyncio.create_subprocess_exec(
        node_folder() / "bin" / "node",
        HERE / "audit.mjs",
        json.dumps(asked),
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    if process.returncode:
        sys.exit(process.returncode)
    return json.loads(printed)


def main() -> None:
    results = asyncio.run(measure())
    for result in results:
        print(", ".join(f"{name}: {value}" for name, value in result.items()))  # noqa: T201  # what it is for
    low = [r["name"] for r in results if any(r[c] < LIMITS[c] for c in LIMITS)]
    if low:
        sys.exit(f"below the limits: {', '.join(low)}")


main()
