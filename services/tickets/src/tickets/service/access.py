"""Who sees and who changes what is on offer."""

from typing import Generic, NamedTuple, TypeVar

from common.errors import Changed, NotYours
from common.identity import Action, Identity, may
from tickets.domain.events import EventStatus
from tickets.models import Event, Ticket

T = TypeVar("T")

#: Versions that an editor may have read; None: whichever.
Expected = frozenset[int] | None


class Made(NamedTuple, Generic[T]):
    """What a request made, or had made when it came before."""

    thing: T
    replayed: bool


def sees(visitor: Identity | None, event: Event | None) -> bool:
    """Drafts are their owner's alone."""
    if event is None or event.status is not EventStatus.DRAFT:
        return True
    return visitor is not None and may(visitor, Action.EDIT, event.seller_id)


def refuse_edit_by(editor: Identity, thing: Event | Ticket, expected: Expected) -> None:
    """Raises `NotYours`, or `Changed` for what the editor has not seen."""
    if not may(editor, Action.EDIT, thing.seller_id):
        raise NotYours
    if expected is not None and thing.version not in expected:
        raise Changed
