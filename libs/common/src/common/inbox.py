"""Consumers: each envelope handled once, a bad message set aside, neighbours unharmed.

One list of envelopes is one transaction: inbox rows, state and outbox rows commit
together, then the envelopes are acknowledged. A list is first handled whole; when that
fails on data, message by message, each in a savepoint of its own. What fails goes to
`set_aside` in the same transaction, to be tried again by `common.retries`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic
from uuid import UUID

import msgspec
import structlog
from nats.aio.msg import Msg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from common import faults
from common.database import Database, Transaction
from common.envelopes import open_envelope
from common.ids import new_id
from common.jetstream import ACK_TIMEOUT, Bus, Pull, deliveries, jittered
from common.messages import M, Message
from common.observability import bind_trace
from common.topology import durable_name, stream_of

log = structlog.get_logger()

#: Envelopes taken in one transaction.
LIST = 64
#: Handed over this often while the database answered: the envelope itself is at fault.
SUSPECT = 5
WHOLE = -1

_CLAIM = text("""
    INSERT INTO inbox (consumer, envelope_id)
    SELECT :consumer, id FROM unnest(CAST(:ids AS uuid[])) AS id ORDER BY id
    ON CONFLICT DO NOTHING RETURNING envelope_id
""")
_SET_ASIDE = text("""
    INSERT INTO set_aside
        (id, consumer, envelope_id, index, aggregate_id, version, payload, error,
         next_try_at)
    VALUES (:id, :consumer, :envelope_id, :index, :aggregate_id, :version, :payload,
            :error, clock_timestamp() + interval '1 second')
    ON CONFLICT (consumer, aggregate_id) DO UPDATE
    SET envelope_id = excluded.envelope_id, index = excluded.index,
        version = excluded.version, payload = excluded.payload, error = excluded.error,
        tries = 0, next_try_at = excluded.next_try_at, dead_at = NULL
    WHERE set_aside.version <= excluded.version
