"""Long polls: many waiters for a version to move, one query for all of them.

The process that changes a thing is seldom the one that a client waits at, so the
database is asked; and only while somebody waits.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

#: The versions of those things that exist.
Versions = Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, int]]]


class VersionWatch:
    """Wakes waiters when the version of their thing is no longer the one they know."""

    def __init__(
        self, versions: Versions, *, every: timedelta = timedelta(milliseconds=150)
    ) -> None:
        self._versions = versions
        self._every = every.total_seconds()
        self._waiters: dict[UUID, list[tuple[int, asyncio.Event]]] = defaultdict(list)
        self._asking: asyncio.Task[None] | None = None

    async def moved(self, key: UUID, known: int, wait: float) -> bool:
        """Whether `key` left version `known` within `wait` seconds."""
        waiter = (known, asyncio.Event())
        self._waiters[key].append(waiter)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        try:
            async with asyncio.timeout(wait):
                await waiter[1].wait()
        except TimeoutError:
            return False
        finally:
            self._leave(key, waiter)
        return True

    def _leave(self, key: UUID, waiter: tuple[int, asyncio.Event]) -> None:
        self._waiters[key].remove(waiter)
        if not self._waiters[key]:
            del self._waiters[key]

    async def _ask(self) -> None:
        while self._waiters:
            versions = await self._versions(sorted(self._waiters))
            for key, version in versions.items():
                for known, news in self._waiters.get(key, ()):
                    if version != known:
                        news.set()
            await asyncio.sleep(self._every)
