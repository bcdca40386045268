"""Rows of tickets."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, cast, or_, select, update
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import joinedload, selectinload

from common.database import Transaction
from tickets.domain.tickets import TicketSearch
from tickets.domain.words import prefix_query
from tickets.models import Event, Ticket, TicketStock
from tickets.repository.events import EventRepository, visible

_LEVELS = selectinload(Ticket.stocks).joinedload(TicketStock.stock, innerjoin=True)
_WHOLE = (
    select(Ticket)
    .where(Ticket.deleted_at.is_(None))
    .options(joinedload(Ticket.event), _LEVELS)
    .execution_options(populate_existing=True)
)


class TicketRepository:
    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._events = EventRepository(tx)

    async def add(self, ticket: Ticket) -> None:
        self._session.add(ticket)
        await self._session.flush()

    async def get(self, ticket_id: UUID) -> Ticket | None:
        return await self._session.scalar(_WHOLE.where(Ticket.id == ticket_id))

    async def lock(self, ticket_id: UUID) -> Ticket | None:
        """A ticket, its event locked before."""
        its_event = select(Ticket.event_id).where(Ticket.id == ticket_id)
        event_id = await self._session.scalar(its_event)
        if event_id is not None:
            await self._events.hold(event_id)
        wanted = _WHOLE.where(Ticket.id == ticket_id)
        return await self._session.scalar(wanted.with_for_update(of=Ticket))

    async def page(
        self, search: TicketSearch, *, viewer: UUID | None
    ) -> Sequence[Ticket]:
        """Newest first, and one row more where another page follows."""
        wanted = (
            _WHOLE.outerjoin(Ticket.event)
            .where(or_(Ticket.event_id.is_(None), visible(viewer)))
            .where(*_filters(search))
            .order_by(Ticket.id.desc())
            .limit(search.limit + 1)
        )
        return (await self._session.scalars(wanted)).all()

    async def lock_deleted(self, event: Event, *, since: datetime) -> Sequence[Ticket]:
        """Its tombstones that somebody holds, or may: orders told of none `since`."""
        held = TicketStock.held + TicketStock.sold > 0
        theirs = (
            select(Ticket)
            .where(Ticket.event_id == event.id, Ticket.deleted_at.is_not(None))
            .where(or_(Ticket.deleted_at > since, Ticket.stocks.any(held)))
            .options(joinedload(Ticket.event))
            .order_by(Ticket.id)
            .with_for_update(of=Ticket)
        )
        return (await self._session.scalars(theirs)).all()

    async def carry_over(self, event: Event, now: datetime) -> None:
        """Give every ticket of a changed event a new version."""
        await self._session.flush()
        theirs = (
            select(Ticket.id)
            .where(Ticket.event_id == event.id, Ticket.deleted_at.is_(None))
            .order_by(Ticket.id)
            .with_for_update()
        )
        fresh = {"version": Ticket.version + 1, "updated_at": now}
        await self._session.execute(
            update(Ticket)
            .where(Ticket.id.in_(theirs))
            .values(event_words=event.words, **fresh)
            .execution_options(synchronize_session=False)
        )


def _filters(search: TicketSearch) -> Iterable[ColumnElement[bool]]:
    if search.words is not None:
        yield Ticket.search.op("@@")(cast(prefix_query(search.words), TSQUERY))
    if search.event_id is not None:
        yield Ticket.event_id == search.event_id
    if search.seller_id is not None:
        yield Ticket.seller_id == search.seller_id
    if search.before is not None:
        yield Ticket.id < search.before
