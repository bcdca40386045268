"""The network between a browser and the gateway, as bad as a test wants it.

What is refused or dropped here is done by the network in its place; all else is real.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, Route

Happening = Callable[[Route], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """A kind of request: its method, and the end of its address."""

    method: str
    address: re.Pattern[str]


ORDER = Request("POST", re.compile(r"/api/orders(\?.*)?$"))
CONTACT = Request("PATCH", re.compile(r"/api/orders/[0-9a-f-]+$"))
#: The newest orders, and one that is waited for to change.
LISTED = Request("GET", re.compile(r"/api/orders$"))
POLL = Request("GET", re.compile(r"/api/orders/[0-9a-f-]+\?wait="))
PAY = Request("POST", re.compile(r"/api/payments$"))
PAYMENTS = Request("GET", re.compile(r"/api/payments\?"))
SCRIPT = Request("GET", re.compile(r"/_next/static/chunks/.+\.js"))
SIGN_OUT = Request("POST", re.compile(r"/api/users/signout$"))
TICKET = Request("POST", re.compile(r"/api/tickets$"))
DELETE = Request("DELETE", re.compile(r"/api/tickets/[0-9a-f-]+$"))
#: What a page is made of, when a link or a form leads there.
NEXT_PAGE = Request("GET", re.compile(r"[?&]_rsc="))
EVENT = Request("GET", re.compile(r"/api/events/[0-9a-f-]+$"))
PUBLISH = Request("PATCH", re.compile(r"/api/events/[0-9a-f-]+$"))
#: The three requests of a purchase, in their order.
STEPS = {"order": ORDER, "contact": CONTACT, "pay": PAY}


@dataclass
class Disturbance:
    """How often something is still to happen, and how often it has."""

    left: float
    happened: int = 0

    def end(self) -> None:
        self.left = 0


async def disturb(
    page: Page, request: Request, happening: Happening, *, times: float = 1
) -> Disturbance:
    """Let something happen to the next requests of a kind."""
    disturbance = Disturbance(times)

    async def handle(route: Route) -> None:
        if route.request.method != request.method or disturbance.left == 0:
            await route.fallback()
            return
        disturbance.left -= 1
        disturbance.happened += 1
        await happening(route)

    await page.route(request.address, handle)
    return disturbance


async def never(_: Route) -> None:
    """No answer, as long as the page stands."""


async def drop(route: Route) -> None:
    """The request never arrives."""
    await route.abort("connectionreset")


async def lose(route: Route) -> None:
    """The request is done, and its answer never arrives."""
    await route.fetch()
    await route.abort("connectionreset")


class Gate:
    """What is asked is done, and its answer waits until somebody opens."""

    def __init__(self) -> None:
        self._open = asyncio.Event()

    def open(self) -> None:
        self._open.set()

    async def __call__(self, route: Route) -> None:
        response = await route.fetch()
        await self._open.wait()
        await route.fulfill(response=response)


def showing(**fields: Any) -> Happening:
    """Everything in a list is as it is, but for these fields."""

    async def answer(route: Route) -> None:
        response = await route.fetch()
        page = await response.json()
        items = [{**item, **fields} for item in page["items"]]
        await route.fulfill(response=response, json={**page, "items": items})

    return answer


def refuse(
    status: int, code: str, *, retry_after: int | None = None, **more: Any
) -> Happening:
    """The gateway refuses in the services' manner."""
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    problem = {"type": f"/problems/{code}", "title": code, "status": status, **more}

    async def answer(route: Route) -> None:
        await route.fulfill(
            status=status,
            headers=headers,
            content_type="application/problem+json",
            json=problem,
        )

    return answer
