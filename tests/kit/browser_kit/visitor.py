"""Somebody at a browser, who reads what is on the page and clicks it."""

import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from shutil import which
from typing import Any
from uuid import uuid4

from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    async_playwright,
    expect,
)
from system_kit.people import Person

from browser_kit.words import pattern, words
from common.testing.waiting import eventually

PASSWORD = "nine mild badgers"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DEVICES: Mapping[str, Mapping[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
}
#: Milliseconds until a page must show what is waited for.
PATIENCE = 15_000
#: What the browser itself says of an answer above 399; the page shows a sentence.
_ANSWERS = "Failed to load resource"
#: "Get the ticket", "Get 2 tickets".
_GET = re.compile("^Get ")


def find_chromium() -> str:
    found = next(filter(None, map(which, NAMES)), None)
    if found is None:
        message = "The browser tests need Chromium: apt-get install chromium."
        raise FileNotFoundError(message)
    return found


@asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    """Debian's browser; nothing is fetched."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        try:
            yield browser
        finally:
            await browser.close()


class Visitor:
    """One browser window of somebody's own."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.email = f"{uuid4().hex[:12]}@example.com"
        self.origin = origin
        #: What went wrong on the pages, by the browser's own account.
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    async def go(self, path: str) -> None:
        await self.page.goto(f"{self.origin}{path}")

    async def can_touch(self) -> None:
        """Wait for what a page is painted without: its scripts start after that."""
        await eventually(lambda: self.page.evaluate("Boolean(window.next?.router)"))

    # Who they are.

    async def sign_up(self) -> None:
        await self.go("/signup")
        await self._field("auth.name").fill("Ada")
        await self._field("auth.email").fill(self.email)
        await self._field("auth.password").fill(PASSWORD)
        await self._form().get_by_role("button", name=words("auth.signUp")).click()
        await self.page.wait_for_url(f"{self.origin}/")

    async def sign_in(self, email: str, password: str) -> None:
        await self.go("/signin")
        await self.fill("auth.email", email)
        await self.fill("auth.password", password)
        await self._form().get_by_role("button", name=words("auth.signIn")).click()
        await self.page.wait_for_url(f"{self.origin}/")

    async def come_as(self, person: Person) -> None:
        """Be somebody whom the API has let in: the pages know them by their cookie."""
        self.email = person.email
        name, value, url = "session", person.token, self.origin
        await self.page.context.add_cookies(
            [{"name": name, "value": value, "url": url, "httpOnly": True}]
        )

    async def choose_in_menu(self, path: str) -> None:
        """Follow or press what is called so in the menu of every page."""
        bar = self.page.get_by_role("banner")
        await bar.get_by_role("button", name=words("nav.menu"), exact=True).click()
        entry = bar.get_by_role("link").or_(bar.get_by_role("button"))
        await entry.filter(has_text=re.compile(f"^{words(path)}$")).last.click()

    async def fill(self, path: str, value: str) -> None:
        """Type into the field of this name."""
        await self._field(path).fill(value)

    async def press(self, path: str) -> None:
        """Press the button of this name."""
        await self._button(path).click()

    # Selling.

    async def sell(self, title: str, *, price: str, quantity: int) -> str:
        """Put an event with one kind of ticket on sale; the path of its page."""
        await self.describe(title, price=price, quantity=quantity)
        await self._button("sell.publish").click()
        await self.page.wait_for_url("**/events/*")
        return self.page.url.removeprefix(self.origin)

    async def describe(self, title: str, *, price: str, quantity: int) -> None:
        """Fill in the form of a new event."""
        await self.go("/sell/event")
        await self._field("editor.name").fill("The Last Waltz")
        await self._field("editor.venue").fill("Winterland")
        await self._field("editor.city").fill("San Francisco")
        await self._field("editor.country").select_option("US")
        starts = datetime.now(UTC) + timedelta(days=60)
        await self._field("editor.starts").fill(f"{starts:%Y-%m-%dT20:00}")
        await self._field("editor.title").fill(title)
        await self.page.get_by_label(pattern("editor.price")).fill(price)
        await self._field("editor.quantity").fill(str(quantity))

    # Buying.

    async def choose(self, title: str, quantity: int) -> None:
        """Say how many of a ticket, on the page that offers it."""
        quantity_of = words("buy.quantityOf").format(title=title)
        chosen = self.page.get_by_role("textbox", name=quantity_of)
        await chosen.fill(str(quantity))

    async def hold(self, path: str, title: str, *, quantity: int) -> str:
        """Choose tickets on a page and hold them; the path of the order."""
        await self.go(path)
        await self.choose(title, quantity)
        return await self.get()

    async def get(self) -> str:
        """Hold what is chosen; the path of the order."""
        await self.get_button.click()
        return await self.holds()

    async def holds(self) -> str:
        """Wait for the page on which to pay; its path."""
        await self.page.wait_for_url("**/orders/*")
        held = self.page.get_by_text(words("hold.heldFor"), exact=True)
        await expect(held).to_be_visible()
        return self.page.url.removeprefix(self.origin)

    @property
    def get_button(self) -> Locator:
        return self.page.get_by_role("button", name=_GET)

    @property
    def pay_button(self) -> Locator:
        return self.page.get_by_role("button", name=pattern("pay.pay"))

    async def pay(self, card: str = "visa") -> None:
        await self.say_who()
        await self.page.get_by_role("radio", name=words(f"pay.cards.{card}")).check()
        await self.pay_button.click()

    async def say_who(self) -> None:
        await self._field("pay.name").fill("Ada")
        await self._field("pay.email").fill(self.email)

    async def ask(self, path: str) -> list[dict[str, Any]]:
        """What the API lists for whoever sits at this browser."""
        answer = await self.page.request.get(f"{self.origin}{path}")
        assert answer.ok, answer.status
        return (await answer.json())["items"]

    async def answer_bank(self, *, approve: bool) -> None:
        await self.page.wait_for_url("**/test-provider/challenges/*")
        name = "Approve" if approve else "Decline"
        await self.page.get_by_role("button", name=name).click()
        await self.page.wait_for_url("**/orders/*")

    async def give_back(self) -> None:
        await self._button("checkout.cancel").click()
        dialog = self.page.get_by_role("dialog").or_(
            self.page.get_by_role("alertdialog")
        )
        await dialog.get_by_role("button", name=words("checkout.cancelYes")).click()

    async def turn_clock(self, time: timedelta) -> None:
        """Let the page's clock, which the test has installed, be so much later."""
        await self.page.clock.fast_forward(int(time.total_seconds() * 1000))

    async def beside(self) -> "Visitor":
        """Another tab of the same browser."""
        other = Visitor(await self.page.context.new_page(), self.origin)
        other.email, other.complaints = self.email, self.complaints
        return other

    async def sees(self, path: str) -> Locator:
        """Wait for words on the page."""
        found = self.page.get_by_text(words(path)).first
        await expect(found).to_be_visible()
        return found

    async def is_done(self) -> None:
        """Wait until the order is complete, with its code."""
        heading = self.page.get_by_role("heading", name=words("order.going"))
        await expect(heading).to_be_visible()
        await self.sees("order.code")

    def _field(self, path: str) -> Locator:
        """By its name, as it is read out; passwords and dates have no role to find."""
        name, form = words(path), self._form()
        by_role = form.get_by_role("textbox", name=name, exact=True)
        return by_role.or_(form.get_by_label(name, exact=True))

    def _form(self) -> Locator:
        return self.page.get_by_role("main")

    def _button(self, path: str) -> Locator:
        return self._form().get_by_role("button", name=words(path), exact=True)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_ANSWERS):
            self.complaints.append(message.text)


#: Opens a window, to be used with `async with`.
Open = Callable[[], AbstractAsyncContextManager[Visitor]]


@asynccontextmanager
async def visiting(
    browser: Browser, origin: str, device: str
) -> AsyncGenerator[Visitor]:
    """Open a window of its own for the while of the block; nothing may break in it."""
    context = await browser.new_context(
        **DEVICES[device], locale="en-US", timezone_id="UTC"
    )
    visitor = Visitor(await context.new_page(), origin)
    try:
        yield visitor
    finally:
        await context.close()
    assert not visitor.complaints, visitor.complaints
