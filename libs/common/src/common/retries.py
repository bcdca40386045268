"""What was set aside: tried again with growing delays, given up, or replayed.

A try is one message in one transaction, and is counted in a transaction of its own
before it starts, so a message that kills the process or never ends counts as well.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text

from common import faults
from common.database import Database, Transaction
from common.envelopes import open_envelope
from common.inbox import Consumer
from common.messages import DeadLettered
from common.observability import bind_trace
from common.set_aside import WHOLE, Refused, SetAside, set_aside, storable

log = structlog.get_logger()

#: After this many tries a message is dead; the delays double from 1 s to 512 s.
TRIES = 10
#: Of a dead message in DeadLettered; whole it is in the database.
MOST_BYTES = 64 * 1024

_NEXT = text("""
    UPDATE set_aside
    SET tries = tries + 1, next_try_at = clock_timestamp()
        + interval '1 second' * power(2, tries + 1)
    WHERE id = (SELECT id FROM set_aside
                WHERE dead_at IS NULL AND next_try_at <= clock_timestamp()
                ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *
""")
_LOCK = text("SELECT 1 FROM set_aside WHERE id = :id FOR UPDATE SKIP LOCKED")
_DONE = text("DELETE FROM set_aside WHERE id = :id")
_FAILED = text("UPDATE set_aside SET error = :error WHERE id = :id")
_DEAD = text(
    "UPDATE set_aside SET dead_at = clock_timestamp() WHERE id = :id RETURNING id"
)
_LIST = text("SELECT * FROM set_aside ORDER BY created_at LIMIT :limit")
_SHOW = text("SELECT * FROM set_aside WHERE id = :id")
_COUNT = text("""
    SELECT count(*) FILTER (WHERE dead_at IS NULL) AS waiting,
           count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead FROM set_aside
""")


class Retries:
    """Tries what the consumers of one service set aside."""

    def __init__(
        self, service: str, database: Database, consumers: Sequence[Consumer[Any]]
    ) -> None:
        self._service = service
        self._database = database
        self._consumers: Mapping[str, Consumer[Any]] = {c.name: c for c in consumers}

    async def run_due(self) -> None:
        """Try everything that is due, one after the other."""
        while (letter := await self._next()) is not None:
            await self._attempt(letter)

    async def listed(self, limit: int = 100) -> list[SetAside]:
        async with self._database.transaction() as tx:
            rows = await tx.session.execute(_LIST, {"limit": limit})
            return [SetAside(**row) for row in rows.mappings()]

    async def counted(self) -> tuple[int, int]:
        """Messages waiting for a try, and dead ones."""
        async with self._database.transaction() as tx:
            row = (await tx.session.execute(_COUNT)).one()
            return row.waiting, row.dead

    async def get(self, letter_id: UUID) -> SetAside | None:
        async with self._database.transaction() as tx:
            rows = await tx.session.execute(_SHOW, {"id": letter_id})
            row = rows.mappings().one_or_none()
            return SetAside(**row) if row else None

    async def replay(self, letter: SetAside) -> bool:
        """Run one message at its consumer now; raises what the consumer raises.

        False when somebody else handles it, has handled it, or it was replaced.
        """
        async with self._database.transaction() as tx:
            found = await tx.session.execute(_LOCK, {"id": letter.id})
            if found.first() is None:
                return False
            await self._handle(letter, tx)
            await tx.session.execute(_DONE, {"id": letter.id})
        faults.reach("retries.handled")
        return True

    async def _next(self) -> SetAside | None:
        async with self._database.transaction() as tx:
            row = (await tx.session.execute(_NEXT)).mappings().one_or_none()
            return SetAside(**row) if row else None

    async def _attempt(self, letter: SetAside) -> None:
        """Beyond the last try, which ended the process, only give up."""
        error = letter.error
        if letter.tries <= TRIES:
            try:
                await self.replay(letter)
            except Exception as failure:  # noqa: BLE001  # kept with the message
                error = storable(repr(failure))
                await self._record(letter, error)
            else:
                return
        if letter.tries >= TRIES:
            await self._give_up(letter, error)

    async def _handle(self, letter: SetAside, tx: Transaction) -> None:
        consumer = self._consumers[letter.consumer]
        if letter.index == WHOLE:
            await self._split(letter, consumer, tx)
            return
        message = consumer.read(letter.payload)
        with bind_trace(message.trace):
            await consumer.handle([message], tx)

    async def _split(
        self, letter: SetAside, consumer: Consumer[Any], tx: Transaction
    ) -> None:
        """Put an envelope's messages in its place, each to be tried alone."""
        opened = open_envelope(letter.payload)
        alone = [
            Refused(
                envelope_id=opened.id, index=index, raw=bytes(raw), error=letter.error
            )
            for index, raw in enumerate(opened.messages)
        ]
        await set_aside(tx, consumer.name, consumer.message, alone)

    async def _record(self, letter: SetAside, error: str) -> None:
        log.warning(
            "retry_failed", consumer=letter.consumer, id=str(letter.id), error=error
        )
        async with self._database.transaction() as tx:
            await tx.session.execute(_FAILED, {"id": letter.id, "error": error})

    async def _give_up(self, letter: SetAside, error: str) -> None:
        log.error("message_dead", consumer=letter.consumer, id=str(letter.id))
        async with self._database.transaction() as tx:
            row = await tx.session.execute(_DEAD, {"id": letter.id})
            if row.first() is not None:
                tx.say(self._dead(letter, error))

    def _dead(self, letter: SetAside, error: str) -> DeadLettered:
        return DeadLettered(
            id=letter.id,
            service=self._service,
            consumer=letter.consumer,
            envelope_id=letter.envelope_id,
            index=letter.index,
            error=error,
            tries=min(letter.tries, TRIES),
            payload=letter.payload[:MOST_BYTES].decode(errors="replace"),
        )
