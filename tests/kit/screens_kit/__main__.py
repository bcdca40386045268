"""`make screenshots`: start a system, walk through it, lay the pictures out."""

import argparse
import asyncio
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from browser_kit.visitor import DEVICES, chromium
from playwright.async_api import Browser
from system_kit.stage import staged

from screens_kit.camera import Camera, window
from screens_kit.sheet import draw_sheets
from screens_kit.walks import WALKS, Walk
from screens_kit.world import World, furnish


async def take_all(folder: Path, wanted: re.Pattern[str]) -> list[str]:
    with TemporaryDirectory() as data:
        async with staged(Path(data), {"TICKETING_CLIENT": "on"}) as stage:
            world = await furnish(stage)
            async with chromium() as browser:
                names = await _walk(browser, world, folder, wanted)
                await draw_sheets(browser, folder, names)
    return names


async def _walk(
    browser: Browser, world: World, folder: Path, wanted: re.Pattern[str]
) -> list[str]:
    cameras = [Camera(folder, device, wanted) for device in DEVICES]
    for camera in cameras:
        for way in WALKS:
            async with window(browser, world.origin, camera.device) as visitor:
                await way(Walk(world, visitor, camera))
    return sorted(cameras[0].taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("screenshots"))
    parser.add_argument("--only", default="", help="regular expression of names")
    asked = parser.parse_args()
    folder = asked.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    names = asyncio.run(take_all(folder, re.compile(asked.only)))
    print(f"{len(names)} states: {folder / 'index.html'}")  # noqa: T201  # what it is for


main()
