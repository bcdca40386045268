"""The ways through the site on which the pictures are taken."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from browser_kit.visitor import Visitor
from browser_kit.words import pattern, words
from playwright.async_api import Route, expect
from system_kit.people import PASSWORD, Json

from screens_kit.world import World

FLOOR = "Standing"
_REFUND = re.compile("^(Refund|Erstatten)")
#: An answer that no page expects.
BROKEN: Json = {"items": [{}], "next": None}


class Observer(Protocol):
    """Whoever goes along and looks at each state."""

    async def shoot(
        self, visitor: Visitor, name: str, *, whole: bool = True
    ) -> None: ...


@dataclass
class Walk:
    """Somebody on their way, with a camera."""

    world: World
    visitor: Visitor
    camera: Observer

    async def see(self, path: str, name: str) -> None:
        await self.visitor.go(path)
        await self.take(name)

    async def take(self, name: str, *, whole: bool = True) -> None:
        await self.camera.shoot(self.visitor, name, whole=whole)

    async def answer(self, pattern_: str, **answer: object) -> None:
        """Let the network answer in the services' place."""

        async def fulfil(route: Route) -> None:
            await route.fulfill(**answer)  # pyright: ignore[reportArgumentType]  # playwright's keywords

        await self.visitor.page.route(pattern_, fulfil)


async def looking(walk: Walk) -> None:
    await walk.see("/", "01-home")
    await walk.see("/de", "01-home-german")
    await walk.see("/search", "02-search")
    await walk.see("/search?q=jazz&city=Hamburg", "02-search-found")
    await walk.see("/search?q=polka&city=Oslo", "02-search-none")
    for number, name in enumerate(
        ("on-sale", "few-left", "free", "long", "soon", "sold-out", "all-held", "over",
         "cancelled", "taiko")
    ):  # fmt: skip
        await walk.see(walk.world.page(name), f"03-event-{number}-{name}")
    await walk.see("/de" + walk.world.page("on-sale"), "03-event-german")
    await walk.see(f"/tickets/{walk.world.resale}", "04-ticket")
    await walk.see("/orders", "10-orders-nobody")
    await walk.see("/sell", "20-sell-nobody")


async def buying(walk: Walk) -> None:
    visitor, page = walk.visitor, walk.visitor.page
    await visitor.go(walk.world.page("on-sale"))
    await visitor.choose(FLOOR, 2)
    await visitor.choose("Balcony, seated", 1)
    await walk.take("05-event-chosen")
    await visitor.hold(walk.world.page("on-sale"), FLOOR, quantity=2)
    await walk.take("06-checkout")
    await page.get_by_role("button", name=pattern("pay.pay")).click()
    await walk.take("06-checkout-errors")
    await visitor.pay("declined")
    await visitor.sees("pay.declined")
    await walk.take("06-checkout-declined")
    await page.get_by_role("button", name=words("checkout.cancel")).click()
    await walk.take("06-checkout-give-back")
    await page.keyboard.press("Escape")
    order = page.url.rsplit("/", 1)[-1]
    await walk.see("/", "07-home-while-held")
    await walk.see(walk.world.page("few-left"), "07-event-while-held")
    await walk.see("/orders", "10-orders-to-pay")
    await visitor.go(f"/orders/{order}")
    await visitor.pay()
    await visitor.is_done()
    await walk.take("08-complete-guest")
    await page.emulate_media(media="print")
    await walk.take("08-receipt-print")
    await page.emulate_media(media="screen")
    await walk.see("/orders", "10-orders-guest")
    await visitor.choose_in_menu("nav.leaveGuest")
    await visitor.sees("leave.title")
    await walk.take("13-leave-guest")
    await page.keyboard.press("Escape")
    await walk.see(f"/de/orders/{order}", "08-complete-german")
    await visitor.go(f"/orders/{order}")
    await visitor.fill("keep.password", PASSWORD)
    await visitor.press("keep.do")
    await visitor.sees("keep.done")
    await walk.take("08-complete-kept")


async def paying_with_the_bank(walk: Walk) -> None:
    visitor, page = walk.visitor, walk.visitor.page
    await visitor.hold(walk.world.page("songs"), "Admission", quantity=1)
    address = page.url
    await visitor.pay("secure")
    await page.wait_for_url("**/test-provider/challenges/*")
    await walk.take("06-bank")
    await page.goto(address)
    await visitor.sees("pay.bank")
    await walk.take("06-checkout-bank")


