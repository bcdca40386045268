"""What a rush must leave behind: winners, sold-out tickets, refusals, free stock."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles
from time import perf_counter

import httpx
import msgspec
from sale import Run, Sale, Tickets
from system_kit.books import views_of
from system_kit.tokens import mint

from common.testing.waiting import eventually

_UNITS = """
    SELECT i.ticket_id, sum(i.quantity) AS units
    FROM order_items i JOIN orders o ON o.id = i.order_id
    WHERE o.status <> 'cancelled' AND i.ticket_id = ANY(CAST(:tickets AS uuid[]))
    GROUP BY i.ticket_id
"""
_DUE_TOGETHER = """
    UPDATE orders SET expires_at = clock_timestamp() + interval '1 second'
    WHERE status = 'created'
"""
_STILL_OPEN = "SELECT count(*) FROM orders WHERE status = 'created'"
_CREATED = "SELECT id, created_at FROM orders WHERE created_at >= :since"
_CAPTURED = """
    SELECT created_at, convert_from(payload, 'UTF8') AS payload
    FROM outbox WHERE subject = 'payments.captured' AND created_at >= :since
"""


@dataclass(frozen=True, kw_only=True)
class Saga:
    """Orders reserved, authorized, allotted and captured; milliseconds."""

    captured: int
    #: Those captured while they were asked for, in a second.
    rate: float
    p50: float
    p99: float
    #: CPU microseconds of each process for one that was captured.
    cpu: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Probed:
    """What strangers got who asked now and then, beside a rush; milliseconds."""

    answered: int
    refused: int
    refused_p99: float


async def units_by_ticket(sale: Sale, tickets: Tickets) -> dict[str, int]:
    async with views_of(sale.system) as views:
        rows = await views.rows("orders", _UNITS, tickets=tickets.ids)
    found = dict.fromkeys(tickets.ids, 0)
    return found | {str(row.ticket_id): int(row.units) for row in rows}


async def winners(sale: Sale, *, rounds: int, clients: int, seconds: int) -> set[int]:
    """Units sold of each of many single tickets, a crowd after each in turn."""
    singles = await sale.put_on_sale(tickets=rounds, quantity=1)
    await sale.rush(singles, clients=clients, seconds=seconds, asked_in_turn=clients)
    sold = await units_by_ticket(sale, singles)
    return set(sold.values())


async def wave(sale: Sale, count: int) -> float:
    """Seconds from the moment at which all open holds fall due to the last freed."""
    async with views_of(sale.system) as views:
        [(open_now,)] = await views.rows("orders", _STILL_OPEN)
        assert open_now >= count, f"{open_now} holds are fewer than {count}"
        await views.execute("orders", _DUE_TOGETHER)
        due = perf_counter() + 1

        async def all_free() -> bool:
            [(left,)] = await views.rows("orders", _STILL_OPEN)
            return left == 0

        await eventually(all_free, limit=60)
    return perf_counter() - due


async def saga(sale: Sale, run: Run, *, since: datetime) -> Saga:
    """How many sagas ended, and how long each took from order to capture."""
    async with views_of(sale.system) as views:
        made = await views.rows("orders", _CREATED, since=since)
        captured = await views.rows("payments", _CAPTURED, since=since)
    created: dict[str, datetime] = {str(row.id): row.created_at for row in made}
    ended = [
        (created[message["order_id"]], row.created_at)
        for row in captured
        for message in msgspec.json.decode(row.payload)["messages"]
    ]
    took = [(end - begin).total_seconds() * 1000 for begin, end in ended]
    asked_until = since + timedelta(seconds=run.measured.seconds)
    in_time = sum(end <= asked_until for _, end in ended)
    cuts = quantiles(took, n=100)
    each = run.measured.made / len(ended)
    return Saga(
        captured=len(ended),
        rate=in_time / run.measured.seconds,
        p50=cuts[49],
        p99=cuts[98],
        cpu={name: spent * each for name, spent in run.cpu.items()},
    )


@asynccontextmanager
async def probing(
    sale: Sale, tickets: Tickets, found: list[httpx.Response]
) -> AsyncGenerator[None]:
    """Have a stranger ask ten times a second while the block runs."""
    body = {"items": [{"ticket_id": tickets.ids[0], "quantity": 1}]}
    strangers = await mint(sale.system, 1000)

    async def ask() -> None:
        async with httpx.AsyncClient(base_url=sale.system.url, timeout=15) as client:
            for _, token in strangers:
                headers = {"Authorization": f"Bearer {token}"}
                found.append(
                    await client.post("/api/orders", json=body, headers=headers)
                )
                await asyncio.sleep(0.1)

    asking = asyncio.create_task(ask())
    try:
        yield
    finally:
        asking.cancel()


def probed(answers: list[httpx.Response]) -> Probed:
    refused = [a.elapsed.total_seconds() * 1000 for a in answers if a.is_error]
    worst = max(refused, default=0.0)
    return Probed(
        answered=len(answers) - len(refused),
        refused=len(refused),
        refused_p99=quantiles(refused, n=100)[98] if len(refused) > 1 else worst,
    )
