"""Cancelled events: holds end, and what was paid is due to go back.

The consumer that hears of it only notes the event. Its orders follow in batches, each a
transaction of its own, however many there are; whoever dies in between is followed by
another process, for what is left shows in the orders themselves.
"""

from datetime import timedelta
from typing import Final

import structlog

from common.database import Database
from orders.domain import Reason
from orders.repository import Repository
from orders.service import release

log = structlog.get_logger()

#: Orders of one transaction.
BATCH: Final = 200
#: A hold taken in the very moment of the cancellation is written by then.
WATCHED: Final = timedelta(hours=1)


class Cancellations:
    def __init__(self, database: Database, *, batch: int = BATCH) -> None:
        self._database = database
        self._batch = batch

    async def run(self) -> None:
        """Bring the orders of cancelled events to their end, batch by batch."""
        while await self._run_some() == self._batch:
            pass
        async with self._database.transaction() as tx:
            await Repository(tx).forget_cancelled(WATCHED)

    async def _run_some(self) -> int:
        async with self._database.transaction() as tx:
            orders = await Repository(tx).lock_of_cancelled_events(self._batch)
            held = [order for order in orders if order.open]
            paid = [order for order in orders if not order.open]
            await release(tx, held, Reason.WITHDRAWN)
            for order in paid:
                order.owe_back()
            tx.say(*(order.message() for order in paid))
        if orders:
            log.info("event_orders_ended", withdrawn=len(held), refunds_due=len(paid))
        return len(orders)
