"""HTTP in: `/api/events`."""

from datetime import datetime
from uuid import UUID

from litestar import Response, get, patch, post, put

from common.clock import Moment
from common.errors import Changed, KeyInProgress, KeyReused, NotYours
from common.http import problems
from common.http.conditional import CACHED, UNCHANGED, IfNoneMatch, answered
from common.idempotency import REPLAYED, Keyed
from common.identity import Identity
from common.pagination import LIMIT, Page, page_of, place_of
from tickets.api.headers import IfMatch, alike, etag, expected, made, shared
from tickets.api.queries import (
    City,
    Country,
    Cursor,
    From,
    Limit,
    Query,
    Seller,
    To,
    given,
    moment,
    wanted,
)
from tickets.domain.events import EventSearch, EventStatus
from tickets.errors import EventCancelled, EventIsDraft, EventNotFound, HoldsOrSales
from tickets.models import Event
from tickets.schemas import (
    EventDetail,
    EventPatch,
    EventRead,
    EventWrite,
)
from tickets.service import Events

_EDITS = problems(EventNotFound, NotYours, Changed, EventCancelled, HoldsOrSales)


@post("/api/events", responses=problems(KeyReused, KeyInProgress))
async def create_event(
    data: EventWrite, member: Identity, events: Events, keyed: Keyed | None
) -> Response[EventRead]:
    """Announce an event, or keep it as a draft that its owner alone sees."""
    event, replayed = await events.announce(data.details(), seller=member, keyed=keyed)
    return Response(
        EventRead.of(event, events.now()),
        status_code=201,
        headers=made("/api/events", event.id, event.version, replayed=replayed),
    )


@get("/api/events", responses=UNCHANGED, response_headers=CACHED)
async def list_events(
    *,
    events: Events,
    visitor: Identity | None,
    q: Query = None,
    city: City = None,
    country: Country = None,
    seller: Seller = None,
    status: EventStatus | None = None,
    starts_from: From = None,
    starts_to: To = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
    if_none_match: IfNoneMatch = None,
) -> Response[Page[EventRead]]:
    """Events, soonest first; without `from`, those that are not over."""
    search = EventSearch(
        words=wanted(q),
        city=given(city),
        country=country,
        seller_id=seller,
        status=status,
        starts_from=moment("from", starts_from),
        starts_to=moment("to", starts_to),
        after=place_of(cursor, tuple[Moment, UUID]) if cursor else None,
        limit=limit,
    )
    found, now = await events.search(search, visitor=visitor), events.now()
    page = page_of(
        found,
        limit,
        read=lambda listed: EventRead.listed(*listed, now),
        place=lambda listed: (listed.event.starts_at, listed.event.id),
    )
    return answered(page, if_none_match, shared(visitor))


@get(
    "/api/events/{event_id:uuid}",
    responses={**UNCHANGED, **problems(EventNotFound)},
    response_headers=CACHED,
)
async def get_event(
    event_id: UUID,
    events: Events,
    visitor: Identity | None,
    if_none_match: IfNoneMatch = None,
) -> Response[EventDetail]:
    """An event with its tickets on offer."""
    event = await events.get(event_id, visitor=visitor)
    shown, headers = EventDetail.of(event, events.now()), alike(event, visitor)
    return answered(shown, if_none_match, headers, prefix=f"{event.version}-")


@put("/api/events/{event_id:uuid}", responses=_EDITS)
async def replace_event(
    event_id: UUID,
    data: EventWrite,
    member: Identity,
    events: Events,
    if_match: IfMatch = None,
) -> Response[EventRead]:
    """Say an event anew; what is left out returns to its default, the status stays."""
    details = data.details()
    event = await events.edit(
        event_id, lambda _: details, editor=member, expected=expected(if_match)
    )
    return _edited(event, events.now())


@patch("/api/events/{event_id:uuid}", responses=_EDITS)
async def update_event(
    event_id: UUID,
    data: EventPatch,
    member: Identity,
    events: Events,
    if_match: IfMatch = None,
) -> Response[EventRead]:
    """Change what is named (RFC 7396); its tickets tell orders."""
    event = await events.edit(
        event_id, data.onto, editor=member, expected=expected(if_match)
    )
    return _edited(event, events.now())


@post(
    "/api/events/{event_id:uuid}/cancel",
    status_code=200,
    responses=problems(EventNotFound, NotYours, EventIsDraft),
)
async def cancel_event(
    event_id: UUID, member: Identity, events: Events, keyed: Keyed | None
) -> Response[EventRead]:
    """End an event for good: holds end, and everybody who paid is refunded.

    Safe to repeat.
    """
    event, replayed = await events.cancel(event_id, editor=member, keyed=keyed)
    answer = _edited(event, events.now())
    answer.headers |= REPLAYED if replayed else {}
    return answer


EVENT_ROUTES = (
    create_event,
    list_events,
    get_event,
    replace_event,
    update_event,
    cancel_event,
)


def _edited(event: Event, now: datetime) -> Response[EventRead]:
    return Response(EventRead.of(event, now), headers=etag(event.version))
