"""Server-sent events: frames, a reader's bounded queue, and the answer that never ends.

Whoever speaks puts the same bytes into every reader's queue and waits for none. A
reader that falls behind is let go: its browser comes back and begins anew.
"""

import asyncio
from typing import Any, Generic, TypeVar

from litestar import Response

from common.asgi import ASGIApp, Receive, Scope, Send

T = TypeVar("T")

EVENT_STREAM = "text/event-stream"
#: Keeps proxies from giving a silent stream up.
PING = b": ping\n\n"
#: Frames that a reader may be behind.
BEHIND = 16

_HEADERS = (
    (b"content-type", EVENT_STREAM.encode()),
    (b"cache-control", b"no-store"),
    (b"vary", b"Accept"),
    (b"x-accel-buffering", b"no"),
)


def retry(milliseconds: int) -> bytes:
    """Tell browsers when to come back after a stream has ended."""
    return b"retry: %d\n\n" % milliseconds


def frame(event: str, data: bytes, *, key: str) -> bytes:
    """One event; `data` is JSON of one line, `key` comes back as `Last-Event-ID`."""
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (key.encode(), event.encode(), data)


class Reader:
    """One open stream: what it has yet to be sent, and whether it is over."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(BEHIND)
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def tell(self, said: bytes) -> None:
        """Queue a frame; a reader too far behind is let go."""
        try:
            self._frames.put_nowait(said)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        if not self.over.done():
            self.over.set_result(None)

    async def next(self) -> bytes:
        return await self._frames.get()


class EventStream(Response[T], Generic[T]):
    """Sends a reader what it is told until it is over or hangs up.

    `T` is what the route answers to whoever does not ask for a stream.
    """

    def __init__(self, reader: Reader) -> None:
        super().__init__(None)  # pyright: ignore[reportArgumentType]  # it has no content of its own
        self._reader = reader

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIApp:  # pyright: ignore[reportIncompatibleMethodOverride]  # an ASGI application is all that is asked for
        return self._answer

    async def _answer(self, _scope: Scope, receive: Receive, send: Send) -> None:
        begun = {
            "type": "http.response.start",
            "status": 200,
            "headers": list(_HEADERS),
        }
        tasks: list[asyncio.Task[None]] = []
        try:
            await send(begun)
            tasks = [
                asyncio.create_task(self._pump(send)),
                asyncio.create_task(_hung_up(receive)),
            ]
            over = (*tasks, self._reader.over)
            await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._reader.end()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pump(self, send: Send) -> None:
        while True:
            body = await self._reader.next()
            await send({"type": "http.response.body", "body": body, "more_body": True})


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
