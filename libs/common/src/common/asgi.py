"""ASGI in a few types and the two messages of a whole answer."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

#: Mappings; Any, so that every library's own types of them fit.
Scope = Any
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
RawHeaders = Iterable[tuple[bytes, bytes]]


async def respond(
    send: Send, *, status: int, media: str, body: bytes, headers: RawHeaders = ()
) -> None:
    """Send a whole answer."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", media.encode()),
                (b"content-length", str(len(body)).encode()),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
