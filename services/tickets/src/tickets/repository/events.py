"""Rows of events."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, cast, or_, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from common.database import Transaction
from tickets.domain.events import EventSearch, EventStatus
from tickets.domain.words import fold, prefix_query
from tickets.models import Event, Ticket, TicketStock

_TICKETS = (
    selectinload(Event.tickets)
    .selectinload(Ticket.stocks)
    .joinedload(TicketStock.stock, innerjoin=True)
)
_WHOLE = select(Event).options(_TICKETS).execution_options(populate_existing=True)


class EventRepository:
    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def add(self, event: Event) -> None:
        self._session.add(event)
        await self._session.flush()

    async def get(self, event_id: UUID) -> Event | None:
        """An event with its tickets, as it stands now."""
        found = await self._read(_WHOLE.where(Event.id == event_id))
        return next(iter(found), None)

    async def several(self, ids: Sequence[UUID]) -> list[Event]:
        """Those of these events that exist, with their tickets."""
        return await self._read(_WHOLE.where(Event.id.in_(ids)))

    async def lock(self, event_id: UUID) -> Event | None:
        """An event as it stands once nobody else can change it or its tickets."""
        await self.hold(event_id)
        return await self.get(event_id)

    async def hold(self, event_id: UUID) -> None:
        """Lock a row; before any of its tickets, by all who change one or the other."""
        row = select(Event.id).where(Event.id == event_id)
        await self._session.execute(row.with_for_update(key_share=True))

    async def page(
        self, search: EventSearch, *, viewer: UUID | None, now: datetime
    ) -> list[Event]:
        """Soonest first, and one row more where another page follows; no tickets."""
        filters = [visible(viewer), *_filters(search)]
        if search.starts_from is not None:
            later = Event.starts_at >= search.starts_from
            wanted = _cut(select(Event).where(later, *filters), search)
            return list(await self._session.scalars(wanted))
        # What runs now and what is to come, each read from an index of its own: the
        # past, which only grows, is never walked through.
        ids = select(Event.id).where(*filters)
        running = _cut(ids.where(Event.lasts.contains(now)), search)
        coming = _cut(ids.where(Event.starts_at > now), search)
        either = union_all(running, coming).subquery()
        wanted = select(Event).join(either, either.c.id == Event.id)
        return list(await self._session.scalars(_cut(wanted, search)))

    async def _read(self, wanted: Select[Event]) -> list[Event]:
        events = list(await self._session.scalars(wanted))
        for event in events:
            for ticket in event.tickets:
                set_committed_value(ticket, "event", event)
        return events


def visible(viewer: UUID | None) -> ColumnElement[bool]:
    published = Event.status != EventStatus.DRAFT
    return published if viewer is None else or_(published, Event.seller_id == viewer)


def _filters(search: EventSearch) -> Iterable[ColumnElement[bool]]:
    if search.words is not None:
        yield Event.search.op("@@")(cast(prefix_query(search.words), TSQUERY))
    if search.city is not None:
        yield Event.city_key == fold(search.city)
    if search.country is not None:
        yield Event.venue_country == search.country
    if search.seller_id is not None:
        yield Event.seller_id == search.seller_id
    if search.status is not None:
        yield Event.status == search.status
    if search.starts_to is not None:
        yield Event.starts_at <= search.starts_to
    if search.after is not None:
        yield tuple_(Event.starts_at, Event.id) > search.after


def _cut(rows: Select[Any], search: EventSearch) -> Select[Any]:
    return rows.order_by(Event.starts_at, Event.id).limit(search.limit + 1)
