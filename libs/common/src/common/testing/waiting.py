"""Waiting for a fact instead of for time."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

#: Long: what is waited for comes at once, unless the machine is busy elsewhere.
LIMIT = 60.0
EVERY = 0.01


async def eventually(
    fact: Callable[[], Awaitable[T] | T], *, limit: float = LIMIT
) -> T:
    """Ask until the answer is true, and give it; `AssertionError` at the limit.

    A fact that raises is not one yet; what it raised last is the error's cause.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + limit
    while True:
        answer, error = await _ask(fact)
        if answer:
            return answer
        if loop.time() > deadline:
            raise AssertionError(f"not within {limit} s: {answer!r}") from error
        await asyncio.sleep(EVERY)


async def _ask(
    fact: Callable[[], Awaitable[T] | T],
) -> tuple[T | None, Exception | None]:
    try:
        answer = fact()
        return (await answer if inspect.isawaitable(answer) else answer), None
    except Exception as error:  # noqa: BLE001  # whatever is not so yet
        return None, error
