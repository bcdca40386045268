"""HTTP in: `/api/tickets`."""

from datetime import datetime
from uuid import UUID

from litestar import Response, delete, get, patch, post, put

from common.errors import Changed, KeyInProgress, KeyReused, NotYours
from common.http import problems
from common.http.conditional import CACHED, UNCHANGED, IfNoneMatch, answered
from common.idempotency import Keyed
from common.identity import Identity
from common.pagination import LIMIT, Page, page_of, place_of
from tickets.api.headers import IfMatch, alike, etag, expected, made, shared
from tickets.api.queries import Cursor, Limit, Query, Seller, wanted
from tickets.domain.tickets import TicketSearch
from tickets.errors import (
    EventCancelled,
    EventNotFound,
    HoldsOrSales,
    TicketNotFound,
    TooManyTickets,
)
from tickets.models import Ticket
from tickets.schemas import TicketPatch, TicketRead, TicketWrite
from tickets.service import Tickets

_OFFERS = (EventNotFound, NotYours, EventCancelled, TooManyTickets)
_EDITS = problems(TicketNotFound, NotYours, Changed, HoldsOrSales)


@post("/api/tickets", responses=problems(*_OFFERS, KeyReused, KeyInProgress))
async def create_ticket(
    data: TicketWrite, member: Identity, tickets: Tickets, keyed: Keyed | None
) -> Response[TicketRead]:
    """Put a ticket on offer, alone or of an event of one's own."""
    ticket, replayed = await tickets.offer(data.terms(), seller=member, keyed=keyed)
    return Response(
        TicketRead.of(ticket, tickets.now()),
        status_code=201,
        headers=made("/api/tickets", ticket.id, ticket.version, replayed=replayed),
    )


@get("/api/tickets", responses=UNCHANGED, response_headers=CACHED)
async def list_tickets(
    *,
    tickets: Tickets,
    visitor: Identity | None,
    q: Query = None,
    event_id: UUID | None = None,
    seller: Seller = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
    if_none_match: IfNoneMatch = None,
) -> Response[Page[TicketRead]]:
    """Tickets on offer, newest first; `q` looks at their events as well."""
    search = TicketSearch(
        words=wanted(q),
        event_id=event_id,
        seller_id=seller,
        before=place_of(cursor, tuple[UUID])[0] if cursor else None,
        limit=limit,
    )
    found, now = await tickets.search(search, visitor=visitor), tickets.now()
    page = page_of(
        found,
        limit,
        read=lambda ticket: TicketRead.of(ticket, now),
        place=lambda ticket: (ticket.id,),
    )
    return answered(page, if_none_match, shared(visitor))


@get(
    "/api/tickets/{ticket_id:uuid}",
    responses={**UNCHANGED, **problems(TicketNotFound)},
    response_headers=CACHED,
)
async def get_ticket(
    ticket_id: UUID,
    tickets: Tickets,
    visitor: Identity | None,
    if_none_match: IfNoneMatch = None,
) -> Response[TicketRead]:
    """A ticket, and what is left of it."""
    ticket = await tickets.get(ticket_id, visitor=visitor)
    shown, headers = TicketRead.of(ticket, tickets.now()), alike(ticket, visitor)
    return answered(shown, if_none_match, headers, prefix=f"{ticket.version}-")


@put("/api/tickets/{ticket_id:uuid}", responses=_EDITS)
async def replace_ticket(
    ticket_id: UUID,
    data: TicketWrite,
    member: Identity,
    tickets: Tickets,
    if_match: IfMatch = None,
) -> Response[TicketRead]:
    """Say a ticket anew; what is left out returns to its default, the event stays."""
    ticket = await tickets.edit(
        ticket_id, data.onto, editor=member, expected=expected(if_match)
    )
    return _edited(ticket, tickets.now())


@patch("/api/tickets/{ticket_id:uuid}", responses=_EDITS)
async def update_ticket(
    ticket_id: UUID,
    data: TicketPatch,
    member: Identity,
    tickets: Tickets,
    if_match: IfMatch = None,
) -> Response[TicketRead]:
    """Change what is named (RFC 7396)."""
    ticket = await tickets.edit(
        ticket_id, data.onto, editor=member, expected=expected(if_match)
    )
    return _edited(ticket, tickets.now())


@delete(
    "/api/tickets/{ticket_id:uuid}",
    responses=_EDITS,
)
async def delete_ticket(
    ticket_id: UUID, member: Identity, tickets: Tickets, if_match: IfMatch = None
) -> None:
    """Take a ticket off, for good; not while a unit is held or sold."""
    await tickets.withdraw(ticket_id, editor=member, expected=expected(if_match))


TICKET_ROUTES = (
    create_ticket,
    list_tickets,
    get_ticket,
    replace_ticket,
    update_ticket,
    delete_ticket,
)


def _edited(ticket: Ticket, now: datetime) -> Response[TicketRead]:
    return Response(TicketRead.of(ticket, now), headers=etag(ticket.version))
