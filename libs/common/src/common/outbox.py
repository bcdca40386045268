"""The outbox: envelopes written with the state change, published after the commit.

Every process publishes what it committed itself, at once; `work` polls for rows that
stayed unpublished for a second, so a crash in between delays an envelope and loses
none. Any number of publishers may run: an envelope sent twice carries the same id.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common import faults
from common.envelopes import Sealed

log = structlog.get_logger()

#: Envelopes committed here and not yet published; any more are left to the poll.
QUEUE = 4096
#: Envelopes published side by side before their rows are marked in one statement.
BATCH = 256
#: Longer than streams could need rebuilding from.
RETENTION = timedelta(days=7)

_WRITE = text("""
    INSERT INTO outbox (id, subject, payload)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:subjects AS text[]),
                         CAST(:payloads AS bytea[]))
""")
_MARK = text("""
    UPDATE outbox SET published_at = clock_timestamp()
    WHERE id = ANY(:ids) AND published_at IS NULL
""")
_LEFT = text("""
    SELECT id, subject, payload FROM outbox
    WHERE published_at IS NULL
      AND created_at < now() - CAST(:age AS interval)
      AND id <> ALL(CAST(:skipping AS uuid[]))
    ORDER BY created_at LIMIT :limit FOR UPDATE SKIP LOCKED
""")
_PATIENT = text("SET LOCAL idle_in_transaction_session_timeout = '15s'")
_UNMARK = text("""
    UPDATE outbox SET published_at = NULL WHERE id = ANY(ARRAY(
        SELECT id FROM outbox
        WHERE published_at >= :since AND published_at < :until
        LIMIT :limit))
    RETURNING 1
""")
_OLDEST = text("""
    SELECT clock_timestamp() - min(created_at) FROM outbox
    WHERE published_at IS NULL AND starts_with(subject, :subjects)
""")


class Publisher(Protocol):
    """Where envelopes go; returns once each is stored, raises when one is not."""

    async def publish(self, sealed: Sealed) -> None: ...


async def write(session: AsyncSession, sealed: Sequence[Sealed]) -> None:
    await session.execute(
        _WRITE,
        {
            "ids": [s.id for s in sealed],
            "subjects": [s.subject for s in sealed],
            "payloads": [s.payload for s in sealed],
        },
    )


async def mark_published(session: AsyncSession, ids: Sequence[UUID]) -> None:
    await session.execute(_MARK, {"ids": sorted(ids)})


async def left_behind(
    session: AsyncSession,
    *,
    age: timedelta = timedelta(seconds=1),
    limit: int = BATCH,
    skipping: Iterable[UUID] = (),
) -> list[Sealed]:
    """Rows that nobody published for `age`, locked; other pollers skip them.

    The transaction may then wait for the bus longer than others may be idle.
    """
    await session.execute(_PATIENT)
    wanted = {"age": age, "limit": limit, "skipping": list(skipping)}
    rows = await session.execute(_LEFT, wanted)
    return [Sealed(row.id, row.subject, row.payload) for row in rows]


async def oldest_unpublished(session: AsyncSession, *, subjects: str = "") -> timedelta:
    """How long the oldest unpublished row has waited; zero when there is none.

    Of all, or of those whose subject begins with `subjects`.
    """
    return await session.scalar(_OLDEST, {"subjects": subjects}) or timedelta()


async def unmark_published(
    session: AsyncSession, *, since: datetime, until: datetime, limit: int
) -> int:
    """Leave to the poll what was published in between, and may be lost; how many."""
    wanted = {"since": since, "until": until, "limit": limit}
    return len((await session.execute(_UNMARK, wanted)).all())


async def publish_all(publisher: Publisher, sealed: Sequence[Sealed]) -> list[UUID]:
    """Publish side by side; the ids that are stored."""
    outcomes = await asyncio.gather(
        *(publisher.publish(s) for s in sealed), return_exceptions=True
    )
    failed = [o for o in outcomes if isinstance(o, BaseException)]
    if failed:
        log.warning("publish_failed", count=len(failed), error=repr(failed[0]))
    return [
        s.id
        for s, outcome in zip(sealed, outcomes, strict=True)
        if not isinstance(outcome, BaseException)
    ]


class OwnOutbox:
    """Publishes what this process committed, as soon as it committed it."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._queue: asyncio.Queue[Sealed] = asyncio.Queue(QUEUE)

    def committed(self, sealed: Sequence[Sealed]) -> None:
        """Take envelopes over; a full queue leaves them to the poll."""
        faults.reach("outbox.committed")
        for envelope in sealed:
            try:
                self._queue.put_nowait(envelope)
            except asyncio.QueueFull:
                log.warning("outbox_queue_full")
                return

    async def run(self, mark: "Mark") -> None:
        while True:
            await self.publish_next(mark)

    async def publish_next(self, mark: "Mark") -> None:
        batch = [await self._queue.get()]
        while len(batch) < BATCH and not self._queue.empty():
            batch.append(self._queue.get_nowait())
        try:
            stored = await publish_all(self._publisher, batch)
            faults.reach("outbox.published")
            if stored:
                await mark(stored)
        finally:
            for _ in batch:
                self._queue.task_done()

    async def drained(self) -> None:
        """Returns when `run` has tried to publish all that was committed."""
        await self._queue.join()


class Mark(Protocol):
    """Remembers that envelopes are stored."""

    async def __call__(self, ids: Sequence[UUID]) -> None: ...
