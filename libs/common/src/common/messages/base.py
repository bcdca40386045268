"""What every message is: a subject, an aggregate, a version, a trace."""

from collections.abc import Iterable
from typing import ClassVar, TypeVar
from uuid import UUID

import msgspec

#: Most messages in one envelope, and most bytes of one: fits NATS's 1 MiB payload.
ENVELOPE_MESSAGES = 512
ENVELOPE_BYTES = 512 * 1024


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a message."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Anything said on the bus."""

    #: Where it is published: ``<owner>.<past verb>``.
    subject: ClassVar[str]
    #: Name of the field that holds the aggregate's id.
    key: ClassVar[str]

    #: W3C traceparent of the request that caused this message.
    trace: str | None = None

    @property
    def aggregate_id(self) -> UUID:
        return getattr(self, self.key)

    @property
    def revision(self) -> int:
        """The aggregate's version; 0 for facts, which have none."""
        return getattr(self, "version", 0)


M = TypeVar("M", bound=Message)


def newest(messages: Iterable[M]) -> list[M]:
    """Fold state messages to the newest of each aggregate, in key order."""
    latest: dict[UUID, M] = {}
    for message in messages:
        known = latest.get(message.aggregate_id)
        if known is None or known.revision < message.revision:
            latest[message.aggregate_id] = message
    return [latest[key] for key in sorted(latest)]
