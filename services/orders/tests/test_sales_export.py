"""An export over a real server: what becomes of it when something goes wrong midway."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Protocol
from uuid import UUID

import httpx
import pytest
from orders_desk import Desk, event, seller, sold

from common.embedded.processes import free_ports
from common.errors import Busy
from common.limits import Unlimited
from common.server import serve_asgi
from common.testing.people import People
from common.testing.waiting import eventually
from orders import sales as sales_module
from orders.app import create_http
from orders.sales import Sales
from orders.sales_csv import BROKEN_OFF
from orders.sales_repository import Asked
from orders.service import Shown

URL = "/api/sales"
CSV = {"Accept": "text/csv"}
NAMES = [f"Fan {number}" for number in range(5)]


class Troubled(Sales):
    """Answers so many pages, then meets trouble before it answers the others."""

    pages = 0
    trouble: list[Exception] = []  # noqa: RUF012  # each test has its own

    async def page(
        self, asked: Asked, *, before: UUID | None, limit: int
    ) -> list[Shown]:
        if not self.pages and self.trouble:
            raise self.trouble.pop()
        self.pages = max(0, self.pages - 1)
        return await super().page(asked, before=before, limit=limit)


class Serve(Protocol):
    async def __call__(self, sales: Sales) -> httpx.AsyncClient: ...


@pytest.fixture
async def serve(
    desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Serve]:
    """A server of the API, asked by a seller of five orders, in batches of two."""
    monkeypatch.setattr(sales_module, "BATCH", 2)
    me, stopping = seller(), asyncio.Event()
    floor = await desk.offer(seller_id=me.user_id, event=event())
    for name in NAMES:
        await sold(desk, floor, name)

    async def one(sales: Sales) -> httpx.AsyncClient:
        api = create_http(
            desk.orders, people.verifier, sales=sales, account_limits=Unlimited()
        )
        [port] = free_ports(1)
        serving = serve_asgi(api, host="127.0.0.1", port=port, stopping=stopping)  # pyright: ignore[reportArgumentType]  # plainer ASGI types
        ended = asyncio.create_task(serving)
        stack.push_async_callback(lambda: ended)
        stack.callback(stopping.set)
        http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=people.headers(me) | CSV
        )
        await stack.enter_async_context(http)
        await eventually(lambda: http.get("/api/orders"))
        return http

    async with AsyncExitStack() as stack:
        yield one


async def test_it_goes_on_where_it_was_once_trouble_passes(
    desk: Desk, serve: Serve
) -> None:
    sales = Troubled(desk.database)
    http = await serve(sales)
    for pages in (1, 2):
        sales.pages = pages
        sales.trouble = [Busy(), ConnectionResetError(), TimeoutError()]
        answer = await http.get(URL)
        assert names(answer.content) == NAMES[::-1]


@pytest.mark.parametrize("trouble", [Busy, ZeroDivisionError])
async def test_what_cannot_go_on_is_not_taken_for_whole(
    desk: Desk, serve: Serve, trouble: type[Exception]
) -> None:
    sales = Troubled(desk.database, insistence=0.2)
    http = await serve(sales)
    sales.pages, sales.trouble = 1, [trouble() for _ in range(1000)]
    came, whole = await kept(http)
    assert not whole
    assert names(came) == ["Fan 4", "Fan 3", ""]
    assert came.decode().splitlines()[-1].startswith(BROKEN_OFF)


async def test_before_anything_is_sent_it_says_that_it_is_busy(
    desk: Desk, serve: Serve
) -> None:
    sales = Troubled(desk.database)
    http = await serve(sales)
    sales.trouble = [Busy()]
    answer = await http.get(URL)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/busy")
    assert answer.headers["Retry-After"] == "1"


async def kept(http: httpx.AsyncClient) -> tuple[bytes, bool]:
    """What came of the file, and whether the transfer ended as it should."""
    came = b""
    try:
        async with http.stream("GET", URL) as answer:
            async for part in answer.aiter_bytes():
                came += part
    except httpx.RemoteProtocolError:
        return came, False
    return came, True


def names(content: bytes) -> list[str]:
    table = io.StringIO(content.decode("utf-8-sig"), newline="")
    return [row["name"] for row in csv.DictReader(table)]
