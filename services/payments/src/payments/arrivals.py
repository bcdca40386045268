"""Orders just made, which have not been heard of yet: one look for all who wait."""

import asyncio
from collections.abc import Collection
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from common.database import Database
from payments.repository import Rows

log = structlog.get_logger()

_LOOK_EVERY: Final = 0.05


@dataclass(slots=True, eq=False)
class Waiting:
    order_id: UUID
    owners: Collection[UUID]
    heard: asyncio.Event = field(default_factory=asyncio.Event)


class Arrivals:
    """Looks for orders while somebody waits for one."""

    def __init__(self, database: Database, *, patience: timedelta, rows: Rows) -> None:
        self._database = database
        self._patience = patience.total_seconds()
        self._rows = rows
        self._waiting: set[Waiting] = set()
        self._looking: asyncio.Task[None] | None = None

    async def heard_of(self, order_id: UUID, owners: Collection[UUID]) -> bool:
        """Whether an order of one of these arrives before the patience ends."""
        if not self._patience:
            return False
        waiting = Waiting(order_id, owners)
        self._waiting.add(waiting)
        if self._looking is None or self._looking.done():
            # In a context of its own: a look belongs to no one request.
            self._looking = asyncio.create_task(self._look(), context=Context())
        try:
            async with asyncio.timeout(self._patience):
                await waiting.heard.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(waiting)
        return True

    async def _look(self) -> None:
        await asyncio.sleep(_LOOK_EVERY)  # it was asked for just now, in vain
        while self._waiting:
            try:
                await self._look_once({each.order_id for each in self._waiting})
            except Exception as error:  # noqa: BLE001  # looked for again
                log.warning("look_for_orders_failed", error=repr(error))
            await asyncio.sleep(_LOOK_EVERY)

    async def _look_once(self, wanted: Collection[UUID]) -> None:
        async with self._database.transaction() as tx:
            buyers = await self._rows(tx).buyers_of(wanted)
        for waiting in self._waiting:
            if buyers.get(waiting.order_id) in waiting.owners:
                waiting.heard.set()
