"""Waiting for news of things: many who wait, one look for all of them.

The process that changes a thing is seldom the one that a client waits at, so the
database is looked at; and only while somebody waits.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID

import structlog

log = structlog.get_logger()

T = TypeVar("T")

#: What is seen of each of these things; nothing of one that is not there.
Look = Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, T]]]


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter(Generic[T]):
    suits: Callable[[T], bool]
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Watch(Generic[T]):
    """Wakes each waiter once what is seen of its thing suits it."""

    def __init__(
        self, look: Look[T], *, every: timedelta = timedelta(milliseconds=150)
    ) -> None:
        self._look = look
        self._every = every.total_seconds()
        self._waiters: dict[UUID, list[_Waiter[T]]] = defaultdict(list)
        self._looking: asyncio.Task[None] | None = None

    async def until(self, key: UUID, suits: Callable[[T], bool], wait: float) -> bool:
        """Whether what is seen of `key` suits within `wait` seconds."""
        if wait <= 0:
            return False
        waiter = _Waiter(suits)
        self._waiters[key].append(waiter)
        if self._looking is None or self._looking.done():
            # In a context of its own: a look belongs to no one request.
            self._looking = asyncio.create_task(self._keep_looking(), context=Context())
        try:
            async with asyncio.timeout(wait):
                await waiter.news.wait()
        except TimeoutError:
            return False
        finally:
            self._leave(key, waiter)
        return True

    def _leave(self, key: UUID, waiter: _Waiter[T]) -> None:
        self._waiters[key].remove(waiter)
        if not self._waiters[key]:
            del self._waiters[key]

    async def _keep_looking(self) -> None:
        while self._waiters:
            try:
                self._tell(await self._look(sorted(self._waiters)))
            except Exception as error:  # noqa: BLE001  # looked at again
                log.warning("look_failed", error=repr(error))
            await asyncio.sleep(self._every)

    def _tell(self, seen: Mapping[UUID, T]) -> None:
        for key, thing in seen.items():
            for waiter in self._waiters.get(key, ()):
                if waiter.suits(thing):
                    waiter.news.set()
