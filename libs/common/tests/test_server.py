"""granian in our own loop: served, stopped, drained."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from common.asgi import ASGIApp, Receive, Scope, Send, respond
from common.embedded.processes import free_ports
from common.http.edge import Edge
from common.server import serve_asgi
from common.testing.waiting import eventually


class Desk:
    """Answers at once, or on `/slow` when the test says so."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answer = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if scope["path"] == "/slow":
            self.asked.set()
            await self.answer.wait()
        await respond(send, status=200, media="text/plain", body=b"hello")


class Served:
    def __init__(self, port: int, stopping: asyncio.Event) -> None:
        self.port = port
        self.stopping = stopping
        self.task: asyncio.Task[None] | None = None
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}")

    async def answers(self) -> bool:
        try:
            return (await self.http.get("/")).status_code == 200
        except httpx.ConnectError:
            return False

    async def stop(self) -> None:
        self.stopping.set()
        assert self.task is not None
        await self.task


@asynccontextmanager
async def serving(app: ASGIApp, **options: timedelta) -> AsyncGenerator[Served]:
    [port] = free_ports(1)
    served = Served(port, asyncio.Event())
    serve = serve_asgi(
        app, host="127.0.0.1", port=port, stopping=served.stopping, **options
    )
    served.task = asyncio.create_task(serve)
    await eventually(served.answers)
    try:
        yield served
    finally:
        await served.stop()
        await served.http.aclose()


class TestServe:
    async def test_connections_are_kept_alive(self) -> None:
        async with serving(Desk()) as served:
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            for _ in range(2):
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
            writer.close()

    async def test_a_taken_address_is_refused_before_anything_is_served(self) -> None:
        async with serving(Desk()) as served:
            again = serve_asgi(
                Desk(), host="127.0.0.1", port=served.port, stopping=asyncio.Event()
            )
            with pytest.raises(OSError, match="in use"):
                await again

    async def test_stopping_answers_what_was_asked(self) -> None:
        desk = Desk()
        async with serving(desk) as served:
            asked = asyncio.create_task(served.http.get("/slow"))
            await desk.asked.wait()
            served.stopping.set()
            async with httpx.AsyncClient() as other:
                await eventually(refused(other, served.port))
            assert not asked.done()
            desk.answer.set()
            assert (await asked).text == "hello"

    async def test_what_never_ends_is_not_waited_for(self) -> None:
        desk = Desk()
        async with serving(desk, drain=timedelta(seconds=0.1)) as served:
            asked = asyncio.create_task(served.http.get("/slow"))
            await desk.asked.wait()
            await served.stop()
            assert not asked.done()
            desk.answer.set()
            await asyncio.gather(asked, return_exceptions=True)

    async def test_who_sends_too_much_sees_the_refusal(self) -> None:
        """Also while still sending: hanging up on unread bytes loses the answer."""
        async with serving(Edge(refuse_unread)) as served:
            for _ in range(20):
                answer = await served.http.post("/", content=b" " * 300_000)
                assert answer.status_code == 413


async def refuse_unread(scope: Scope, _receive: Receive, send: Send) -> None:
    status = 413 if scope["method"] == "POST" else 200
    await respond(send, status=status, media="text/plain", body=b"")


def refused(http: httpx.AsyncClient, port: int) -> Callable[[], object]:
    async def is_refused() -> bool:
        try:
            await http.get(f"http://127.0.0.1:{port}/")
        except httpx.ConnectError:
            return True
        return False

    return is_refused
