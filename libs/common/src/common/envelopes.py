"""Envelopes: messages of one type on their way, written once and read apart.

An envelope's id is its outbox row's id. The messages in it are read one by one, so a
bad one never takes its neighbours along.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

import msgspec

from common.clock import utcnow
from common.ids import new_id
from common.messages import ENVELOPE_BYTES, ENVELOPE_MESSAGES, Message

_encoder = msgspec.json.Encoder()
#: Bytes of an envelope beside its messages: id, time, names, brackets.
_HEAD = 128


class Sealed(msgspec.Struct, frozen=True):
    """An envelope ready to be sent."""

    id: UUID
    subject: str
    payload: bytes


class Opened(msgspec.Struct, frozen=True):
    """An envelope as it came: its messages not yet read."""

    id: UUID
    occurred_at: datetime
    messages: list[msgspec.Raw]


_opener = msgspec.json.Decoder(Opened)


def seal(messages: Iterable[Message]) -> list[Sealed]:
    """Put messages of any types into as few envelopes as fit, in the order said."""
    by_subject: dict[str, list[bytes]] = {}
    for message in messages:
        by_subject.setdefault(message.subject, []).append(_encoder.encode(message))
    return [
        _seal(subject, parts)
        for subject, encoded in by_subject.items()
        for parts in _portions(encoded)
    ]


def seal_as(
    envelope_id: UUID, messages: Iterable[Message], *, occurred_at: datetime
) -> bytes:
    """One envelope with an id and time of the caller's choice (timers, replays)."""
    return _payload(envelope_id, occurred_at, [_encoder.encode(m) for m in messages])


def open_envelope(payload: bytes) -> Opened:
    """Raises `msgspec.DecodeError` for what is no envelope."""
    return _opener.decode(payload)


def _seal(subject: str, parts: list[bytes]) -> Sealed:
    envelope_id = new_id()
    return Sealed(envelope_id, subject, _payload(envelope_id, utcnow(), parts))


def _payload(envelope_id: UUID, occurred_at: datetime, parts: list[bytes]) -> bytes:
    head = f'{{"id":"{envelope_id}","occurred_at":"{occurred_at.isoformat()}",'
    return b"".join((head.encode(), b'"messages":[', b",".join(parts), b"]}"))


def _portions(encoded: list[bytes]) -> Iterator[list[bytes]]:
    portion: list[bytes] = []
    size = _HEAD
    for part in encoded:
        full = len(portion) == ENVELOPE_MESSAGES or size + len(part) > ENVELOPE_BYTES
        if portion and full:
            yield portion
            portion, size = [], _HEAD
        portion.append(part)
        size += len(part) + 1
    yield portion
