"""Cursor pages: a stable place in a list, opaque to clients."""

import base64
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from common.errors import Fault, Invalid

T = TypeVar("T")
R = TypeVar("R")

LIMIT = 20
MOST = 100


class Page(msgspec.Struct, Generic[T]):
    """Part of a list and the cursor of the next part, null at the end."""

    items: list[T]
    next: str | None = None


def cursor_of(*place: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place_of(cursor: str, shape: type[T]) -> T:
    """Raises `Invalid` for a cursor that no page gave out."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=shape)
    except ValueError:
        fault = Fault("cursor", "Is no cursor that a page gave out.")
        raise Invalid.field("query.cursor", fault) from None


def page_of(
    rows: Sequence[R],
    limit: int,
    *,
    read: Callable[[R], T],
    place: Callable[[R], Sequence[Any]],
) -> Page[T]:
    """A page of at most `limit` from rows fetched with `limit + 1`."""
    shown = rows[:limit]
    following = cursor_of(*place(shown[-1])) if len(rows) > limit else None
    return Page([read(row) for row in shown], following)
