"""What buyers do with orders, and what time does.

A request or a list of messages is one transaction. The database's clock judges every
deadline, read after the locks are held; until an order is cancelled it may be paid.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from prometheus_client import Gauge

from common.batcher import BATCH
from common.database import Database, Transaction
from common.errors import Busy
from common.idempotency import Keyed
from common.identity import Identity
from common.messages import ExpirationComplete
from common.outbox import oldest_unpublished
from common.watch import Watch
from orders.book import Request
from orders.domain import Reason
from orders.errors import OrderNotFound, TicketUnknown
from orders.holds import Held, Holds
from orders.models import Order
from orders.repository import Repository
from orders.stock import LockedStock
from orders.tables import TicketReplica

#: How long a ticket put on offer a moment ago is waited for.
PATIENCE = timedelta(seconds=2)
#: Tickets known to have stock, in memory.
_REMEMBERED = 100_000
#: Orders that one sweep cancels in one transaction.
SWEEP = 1000
OVERDUE = Gauge("holds_overdue_seconds", "By how much the latest open hold is late")

Shown = tuple[Order, TicketReplica | None, datetime]


class Orders:
    """The one authority on who holds what."""

    def __init__(
        self,
        database: Database,
        *,
        hold: timedelta,
        livemode: bool = False,
        batch: int = BATCH,
    ) -> None:
        self._database = database
        self._hold = hold
        self.livemode = livemode
        self._holds = Holds(database, hold=hold, livemode=livemode, batch=batch)
        self._known: set[UUID] = set()
        self._behind = False
        self._watch = Watch(self._versions)
        #: Tickets that requests wait for: one question for all of them.
        self._arrivals = Watch(self._heard_of)

    async def hold(self, request: Request, keyed: Keyed | None = None) -> Held:
        """Hold the tickets of a valid request, or find the order its key made before.

        Raises what `Book.take` raises; `KeyReused` or `KeyInProgress` for the key;
        `Busy` while messages pile up, for nobody would learn of the hold in time, and
        when more ask than can be answered.
        """
        if self.pressed:
            raise Busy
        await self._wait_for_tickets(request)
        return await self._holds.take(request, keyed)

    @property
    def pressed(self) -> bool:
        """Whether whoever asks for a hold now is refused as `Busy`."""
        return self._behind or self._holds.pressed

    def pressed_at(self, event: Callable[[], UUID | None]) -> bool:
        """Whether whoever asks for one at that event is; it is read only if need be."""
        return self._holds.lanes and self._holds.pressed_at(event())

    async def get(self, order_id: UUID, identity: Identity) -> Shown:
        """Raises `OrderNotFound`, also for the orders of other people."""
        async with self._database.transaction() as tx:
            repository = Repository(tx)
            found = await repository.get(order_id)
            if found is None or found[0].buyer_id not in identity.owners:
                raise OrderNotFound
            return *found, await repository.now()

    async def awaited(
        self,
        order_id: UUID,
        identity: Identity,
        *,
        known: Callable[[int], bool],
        wait: float,
    ) -> Shown:
        """The order once its version is not `known`, or as it was after `wait`."""
        shown = await self.get(order_id, identity)
        if not known(shown[0].version):
            return shown
        news = self._watch.until(order_id, lambda version: not known(version), wait)
        return await self.get(order_id, identity) if await news else shown

    async def page(
        self,
        identity: Identity,
        *,
        status: str | None,
        before: UUID | None,
        limit: int,
    ) -> list[Shown]:
        """One's own orders, newest first."""
        async with self._database.transaction() as tx:
            repository = Repository(tx)
            orders = await repository.page(
                owners=identity.owners, status=status, before=before, limit=limit
            )
            return await as_shown(repository, orders)

    async def name_contact(
        self, order_id: UUID, identity: Identity, *, name: str, email: str
    ) -> None:
        """Raises `OrderNotFound`, `OrderAlreadyComplete`, `OrderAlreadyCancelled`."""
        async with self._database.transaction() as tx:
            order = await _own(tx, order_id, identity)
            order.name_contact(name=name, email=email)
            tx.say(order.message())

    async def cancel(self, order_id: UUID, identity: Identity) -> None:
        """Give the tickets back; again is no error when the buyer did it before.

        Raises `OrderNotFound`, `OrderAlreadyComplete`, `OrderAlreadyCancelled`.
        """
        async with self._database.transaction() as tx:
            order = await _own(tx, order_id, identity)
            if order.why_cancelled is Reason.BUYER:
                return
            await release(tx, [order], Reason.BUYER)
        self._holds.given_back(item.ticket_id for item in order.items)

    async def expire(
        self, messages: Sequence[ExpirationComplete], tx: Transaction
    ) -> None:
        """Cancel what is due of the orders whose timer went off, as one set.

        Of a list so long that its stock would be locked for seconds, the first; the
        sweep comes for the others.
        """
        ended = sorted({message.order_id for message in messages})
        locked = await Repository(tx).lock_orders(ended[:SWEEP])
        await _release_due(tx, [order for order in locked if order.open])

    async def sweep(self) -> None:
        """Cancel what a lost or late timer missed."""
        while await self._sweep_some() == SWEEP:
            pass

    async def measure(self) -> None:
        """Show how late the release of holds is, whatever the sweep is doing."""
        async with self._database.transaction() as tx:
            OVERDUE.set((await Repository(tx).most_overdue()).total_seconds())

    async def look_behind(self) -> None:
        """Notice when messages pile up: older than a third of a hold is too old.

        Messages of orders alone: a dead letter that waits makes no hold late.
        """
        async with self._database.transaction() as tx:
            late = await oldest_unpublished(tx.session, subjects="orders.")
        self._behind = late > self._hold / 3

    async def _sweep_some(self) -> int:
        async with self._database.transaction() as tx:
            due = await Repository(tx).lock_due(SWEEP)
            await _release_due(tx, due)
        return len(due)

    async def _wait_for_tickets(self, request: Request) -> None:
        """Wait for a ticket just put on offer; raises `TicketUnknown` in the end."""
        wanted = {item.ticket_id for item in request.items} - self._known
        if not wanted:
            return
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE.total_seconds()
        missed = {
            ticket_id
            for ticket_id in wanted
            if not await self._arrivals.until(ticket_id, bool, end - loop.time())
        }
        if missed and await self._unknown(missed):
            raise TicketUnknown(headers={"Retry-After": "1"})
        self._remember(wanted)

    async def _heard_of(self, tickets: Sequence[UUID]) -> dict[UUID, bool]:
        unknown = await self._unknown(tickets)
        return {ticket_id: ticket_id not in unknown for ticket_id in tickets}

    async def _unknown(self, tickets: Collection[UUID]) -> set[UUID]:
        async with self._database.transaction() as tx:
            return await Repository(tx).unknown_tickets(tickets)

    def _remember(self, tickets: Collection[UUID]) -> None:
        """A ticket that has stock has it for good: it need not be asked about again."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        self._known.update(tickets)

    async def _versions(self, ids: Sequence[UUID]) -> dict[UUID, int]:
        async with self._database.transaction() as tx:
            return await Repository(tx).versions(ids)


async def as_shown(repository: Repository, orders: Sequence[Order]) -> list[Shown]:
    """Orders with the events they admit to, both as they are now."""
    firsts = [order.items[0].ticket_id for order in orders]
    replicas = await repository.replicas(firsts)
    now = await repository.now()
    return [
        (order, replicas.get(ticket_id), now)
        for order, ticket_id in zip(orders, firsts, strict=True)
    ]


async def release(tx: Transaction, orders: Sequence[Order], reason: Reason) -> None:
    """Cancel locked, open orders; their stock comes back once."""
    stock = await LockedStock.of(tx, orders)
    await _release(tx, orders, stock, reason)


async def _release_due(tx: Transaction, orders: Sequence[Order]) -> None:
    stock = await LockedStock.of(tx, orders)
    now = await Repository(tx).now()
    due = [order for order in orders if order.expires_at <= now]
    await _release(tx, due, stock, Reason.EXPIRED)


async def _release(
    tx: Transaction, orders: Sequence[Order], stock: LockedStock, reason: Reason
) -> None:
    for order in orders:
        order.cancel(reason)
        stock.release_held(order)
    await stock.say()
    tx.say(*(order.message() for order in orders))


async def _own(tx: Transaction, order_id: UUID, identity: Identity) -> Order:
    locked = await Repository(tx).lock_orders([order_id])
    if not locked or locked[0].buyer_id not in identity.owners:
        raise OrderNotFound
    return locked[0]
