"""Consumers: each envelope handled once, a bad message set aside, neighbours unharmed.

A list of envelopes is one transaction: inbox rows, state and outbox rows commit
together, then the envelopes are acknowledged. A list is first handled whole; when that
fails on data, in halves, down to the message at fault, a savepoint each. That one goes
to `set_aside` in the same transaction, to be tried again by `common.retries`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec
import structlog
from sqlalchemy import text

from common import faults
from common.database import Database, Transaction, transient
from common.envelopes import open_envelope
from common.messages import M
from common.observability import bind_trace
from common.set_aside import WHOLE, Refused, set_aside
from common.topology import durable_name, stream_of

log = structlog.get_logger()

#: Handed over this often while the database answered: the envelope itself is at fault.
SUSPECT = 5

_CLAIM = text("""
    INSERT INTO inbox (consumer, envelope_id)
    SELECT :consumer, id FROM unnest(CAST(:ids AS uuid[])) AS id ORDER BY id
    ON CONFLICT DO NOTHING RETURNING envelope_id
""")


@dataclass(frozen=True)
class Consumer(Generic[M]):
    """`handle` does the work of a list of one type of message, in one transaction."""

    service: str
    message: type[M]
    handle: Callable[[list[M], Transaction], Awaitable[None]]

    @property
    def name(self) -> str:
        return durable_name(self.service, self.message)

    @property
    def stream(self) -> str:
        return stream_of(self.message.subject)

    def read(self, raw: bytes) -> M:
        """Raises ValueError or RecursionError for what is not this message."""
        return self._decoder.decode(raw)

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[M]:
        return msgspec.json.Decoder(self.message)


@dataclass(frozen=True)
class Entry(Generic[M]):
    """A message read, and where it stands, to be set aside as it came."""

    message: M
    envelope_id: UUID
    index: int
    raw: bytes

    def refused(self, error: str) -> Refused:
        return Refused(
            envelope_id=self.envelope_id, index=self.index, raw=self.raw, error=error
        )


@dataclass(frozen=True)
class Received(Generic[M]):
    """An envelope, opened as far as it can be."""

    envelope_id: UUID
    entries: Sequence[Entry[M]] = ()
    refused: Sequence[Refused] = ()


def receive(consumer: Consumer[M], payload: bytes, *, suspect: bool) -> Received[M]:
    """Read what can be read; the rest is kept as it came, with the reason."""
    try:
        opened = open_envelope(payload)
    except (ValueError, RecursionError) as error:
        # The same name each time it is delivered, so that it is set aside once.
        name = uuid5(NAMESPACE_OID, payload.hex())
        return _whole(name, payload, f"unreadable envelope: {error}")
    if suspect:
        reason = f"delivered {SUSPECT} times without being handled"
        return _whole(opened.id, payload, reason)
    entries: list[Entry[M]] = []
    refused: list[Refused] = []
    for index, raw in enumerate(map(bytes, opened.messages)):
        try:
            entries.append(Entry(consumer.read(raw), opened.id, index, raw))
        except (ValueError, RecursionError) as error:
            refused.append(
                Refused(envelope_id=opened.id, index=index, raw=raw, error=f"{error!r}")
            )
    return Received(opened.id, entries, refused)


def _whole(envelope_id: UUID, payload: bytes, reason: str) -> Received[M]:
    refused = Refused(envelope_id=envelope_id, index=WHOLE, raw=payload, error=reason)
    return Received(envelope_id, refused=[refused])


class Inbox(Generic[M]):
    """Runs one consumer against one database."""

    def __init__(self, database: Database, consumer: Consumer[M]) -> None:
        self._database = database
        self._consumer = consumer

    async def take(self, received: Sequence[Received[M]]) -> None:
        """Handle envelopes in one transaction; raises only what is transient."""
        async with self._database.transaction() as tx:
            new = await self._claim(received, tx)
            await self._set_aside(tx, [r for each in new for r in each.refused])
            await self._handle(tx, [e for each in new for e in each.entries])
        faults.reach("inbox.committed")

    async def _claim(
        self, received: Sequence[Received[M]], tx: Transaction
    ) -> list[Received[M]]:
        """Those envelopes that this consumer has not handled yet, each once."""
        by_id = {envelope.envelope_id: envelope for envelope in received}
        claimed = await tx.session.scalars(
            _CLAIM, {"consumer": self._consumer.name, "ids": sorted(by_id)}
        )
        fresh = set(claimed)
        return [by_id[key] for key in by_id if key in fresh]

    async def _handle(self, tx: Transaction, entries: Sequence[Entry[M]]) -> None:
        """All at once or, where that fails on data, each half for itself."""
        if not entries:
            return
        try:
            await self._attempt(tx, entries)
        except Exception as error:
            if transient(error):
                raise
            await self._apart(tx, entries, error)

    async def _apart(
        self, tx: Transaction, entries: Sequence[Entry[M]], error: Exception
    ) -> None:
        if len(entries) == 1:
            await self._set_aside(tx, [entries[0].refused(repr(error))])
            return
        middle = len(entries) // 2
        await self._handle(tx, entries[:middle])
        await self._handle(tx, entries[middle:])

    async def _attempt(self, tx: Transaction, entries: Sequence[Entry[M]]) -> None:
        messages = [entry.message for entry in entries]
        traces = {message.trace for message in messages}
        # What is said because of many requests belongs to none of their traces.
        with bind_trace(traces.pop() if len(traces) == 1 else None):
            async with tx.savepoint():
                await self._consumer.handle(messages, tx)

    async def _set_aside(self, tx: Transaction, refused: Sequence[Refused]) -> None:
        await set_aside(tx, self._consumer.name, self._consumer.message, refused)
