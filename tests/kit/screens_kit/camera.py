"""Takes the pictures: each state once reached is seen in light and in dark."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from browser_kit.visitor import DEVICES, Visitor
from playwright.async_api import Browser, Page, expect

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
#: What may be taken for a page still on its way.
UNFINISHED = ".animate-shimmer, main [aria-busy=true]"
#: A page that is one: what cannot be found begins as an empty document without words.
ARRIVED = "html[lang] main"

#: A busy page hears late of another theme. Its colours begin with the frame after the
#: next, and are there once every transition has ended; what goes on for ever is none.
SETTLED = """async (theme) => {
    const frame = () => new Promise(requestAnimationFrame);
    const told = matchMedia(`(prefers-color-scheme: ${theme})`);
    while (!told.matches) await frame();
    await frame();
    await frame();
    const ends = (moving) => Number.isFinite(moving.effect.getComputedTiming().endTime);
    const ending = document.getAnimations().filter(ends);
    await Promise.allSettled(ending.map((moving) => moving.finished));
}"""


async def arrived(page: Page) -> None:
    await expect(page.locator(ARRIVED)).to_be_visible()
    await expect(page.locator(UNFINISHED)).to_have_count(0)


async def in_theme(page: Page, theme: Theme) -> None:
    await page.emulate_media(color_scheme=theme)
    await page.evaluate(SETTLED, theme)


@dataclass
class Camera:
    """Pictures in a folder, and which there are."""

    folder: Path
    device: str
    wanted: re.Pattern[str]
    taken: list[str] = field(default_factory=list[str])

    async def shoot(self, visitor: Visitor, name: str, *, whole: bool = True) -> None:
        """Take a page as it is now; `whole`: once it has all it waits for."""
        if not self.wanted.search(name):
            return
        page = visitor.page
        if whole:
            await arrived(page)
        for theme in THEMES:
            await in_theme(page, theme)
            await page.evaluate("scrollTo(0, 0); document.fonts.ready")
            file = self.folder / f"{name}.{self.device}.{theme}.png"
            await page.screenshot(path=file, full_page=True, animations="disabled")
        await in_theme(page, "light")
        self.taken.append(name)


@asynccontextmanager
async def window(browser: Browser, origin: str, device: str) -> AsyncGenerator[Visitor]:
    """A window whose page may complain: here things are broken on purpose."""
    context = await browser.new_context(
        **DEVICES[device],
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",  # nothing is to be seen halfway
    )
    try:
        yield Visitor(await context.new_page(), origin)
    finally:
        await context.close()
