"""How late people see what is left, while it sells.

What orders has committed is read from its database again and again; beside it, what a
page hears by its stream and what it is told when it asks, both through the gateway. A
moment is seen when no more is shown than was left then.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles
from time import perf_counter
from typing import Any
from uuid import UUID

import httpx
import msgspec
from sqlalchemy import text

from common.database import Database
from common.testing.waiting import eventually
from local.system import System

UNITS = 1_000_000
#: Seconds between two looks at what was committed, and between two questions.
TICK = 0.1
#: What was committed last must have been seen after so many seconds.
PATIENCE = 30.0

_EVENT = {
    "name": "The Last Waltz",
    "venue": {"name": "Hall", "city": "Berlin", "country": "DE"},
    "timezone": "Europe/Berlin",
    "starts_at_local": "2099-05-01T20:00:00",
}
_FREE = text("""
    SELECT s.quantity - s.held - s.sold FROM stocks s
    JOIN ticket_stocks l ON l.stock_id = s.id WHERE l.ticket_id = :ticket
""")

#: What was left, and when that was known.
Moment = tuple[float, int]


@dataclass(frozen=True, kw_only=True)
class Lateness:
    """Seconds from the commit of orders to what people see."""

    samples: int
    p50: float
    p99: float
    most: float


@dataclass(frozen=True, kw_only=True)
class Visible:
    told: Lateness
    asked: Lateness


async def visible(
    system: System,
    seller: httpx.AsyncClient,
    rush: Callable[[str], Awaitable[object]],
) -> Visible:
    """Measure while `rush(ticket)` sells a ticket of an event of its own."""
    event, ticket = await put_on_sale(seller)
    path = f"/api/events/{event}/availability"
    told: list[Moment] = []
    asked: list[Moment] = []
    async with httpx.AsyncClient(base_url=system.url, timeout=30) as browser:
        listening = asyncio.create_task(_listen(browser, path, told))
        asking = asyncio.create_task(_ask(browser, path, asked))
        try:
            async with _looking(system, ticket) as left:
                await rush(ticket)
            await _seen(left[-1][1], told, asked)
        finally:
            for task in (listening, asking):
                task.cancel()
            await asyncio.gather(listening, asking, return_exceptions=True)
    return Visible(told=_lateness(left, told), asked=_lateness(left, asked))


async def put_on_sale(seller: httpx.AsyncClient) -> tuple[str, str]:
    """An event and a ticket of it, once both are shown."""
    event: str = (await _post(seller, "/api/events", _EVENT))["id"]
    offer = {"title": "Floor", "price": 5000, "quantity": UNITS, "event_id": event}
    ticket: str = (await _post(seller, "/api/tickets", offer))["id"]
    shown = 0
    while not shown:
        await asyncio.sleep(TICK)
        answer = await seller.get(f"/api/tickets/{ticket}")
        shown = answer.raise_for_status().json()["available"]
    return event, ticket


async def _post(
    seller: httpx.AsyncClient, path: str, body: Mapping[str, Any]
) -> Mapping[str, Any]:
    return (await seller.post(path, json=body)).raise_for_status().json()


@asynccontextmanager
async def _looking(system: System, ticket: str) -> AsyncGenerator[Sequence[Moment]]:
    """What is left by the orders database, until what it was at the block's end."""
    database = Database(system.database_url("orders"), pool_size=1)
    left: list[Moment] = []

    async def look() -> None:
        began = perf_counter()
        async with database.transaction() as tx:
            free = await tx.session.scalar(_FREE, {"ticket": UUID(ticket)})
        left.append((began, free or 0))

    async def keep_looking() -> None:
        while True:
            await look()
            await asyncio.sleep(TICK)

    looking = asyncio.create_task(keep_looking())
    try:
        yield left
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await look()
    finally:
        looking.cancel()
        await database.dispose()


async def _listen(browser: httpx.AsyncClient, path: str, told: list[Moment]) -> None:
    headers = {"Accept": "text/event-stream"}
    while True:
        async with browser.stream("GET", path, headers=headers) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    shown = msgspec.json.decode(line.removeprefix("data: "))
                    told.append((perf_counter(), shown["tickets"][0]["available"]))


async def _ask(browser: httpx.AsyncClient, path: str, asked: list[Moment]) -> None:
    while True:
        shown = (await browser.get(path)).raise_for_status().json()
        asked.append((perf_counter(), shown["tickets"][0]["available"]))
        await asyncio.sleep(TICK)


async def _seen(left: int, *shown: Sequence[Moment]) -> None:
    async def all_seen() -> bool:
        return all(each and each[-1][1] <= left for each in shown)

    await eventually(all_seen, limit=PATIENCE)


def _lateness(left: Sequence[Moment], shown: Sequence[Moment]) -> Lateness:
    """Only what had changed since the look before can be late."""
    late: list[float] = []
    at = 0
    for (_, before), (moment, free) in pairwise(left):
        if free == before:
            continue
        while shown[at][1] > free:
            at += 1
        late.append(max(0.0, shown[at][0] - moment))
    cuts = quantiles(late, n=100, method="inclusive")
    return Lateness(samples=len(late), p50=cuts[49], p99=cuts[98], most=max(late))