async def ending(walk: Walk) -> None:
    visitor, page = walk.visitor, walk.visitor.page
    path = await visitor.hold(walk.world.page("blue"), "Placement libre", quantity=1)
    await walk.world.stage.expire({"id": path.rsplit("/", 1)[-1]})
    await page.reload()
    await visitor.sees("ended.expired.title")
    await walk.take("09-expired")
    await visitor.hold(walk.world.page("blue"), "Placement libre", quantity=2)
    await visitor.give_back()
    await visitor.sees("ended.buyer.title")
    await walk.take("09-given-back")


async def coming_in(walk: Walk) -> None:
    visitor, page = walk.visitor, walk.visitor.page
    await walk.see("/signin", "11-sign-in")
    await visitor.fill("auth.email", "nobody@example.com")
    await visitor.fill("auth.password", "not the right one")
    await visitor.press("auth.signIn")
    await visitor.sees("auth.wrong")
    await walk.take("11-sign-in-wrong")
    await walk.see("/signup", "12-sign-up")
    await visitor.fill("auth.email", "not an address")
    await visitor.fill("auth.password", "short")
    await visitor.press("auth.signUp")
    await expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    await walk.take("12-sign-up-errors")


async def selling(walk: Walk) -> None:
    visitor = walk.visitor
    await visitor.sign_in(walk.world.promoter.email, PASSWORD)
    await visitor.page.get_by_role("button", name=words("nav.menu")).click()
    await walk.take("13-menu")
    await walk.see("/account", "14-account")
    await walk.see("/orders", "10-orders-none")
    await walk.see("/sell", "21-sell")
    event = walk.world.events["on-sale"]
    await walk.see(f"/sell/sales/{event}", "25-sales")
    await walk.see(f"/de/sell/sales/{event}", "25-sales-german")
    await visitor.page.get_by_role("button", name=_REFUND).first.click()
    await walk.take("25-sales-refund", whole=False)
    await walk.see(f"/sell/sales/{walk.world.events['soon']}", "25-sales-none")
    called_off = walk.world.events["cancelled"]
    await walk.see(f"/sell/sales/{called_off}", "25-sales-cancelled")
    await walk.see("/sell/sales", "25-sales-all")
    await walk.see(f"/sell/door/{event}", "26-door")
    await visitor.page.emulate_media(media="print")
    await walk.take("26-door-print")
    await visitor.page.emulate_media(media="screen")
    await walk.see("/sell/event", "22-new-event")
    await visitor.press("sell.publish")
    await walk.take("22-new-event-errors")
    await walk.see("/sell" + walk.world.page("on-sale"), "23-edit-event")
    await walk.see("/sell/ticket", "24-new-ticket")
    await walk.see(f"/sell/tickets/{walk.world.resale}", "24-edit-ticket")


async def in_trouble(walk: Walk) -> None:
    visitor, page = walk.visitor, walk.visitor.page
    await walk.see("/nowhere/at/all", "30-404")
    await walk.see("/events/01900000-0000-7000-8000-000000000000", "30-event-gone")
    await walk.see("/orders/01900000-0000-7000-8000-000000000000", "30-order-nobody")
    await walk.answer("**/api/events*", status=500, json={})
    await walk.see("/search", "31-not-loaded")
    await page.unroute_all()
    await walk.answer("**/api/events*", status=200, json=BROKEN)
    await walk.see("/search", "31-500")
    await page.unroute_all()
    await walk.answer("**/api/events*", status=503, headers={"Retry-After": "9"})
    await visitor.go("/search")
    await visitor.sees("waiting.busy")
    await walk.take("32-busy", whole=False)
    await page.unroute_all()
    await visitor.go(walk.world.page("on-sale"))
    await page.context.set_offline(True)
    await visitor.sees("waiting.offline")
    await walk.take("32-offline")
    await page.context.set_offline(False)


Way = Callable[[Walk], Awaitable[None]]
WALKS: tuple[Way, ...] = (
    looking,
    buying,
    paying_with_the_bank,
    ending,
    coming_in,
    selling,
    in_trouble,
)
