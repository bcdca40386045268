"""The network between a browser and the gateway, as bad as a test wants it.

What is refused or dropped here is done by the network in its place; all else is real.
"""

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
PAY = Request("POST", re.compile(r"/api/payments$"))
#: The three requests of a purchase, in their order.
STEPS = {"order": ORDER, "contact": CONTACT, "pay": PAY}


async def disturb(
    page: Page, request: Request, happening: Happening, *, times: int = 1
) -> None:
    """Let something happen to the next requests of a kind."""
    left = times

    async def handle(route: Route) -> None:
        nonlocal left
        if route.request.method != request.method or left == 0:
            await route.fallback()
            return
        left -= 1
        await happening(route)

    await page.route(request.address, handle)


async def drop(route: Route) -> None:
    """The request never arrives."""
    await route.abort("connectionreset")


async def lose(route: Route) -> None:
    """The request is done, and its answer never arrives."""
    await route.fetch()
    await route.abort("connectionreset")


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
