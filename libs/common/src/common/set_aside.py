"""What a consumer could not handle: kept with the reason, out of its neighbours' way.

A row stands for one message of one consumer. The same aggregate's newer message takes
the row over, under a new id, so nobody finishes or gives up what he has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import text

from common.database import Transaction
from common.ids import new_id
from common.messages import Message

log = structlog.get_logger()

#: In place of an index: the envelope whole.
WHOLE = -1
_LONGEST_ERROR = 2000

_SET_ASIDE = text("""
    INSERT INTO set_aside
        (id, consumer, envelope_id, index, aggregate_id, version, payload, error,
         next_try_at)
    VALUES (:id, :consumer, :envelope_id, :index, :aggregate_id, :version, :payload,
            :error, clock_timestamp() + interval '1 second')
    ON CONFLICT (consumer, aggregate_id) DO UPDATE
    SET id = excluded.id, envelope_id = excluded.envelope_id, index = excluded.index,
        version = excluded.version, payload = excluded.payload, error = excluded.error,
        tries = 0, created_at = clock_timestamp(), next_try_at = excluded.next_try_at,
        dead_at = NULL
    WHERE (set_aside.version, set_aside.envelope_id)
       <= (excluded.version, excluded.envelope_id)
""")


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A message, or a whole envelope, that a consumer could not handle."""

    id: UUID
    consumer: str
    envelope_id: UUID
    index: int
    aggregate_id: UUID | None
    version: int
    payload: bytes
    error: str
    tries: int
    created_at: datetime
    next_try_at: datetime
    dead_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """What to set aside, and why: a message as it came, or an envelope whole."""

    envelope_id: UUID
    index: int
    raw: bytes
    error: str


async def set_aside(
    tx: Transaction, consumer: str, message: type[Message], refused: Sequence[Refused]
) -> None:
    for each in refused:
        log.error(
            "message_set_aside",
            consumer=consumer,
            envelope_id=str(each.envelope_id),
            index=each.index,
            error=each.error,
        )
        name = _name_of(message, each)
        await tx.session.execute(
            _SET_ASIDE,
            {
                "id": new_id(),
                "consumer": consumer,
                "envelope_id": each.envelope_id,
                "index": each.index,
                "aggregate_id": name.aggregate_id,
                "version": name.version,
                "payload": each.raw,
                "error": storable(each.error),
            },
        )


def storable(error: str) -> str:
    """PostgreSQL stores neither NUL nor half a character."""
    clean = error[:_LONGEST_ERROR].encode(errors="replace").decode()
    return clean.replace("\0", "\N{REPLACEMENT CHARACTER}")


class Name(msgspec.Struct, frozen=True):
    """Which aggregate a message is about, and its version."""

    aggregate_id: UUID | None = None
    version: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)] = 0


def _name_of(message: type[Message], refused: Refused) -> Name:
    """Also of a message that is unreadable otherwise, so that newer ones replace it."""
    if refused.index == WHOLE:
        return Name()
    names = _names(message)
    try:
        return names.decode(refused.raw)
    except (ValueError, RecursionError):
        return Name()


@cache
def _names(message: type[Message]) -> msgspec.json.Decoder[Any]:
    """The id is found under the message's own key."""
    renamed = {"aggregate_id": message.key}
    fields = [(f.name, f.type, f.default) for f in msgspec.structs.fields(Name)]
    return msgspec.json.Decoder(msgspec.defstruct("Named", fields, rename=renamed))
