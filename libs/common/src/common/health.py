"""The inner port of every process: `/livez`, `/readyz`, `/metrics`.

Alive means that the event loop turns. Ready means that every check passes; the answer
names those that do not. The port stays inside: nothing here is for the public.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from common.asgi import ASGIApp, Receive, Scope, Send, respond
from common.metrics import CONTENT_TYPE, exposition

#: Says what is wrong, or None when nothing is.
Check = Callable[[], Awaitable[str | None]]

PATIENCE = 3.0


def create_ops(checks: Mapping[str, Check]) -> ASGIApp:
    """Build the ASGI application of the inner port."""

    async def ops(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        status, media, body = await _answer(scope["path"], checks)
        await respond(send, status=status, media=media, body=body)

    return ops


async def _answer(path: str, checks: Mapping[str, Check]) -> tuple[int, str, bytes]:
    if path == "/livez":
        return _json(200, {"status": "alive"})
    if path == "/readyz":
        failing = await run_checks(checks)
        if failing:
            return _json(503, {"status": "not-ready", "failing": failing})
        return _json(200, {"status": "ready"})
    if path == "/metrics":
        return 200, CONTENT_TYPE, exposition()
    return _json(404, {"status": "not-found"})


def _json(status: int, body: object) -> tuple[int, str, bytes]:
    return status, "application/json", msgspec.json.encode(body)


async def run_checks(checks: Mapping[str, Check]) -> dict[str, str]:
    """Run all checks side by side; the names of those that fail, and why."""
    outcomes = await asyncio.gather(*(_outcome(check) for check in checks.values()))
    named = zip(checks, outcomes, strict=True)
    return {name: reason for name, reason in named if reason is not None}


async def _outcome(check: Check) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check()
    except Exception as error:  # noqa: BLE001  # a check that breaks has failed
        return type(error).__name__