""")

#: SQLSTATE classes and codes where the database, not the message, is at fault.
_TRANSIENT = ("08", "40", "53", "57", "55P03", "25P03")


def transient(error: BaseException) -> bool:
    """Whether trying again later may help: connection, deadlock, time-out."""
    if isinstance(error, (PoolTimeout, InterfaceError, OSError, TimeoutError)):
        return True
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        lost = error.connection_invalidated or isinstance(error, OperationalError)
        return lost or state.startswith(_TRANSIENT)
    return False


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
        """Raises `msgspec.DecodeError` for what is not this message."""
        return msgspec.json.decode(raw, type=self.message)


@dataclass
class Received(Generic[M]):
    """An envelope, opened as far as it can be."""

    envelope_id: UUID
    payload: bytes
    messages: list[tuple[int, M]] = field(default_factory=list[Any])
    unreadable: list[tuple[int, bytes, str]] = field(default_factory=list[Any])


def receive(consumer: Consumer[M], payload: bytes, *, suspect: bool) -> Received[M]:
    """Read what can be read; the rest is kept as it came, with the reason."""
    try:
        opened = open_envelope(payload)
    except msgspec.DecodeError as error:
        reason = f"unreadable envelope: {error}"
        return Received(new_id(), payload, unreadable=[(WHOLE, payload, reason)])
    if suspect:
        reason = f"delivered {SUSPECT} times without being handled"
        return Received(opened.id, payload, unreadable=[(WHOLE, payload, reason)])
    received = Received[M](opened.id, payload)
    for index, raw in enumerate(opened.messages):
        try:
            received.messages.append((index, consumer.read(bytes(raw))))
        except msgspec.DecodeError as error:
            received.unreadable.append((index, bytes(raw), str(error)))
    return received


class Inbox(Generic[M]):
    """Runs one consumer against one database."""

    def __init__(self, database: Database, consumer: Consumer[M]) -> None:
        self._database = database
        self._consumer = consumer

    async def take(self, received: Sequence[Received[M]]) -> None:
        """Handle envelopes in one transaction; raises only what is transient."""
        async with self._database.transaction() as tx:
            new = await self._claim(received, tx)
            for envelope in new:
                for index, raw, reason in envelope.unreadable:
                    await self._set_aside(
                        tx, envelope, index=index, raw=raw, reason=reason
                    )
            await self._handle(new, tx)
        faults.reach("inbox.committed")

    async def _claim(
        self, received: Sequence[Received[M]], tx: Transaction
    ) -> list[Received[M]]:
        by_id = {envelope.envelope_id: envelope for envelope in received}
        claimed = await tx.session.scalars(
            _CLAIM, {"consumer": self._consumer.name, "ids": sorted(by_id)}
        )
        fresh = set(claimed)
        return [by_id[key] for key in by_id if key in fresh]

    async def _handle(self, new: Sequence[Received[M]], tx: Transaction) -> None:
        messages = [message for envelope in new for _, message in envelope.messages]
        if not messages:
            return
        try:
            with bind_trace(messages[0].trace):
                async with tx.savepoint():
                    await self._consumer.handle(messages, tx)
        except Exception as error:
            if transient(error):
                raise
            log.warning("list_failed", consumer=self._consumer.name, error=repr(error))
            await self._one_by_one(new, tx)

    async def _one_by_one(self, new: Sequence[Received[M]], tx: Transaction) -> None:
        for envelope in new:
            for index, message in envelope.messages:
                try:
                    with bind_trace(message.trace):
                        async with tx.savepoint():
                            await self._consumer.handle([message], tx)
                except Exception as error:
                    if transient(error):
                        raise
                    raw = msgspec.json.encode(message)
                    await self._set_aside(
                        tx,
                        envelope,
                        index=index,
                        raw=raw,
                        reason=repr(error),
                        message=message,
                    )

    async def _set_aside(
        self,
        tx: Transaction,
        envelope: Received[M],
        *,
        index: int,
        raw: bytes,
        reason: str,
        message: Message | None = None,
    ) -> None:
        log.error(
            "message_set_aside",
            consumer=self._consumer.name,
            envelope_id=str(envelope.envelope_id),
            index=index,
            error=reason,
        )
        await tx.session.execute(
            _SET_ASIDE,
            {
                "id": new_id(),
                "consumer": self._consumer.name,
                "envelope_id": envelope.envelope_id,
                "index": index,
                "aggregate_id": message.aggregate_id if message else None,
                "version": message.revision if message else 0,
                "payload": raw,
                "error": reason[:2000],
            },
        )


class Listener(Generic[M]):
    """Pulls a consumer's envelopes, hands them to its inbox, acknowledges."""

    def __init__(self, bus: Bus, database: Database, consumer: Consumer[M]) -> None:
        self._bus = bus
        self._database = database
        self._consumer = consumer
        self._inbox = Inbox(database, consumer)

    async def run(self, stopping: asyncio.Event) -> None:
        pull = await self._bus.pull(self._consumer.stream, self._consumer.name)
        try:
            while not stopping.is_set():
                await self._step(pull)
        finally:
            await pull.stop()

    async def _step(self, pull: Pull) -> None:
        arrived = await pull.next(LIST)
        if not arrived:
            return
        try:
            await self._inbox.take([self._receive(message) for message in arrived])
        except Exception as error:  # noqa: BLE001  # only what is transient gets here
            log.warning("list_put_off", consumer=self._consumer.name, error=repr(error))
            await self._put_off(arrived)
            return
        await self._acknowledge(arrived)

    def _receive(self, message: Msg) -> Received[M]:
        suspect = deliveries(message) >= SUSPECT
        return receive(self._consumer, message.data, suspect=suspect)

    async def _acknowledge(self, arrived: Sequence[Msg]) -> None:
        """A lost acknowledgement costs a redelivery, which the inbox answers."""
        await asyncio.gather(
            *(message.ack_sync(timeout=ACK_TIMEOUT) for message in arrived),
            return_exceptions=True,
        )

    async def _put_off(self, arrived: Sequence[Msg]) -> None:
        await asyncio.gather(
            *(message.nak(delay=jittered(1.0)) for message in arrived),
            return_exceptions=True,
        )
        await self._until_the_database_answers()

    async def _until_the_database_answers(self) -> None:
        delay = 0.2
        while True:
            try:
                await self._database.ping()
            except Exception as error:  # noqa: BLE001  # whatever the driver raises
                log.warning("database_away", error=repr(error))
                await asyncio.sleep(jittered(delay))
                delay = min(delay * 2, 5.0)
            else:
                return
