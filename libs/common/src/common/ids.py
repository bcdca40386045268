"""Identities: UUIDv7, so that rows written together lie together."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

#: Below the milliseconds in a UUIDv7.
_REST_BITS = 80


def new_id() -> UUID:
    return uuid7()


def first_id(moment: datetime) -> UUID:
    """Not above any id that is made from a moment on, and above all earlier ones."""
    milliseconds = round(moment.timestamp() * 1000)
    return UUID(int=milliseconds << _REST_BITS)
