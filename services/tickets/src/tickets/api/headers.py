"""Headers of single things: their version, where they are, how long they hold."""

import re
from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from litestar.params import HeaderParameter

from common.http.conditional import tags
from common.idempotency import REPLAYED
from common.identity import Action, Identity, may
from tickets.domain.events import EventStatus
from tickets.models import Event, Ticket
from tickets.service import Expected

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        required=False,
        description='Change only this version, as in "3"; `*` is any.',
        max_length=1000,
    ),
]

#: Availability has to follow within 2 s, so this is all there is to give.
_FOR_A_MOMENT: Final = {"Cache-Control": "public, max-age=1, stale-while-revalidate=1"}
_PEOPLE: Final = "Cookie, Authorization"

#: As changes and single things are tagged: by version, and the latter by content too.
_VERSION = re.compile(r'"(\d{1,18})(?:-[0-9a-f]*)?"')


def expected(if_match: str | None) -> Expected:
    """The versions that an editor has read (RFC 9110). Raises `Invalid`."""
    named = None if if_match is None else tags(if_match, header="If-Match")
    if named is None:
        return None
    versions = (_VERSION.fullmatch(tag) for tag in named)
    return frozenset(int(version[1]) for version in versions if version)


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


def made(path: str, thing_id: UUID, version: int, *, replayed: bool) -> dict[str, str]:
    headers = {"Location": f"{path}/{thing_id}", **etag(version)}
    return headers | REPLAYED if replayed else headers


def shared(visitor: Identity | None) -> Mapping[str, str]:
    """A list: whoever has not signed in sees the same, others their drafts as well."""
    return {} if visitor is not None else {**_FOR_A_MOMENT, "Vary": _PEOPLE}


def alike(
    thing: Event | Ticket, visitor: Identity | None, *, vary: str = _PEOPLE
) -> Mapping[str, str]:
    """A single thing: all see the same, but a draft is its owner's alone.

    And who has just changed a thing wants to see that.
    """
    event = thing if isinstance(thing, Event) else thing.event
    draft = event is not None and event.status is EventStatus.DRAFT
    own = visitor is not None and may(visitor, Action.EDIT, thing.seller_id)
    return {"Vary": vary} | ({} if draft or own else _FOR_A_MOMENT)
