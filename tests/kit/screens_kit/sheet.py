"""The contact sheet: every state in a row, at both sizes, light and dark."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from playwright.async_api import Browser

from screens_kit.camera import THEMES

DEVICES = ("phone", "desktop")
#: States on one picture of the sheet: more are too small to be judged.
TOGETHER = 3
STYLE = """
body { margin: 24px; font: 15px system-ui, sans-serif; background: #777; color: #fff }
h2 { margin: 20px 0 6px; font-size: 17px }
.row { display: flex; gap: 12px; align-items: flex-start }
.row a { display: block; max-height: 620px; overflow: hidden }
.phone img { width: 240px } .desktop img { width: 560px } img { display: block }
"""


def write_sheet(folder: Path, names: Iterable[str]) -> Path:
    """`index.html`, to be opened in a browser."""
    rows = "".join(f"<section>{_row(name)}</section>" for name in names)
    page = f"<!doctype html><title>Screens</title><style>{STYLE}</style>{rows}"
    sheet = folder / "index.html"
    sheet.write_text(page, encoding="utf-8")
    return sheet


async def draw_sheets(browser: Browser, folder: Path, names: list[str]) -> list[Path]:
    """The same as pictures, a few states on each."""
    page = await browser.new_page(viewport={"width": 1700, "height": 900})
    drawn: list[Path] = []
    for start in range(0, len(names), TOGETHER):
        write_sheet(folder, names[start : start + TOGETHER])
        await page.goto((folder / "index.html").as_uri())
        drawn.append(folder / f"sheet-{start // TOGETHER + 1:02}.png")
        await page.screenshot(path=drawn[-1], full_page=True)
    await page.close()
    write_sheet(folder, names)
    return drawn


def _row(name: str) -> str:
    pictures = "".join(
        f'<a class="{device}" href="{name}.{device}.{theme}.png">'
        f'<img src="{name}.{device}.{theme}.png" alt="{device}, {theme}"></a>'
        for device in DEVICES
        for theme in THEMES
    )
    return f'<h2>{escape(name)}</h2><div class="row">{pictures}</div>'
