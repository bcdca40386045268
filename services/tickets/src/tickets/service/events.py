"""What sellers do with events, and what people see of them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from common.clock import Clock, utcnow
from common.database import Database, Transaction
from common.idempotency import Keyed, once
from common.identity import Identity
from tickets.domain.events import EventDetails, EventSearch
from tickets.domain.tickets import Kind, agree
from tickets.errors import EventNotFound
from tickets.models import Event
from tickets.repository import (
    EventRepository,
    TicketRepository,
    read_marks,
    read_offers,
)
from tickets.service.access import Expected, Made, refuse_edit_by, sees

#: By then orders has told what a deleted ticket was sold to.
LATEST: Final = timedelta(days=1)

EventChange = Callable[[EventDetails], EventDetails]


class Listed(NamedTuple):
    """An event in a list, and what it has on offer."""

    event: Event
    on_offer: Sequence[Kind]


class Events:
    """Every method is one transaction."""

    def __init__(self, database: Database, *, clock: Clock = utcnow) -> None:
        self._database = database
        #: What statuses are judged by.
        self.now = clock

    async def announce(
        self, details: EventDetails, *, seller: Identity, keyed: Keyed | None = None
    ) -> Made[Event]:
        """Raises `KeyReused` or `KeyInProgress`."""
        async with self._database.transaction() as tx:
            events = EventRepository(tx)

            async def make() -> UUID:
                event = Event.announce(
                    details, seller_id=seller.user_id, now=self.now()
                )
                await events.add(event)
                return event.id

            event_id, replayed = await once(tx, keyed, make, status=201)
            return Made(_seen(await events.get(event_id), seller), replayed)

    async def get(self, event_id: UUID, *, visitor: Identity | None) -> Event:
        """Raises `EventNotFound`, also for other people's drafts."""
        async with self._database.transaction() as tx:
            return _seen(await EventRepository(tx).get(event_id), visitor)

    async def marks(self, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Of each event that exists, something that changes when what is left does."""
        async with self._database.transaction() as tx:
            return await read_marks(tx, ids)

    async def marked(self, ids: Sequence[UUID]) -> Sequence[tuple[Event, str]]:
        """Events and their marks, drafts too: who asks looks to who sees them.

        The mark is read first: what changes meanwhile is noticed next time.
        """
        async with self._database.transaction() as tx:
            marks = await read_marks(tx, ids)
            events = await EventRepository(tx).several(ids)
            return [(event, marks[event.id]) for event in events]

    async def search(
        self, search: EventSearch, *, visitor: Identity | None
    ) -> Sequence[Listed]:
        """Soonest first, and one more than asked for where another page follows."""
        viewer, now = visitor.user_id if visitor else None, self.now()
        async with self._database.transaction() as tx:
            events = await EventRepository(tx).page(search, viewer=viewer, now=now)
            offers = await read_offers(tx, [event.id for event in events], now)
            return [Listed(event, offers.get(event.id, ())) for event in events]

    async def edit(
        self,
        event_id: UUID,
        change: EventChange,
        *,
        editor: Identity,
        expected: Expected = None,
    ) -> Event:
        """Change an event; its tickets then say anew where and when they admit to.

        Raises `EventNotFound`, `NotYours`, `Changed`, `Invalid`, `EventCancelled` or
        `HoldsOrSales`.
        """
        async with self._database.transaction() as tx:
            events = EventRepository(tx)
            event = _seen(await events.lock(event_id), editor)
            refuse_edit_by(editor, event, expected)
            said = event.info
            details, now = change(event.details), self.now()
            agree(details.currency, *(ticket.currency for ticket in event.tickets))
            event.edit(details, now)
            return event if event.info == said else await _carry_over(tx, event, now)

    async def cancel(
        self, event_id: UUID, *, editor: Identity, keyed: Keyed | None = None
    ) -> Made[Event]:
        """End an event for good: orders ends its holds, payments gives money back.

        Again is no error. Raises `EventNotFound`, `NotYours`, `EventIsDraft`,
        `KeyReused` or `KeyInProgress`.
        """
        async with self._database.transaction() as tx:
            events = EventRepository(tx)

            async def end() -> UUID:
                event = _seen(await events.lock(event_id), editor)
                refuse_edit_by(editor, event, None)
                now = self.now()
                if event.cancel(now):
                    await _carry_over(tx, event, now)
                return event.id

            _, replayed = await once(tx, keyed, end, status=200)
            return Made(_seen(await events.get(event_id), editor), replayed)


async def _carry_over(tx: Transaction, event: Event, now: datetime) -> Event:
    """Its tickets say anew what they admit to; the event as it is then.

    So do those that were deleted: somebody may have taken one in that very moment.
    """
    tickets = TicketRepository(tx)
    await tickets.carry_over(event, now)
    deleted = await tickets.lock_deleted(event, since=now - LATEST)
    tx.say(*(ticket.deleted_again(now) for ticket in deleted))
    changed = await EventRepository(tx).get(event.id)
    assert changed is not None  # it is locked, and events are never deleted
    tx.say(*(ticket.updated() for ticket in changed.tickets))
    return changed


def _seen(event: Event | None, visitor: Identity | None) -> Event:
    if event is None or not sees(visitor, event):
        raise EventNotFound
    return event
