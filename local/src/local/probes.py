"""How a process shows that it is ready: None, or what is missing."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import msgspec

from common.embedded.processes import LOOPBACK

Probe = Callable[[], Awaitable[str | None]]
PATIENCE = 4.0
_REFUSED = "does not answer"


class NotReady(msgspec.Struct):
    """What `/readyz` says when something is missing."""

    failing: dict[str, str]


def over_http(port: int, path: str = "/readyz", *, host: str = LOOPBACK) -> Probe:
    """Ready when the path answers 200; the reason names the failing checks."""

    async def probe() -> str | None:
        try:
            async with asyncio.timeout(PATIENCE):
                status, body = await get(host, port, path)
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            return _REFUSED
        return None if status == HTTPStatus.OK else reason(status, body)

    return probe


async def get(host: str, port: int, path: str) -> tuple[int, bytes]:
    """GET without a library: a start has hundreds of these, and no second to spare."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        answer = await reader.read()
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


def reason(status: int, body: bytes) -> str:
    """Name the checks that fail, where the answer does."""
    try:
        failing = msgspec.json.decode(body, type=NotReady).failing
    except msgspec.MsgspecError:
        return f"answers {status}"
    return ", ".join(f"{name}: {why}" for name, why in failing.items())
