"""HTTP in: what is left of an event's tickets, once or as it changes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation, Schema
from litestar.openapi.spec.enums import OpenAPIType

from common.errors import Busy
from common.http import problems
from common.http.conditional import CACHED, UNCHANGED, IfNoneMatch, knows, unchanged
from common.http.streams import EVENT_STREAM, EventStream
from common.identity import Identity
from tickets.api.headers import alike
from tickets.board import Board
from tickets.errors import EventNotFound
from tickets.schemas import AvailabilityRead

_FORMS = ["application/json", EVENT_STREAM]


@dataclass
class Streamed(Operation):
    """Documents the other form of the answer."""

    def __post_init__(self) -> None:
        answer = (self.responses or {}).get("200")
        if isinstance(answer, OpenAPIResponse) and answer.content:
            text = Schema(
                type=OpenAPIType.STRING,
                description="Events `snapshot`, with every ticket, and `change`, with"
                " those that have changed; the data of each is an `AvailabilityRead`."
                " A stream begins with a snapshot and ends after some minutes.",
            )
            answer.content[EVENT_STREAM] = OpenAPIMediaType(schema=text)


@get(
    "/api/events/{event_id:uuid}/availability",
    responses={**UNCHANGED, **problems(EventNotFound, Busy)},
    response_headers=CACHED,
    operation_class=Streamed,
)
async def get_availability(
    event_id: UUID,
    board: Board,
    request: Request[Any, Any, Any],
    visitor: Identity | None,
    if_none_match: IfNoneMatch = None,
) -> Response[AvailabilityRead]:
    """What is left of an event's tickets, and when to ask again.

    With `Accept: text/event-stream`, a stream of what changes, for as long as it lasts.
    """
    if request.accept.best_match(_FORMS) == EVENT_STREAM:
        request.scope["path_template"] += " (stream)"
        return EventStream(await board.watch(event_id, visitor=visitor))
    left = await board.look(event_id, visitor=visitor)
    # Weak: `now` and `poll_after` differ, but nobody asks for their sake.
    tag, headers = f'W/"{left.tag}"', alike(left.event, visitor, vary="Accept")
    if knows(if_none_match)(tag):
        return unchanged(tag, headers)
    return Response(left.shown, headers={**headers, "ETag": tag})
