"""What sellers see of the orders of their tickets. Nothing here changes anything."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from common.database import Database, Transaction, transient
from common.errors import Busy
from orders.repository import Repository
from orders.sales_repository import Asked, SalesRepository
from orders.service import Shown, as_shown
from orders.tally import Steps, Summary

#: Orders of an export in memory at a time.
BATCH = 200
#: Connections that sellers' questions take at most: buyers need the others.
_PLACES = 2
PATIENCE = 2.0
#: A statement of theirs: it locks nothing.
LONGEST = timedelta(seconds=4)
#: Seconds in which an export tries to go on; a gateway waits longer for the next byte.
INSISTENCE = 20.0
_LONGEST_PAUSE = 2.0


class Sales:
    """Reads in transactions of its own, few at a time."""

    def __init__(
        self,
        database: Database,
        *,
        patience: float = PATIENCE,
        insistence: float = INSISTENCE,
    ) -> None:
        self._database = database
        self._patience = patience
        self._insistence = insistence
        self._places = asyncio.Semaphore(_PLACES)

    async def page(
        self, asked: Asked, *, before: UUID | None, limit: int
    ) -> list[Shown]:
        """Orders of one's tickets, newest first; raises `Busy`."""
        async with self._reading() as tx:
            orders = await SalesRepository(tx).page(asked, before=before, limit=limit)
            return await as_shown(Repository(tx), orders)

    async def export(self, asked: Asked) -> AsyncGenerator[list[Shown]]:
        """All of them, event by event, in batches; none holds a transaction open.

        Before the first batch trouble is told at once; after it there is no way to
        tell, and the export goes on where it was once the trouble has passed.
        """
        insistence = 0.0
        for part in await self._parts(asked):
            before: UUID | None = None
            while batch := await self._insist(part, before, insistence):
                yield batch
                insistence, before = self._insistence, batch[-1][0].id

    async def summary(
        self, seller_id: UUID, event_id: UUID | None, zone: str
    ) -> Summary:
        """What is held, sold and earned, by ticket and over time; raises `Busy`."""
        asked = Asked(seller_id=seller_id, event_id=event_id)
        async with self._reading() as tx:
            repository = SalesRepository(tx)
            steps = Steps.over(*await repository.span(asked), zone)
            cells, revenue = await repository.count(asked, steps)
            offered = await repository.offered(asked)
            return Summary.of(offered, revenue, cells, steps)

    async def _insist(
        self, asked: Asked, before: UUID | None, insistence: float
    ) -> list[Shown]:
        """A batch, tried for so long while what stands against it may pass."""
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + insistence, 0.05
        while True:
            try:
                return await self.page(asked, before=before, limit=BATCH)
            except Exception as error:
                if not _may_pass(error) or loop.time() + pause > end:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _parts(self, asked: Asked) -> list[Asked]:
        if asked.event_id is not None:
            return [asked]
        async with self._reading() as tx:
            events = await SalesRepository(tx).events(asked.seller_id)
        return [replace(asked, event_id=e, eventless=e is None) for e in events]

    @asynccontextmanager
    async def _reading(self) -> AsyncGenerator[Transaction]:
        try:
            await asyncio.wait_for(self._places.acquire(), self._patience)
        except TimeoutError:
            raise Busy from None
        try:
            async with self._database.transaction(statement=LONGEST) as tx:
                yield tx
        finally:
            self._places.release()


def _may_pass(error: Exception) -> bool:
    return isinstance(error, Busy) or transient(error)
