"""What every `work` process does beside its consumers: nothing is left behind."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Gauge
from sqlalchemy import text

from common import idempotency, outbox
from common.clock import utcnow
from common.database import Database
from common.forgetting import SOME, forget
from common.jetstream import Bus
from common.retries import Retries
from common.running import Job
from common.topology import WATCHES

log = structlog.get_logger()

#: Fill of a stream from which on operators are told.
ALARM = 0.6

#: Longer than any stream's `max_age` and any replay.
INBOX_RETENTION = timedelta(days=30)

#: What is deleted, by which moment, and how long after it.
_KEPT = (
    ("outbox", "published_at", outbox.RETENTION),
    ("idempotency_keys", "created_at", idempotency.KEPT),
    ("inbox", "handled_at", INBOX_RETENTION),
)

OUTBOX_AGE = Gauge("outbox_oldest_seconds", "Age of the oldest unpublished envelope")
SET_ASIDE = Gauge("set_aside_messages", "Messages set aside", ["state"])
STREAM_FILL = Gauge("stream_fill_ratio", "Used share of a stream", ["stream"])


class Upkeep:
    """Jobs of one service's `work` process."""

    def __init__(
        self, service: str, database: Database, bus: Bus, retries: Retries
    ) -> None:
        self._service = service
        self._database = database
        self._bus = bus
        self._retries = retries

    def jobs(self) -> Sequence[Job]:
        return (
            Job(name="outbox", every=timedelta(seconds=1), run=self.publish_left),
            Job(name="retries", every=timedelta(seconds=1), run=self._retries.run_due),
            Job(name="measure", every=timedelta(seconds=5), run=self.measure),
            Job(name="forget", every=timedelta(minutes=10), run=self.forget),
        )

    async def publish_left(self) -> None:
        """Publish what a process committed and did not live to publish.

        Envelopes that are refused, by a stream that is full, stay behind and stand in
        nobody's way.
        """
        refused: set[UUID] = set()
        found = outbox.BATCH
        while found == outbox.BATCH and self._bus.connected:
            found = await self._publish_some(refused)

    async def _publish_some(self, refused: set[UUID]) -> int:
        async with self._database.transaction() as tx:
            left = await outbox.left_behind(tx.session, skipping=refused)
            stored = await outbox.publish_all(self._bus, left)
            if stored:
                await outbox.mark_published(tx.session, stored)
        refused.update({sealed.id for sealed in left}.difference(stored))
        return len(left)

    async def measure(self) -> None:
        async with self._database.transaction() as tx:
            age = await outbox.oldest_unpublished(tx.session)
        OUTBOX_AGE.set(age.total_seconds())
        waiting, dead = await self._retries.counted()
        SET_ASIDE.labels("waiting").set(waiting)
        SET_ASIDE.labels("dead").set(dead)
        await watch_streams(self._service, self._bus)

    async def forget(self) -> None:
        """Delete what is past its retention."""
        for table, moment, kept in _KEPT:
            await forget(self._database, table, moment, before=utcnow() - kept)


async def republish(database: Database, *, since: datetime) -> int:
    """Have `work` publish again what was published since; how many envelopes.

    Receivers know what they have by the inbox and by versions.
    """
    async with database.transaction() as tx:
        until = await tx.session.scalar(text("SELECT clock_timestamp()"))
    count, some = 0, SOME
    while some == SOME:
        async with database.transaction() as tx:
            some = await outbox.unmark_published(
                tx.session, since=since, until=until, limit=SOME
            )
        count += some
    return count


async def watch_streams(service: str, bus: Bus) -> None:
    """Show how full the streams are that a service watches, while there is a bus."""
    for stream in WATCHES[service] if bus.connected else ():
        fill = await bus.stream_fill(stream)
        STREAM_FILL.labels(stream).set(fill)
        if fill > ALARM:
            log.error("stream_filling_up", stream=stream, fill=round(fill, 3))
