"""What `work` does beside its consumers: publish what is left, measure, forget."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs
from tiny.app import said
from tiny.kit import changed, impossible, rows, sealed, take

from common import forgetting, outbox
from common.clock import utcnow
from common.database import Database
from common.envelopes import Sealed
from common.ids import new_id
from common.jetstream import Bus
from common.retries import Retries
from common.topology import SERVICES, STREAMS
from common.upkeep import Upkeep, republish, watch_streams

Connect = Callable[[str], Awaitable[Bus]]
OLD = "UPDATE outbox SET created_at = created_at - interval '1 hour'"

LONG_AGO = "UPDATE outbox SET published_at = now() - interval '2 hours'"
LAST_A_MOMENT_AGO = """
    UPDATE outbox SET published_at = now() - interval '1 minute'
    WHERE id = (SELECT id FROM outbox ORDER BY created_at DESC LIMIT 1)
"""
#: Named after their age.
KEYS = """
    INSERT INTO idempotency_keys (user_id, route, key, fingerprint, created_at)
    SELECT uuidv7(), 'POST /api/orders', age, '', now() - CAST(age AS interval)
    FROM unnest(ARRAY['23 hours', '25 hours']) age
    RETURNING 1
"""


class FakeBus(Bus):
    """Stores all but what it refuses; its streams are as full as it is told."""

    def __init__(self) -> None:
        super().__init__("nats://127.0.0.1:1", user="tickets", password="")
        self.stored: list[UUID] = []
        self.refusing: set[UUID] = set()
        self.away = False
        self.fill = 0.0
        self.measured: list[str] = []

    @property
    def connected(self) -> bool:
        return not self.away

    async def publish(self, sealed: Sealed) -> None:
        if sealed.id in self.refusing:
            raise TimeoutError
        self.stored.append(sealed.id)

    async def stream_fill(self, stream: str) -> float:
        self.measured.append(stream)
        return self.fill


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def keeping(database: Database, bus: FakeBus) -> Upkeep:
    return Upkeep("tickets", database, bus, Retries("tickets", database, []))


async def committed(database: Database, count: int) -> list[UUID]:
    """Envelopes that nobody published, oldest first."""
    for _ in range(count):
        async with database.transaction() as tx:
            tx.say(said(new_id(), 1))
    await rows(database, OLD)
    found = await rows(database, "SELECT id FROM outbox ORDER BY created_at")
    return [row.id for row in found]


async def unpublished(database: Database) -> set[UUID]:
    left = await rows(database, "SELECT id FROM outbox WHERE published_at IS NULL")
    return {row.id for row in left}


def measured(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


class TestPublish:
    async def test_all_that_was_left_is_published_and_marked(
        self,
        database: Database,
        keeping: Upkeep,
        bus: FakeBus,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(outbox, "BATCH", 3)
        ids = await committed(database, 7)
        await keeping.publish_left()
        assert bus.stored == ids
        assert await unpublished(database) == set()

    async def test_what_is_refused_stands_in_nobodys_way(
        self,
        database: Database,
        keeping: Upkeep,
        bus: FakeBus,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(outbox, "BATCH", 2)
        ids = await committed(database, 6)
        bus.refusing = {*ids[:4]}
        await keeping.publish_left()
        assert bus.stored == ids[4:]
        assert await unpublished(database) == bus.refusing

    async def test_while_the_bus_is_away_it_is_not_tried(
        self, database: Database, keeping: Upkeep, bus: FakeBus
    ) -> None:
        await committed(database, 1)
        bus.away = True
        await keeping.publish_left()
        assert bus.stored == []

    async def test_two_pollers_publish_each_envelope_once(
        self, database: Database, keeping: Upkeep, bus: FakeBus
    ) -> None:
        ids = await committed(database, 20)
        await asyncio.gather(*(keeping.publish_left() for _ in range(3)))
        assert sorted(bus.stored) == sorted(ids)


class TestMeasure:
    async def test_what_waits_and_what_is_dead_is_counted(
        self, database: Database, keeping: Upkeep
    ) -> None:
        await take(database, sealed(impossible(), impossible(), changed()))
        one = "(SELECT id FROM set_aside LIMIT 1)"
        await rows(database, f"UPDATE set_aside SET dead_at = now() WHERE id = {one}")
        await rows(database, OLD)
        await keeping.measure()
        age = measured("outbox_oldest_seconds")
        assert age is not None
        assert 3600 <= age < 3700
        assert measured("set_aside_messages", state="waiting") == 1
        assert measured("set_aside_messages", state="dead") == 1

    @pytest.mark.parametrize(("fill", "alarms"), [(0.6, 0), (0.61, 1)])
    async def test_a_stream_that_fills_up_is_told_at_60_percent(
        self, keeping: Upkeep, bus: FakeBus, fill: float, alarms: int
    ) -> None:
        bus.fill = fill
        with capture_logs() as logs:
            await keeping.measure()
        told = [log for log in logs if log["event"] == "stream_filling_up"]
        assert len(told) == alarms
        assert measured("stream_fill_ratio", stream="TICKETS") == fill

    async def test_every_stream_is_measured_by_one_service(self, bus: FakeBus) -> None:
        for service in SERVICES:
            await watch_streams(service, bus)
        assert sorted(bus.measured) == sorted(stream.name for stream in STREAMS)

    async def test_the_database_is_measured_while_the_bus_is_away(
        self, keeping: Upkeep, bus: FakeBus
    ) -> None:
        bus.away = True
        await keeping.measure()
        assert measured("outbox_oldest_seconds") == 0


class TestForget:
    async def test_published_rows_are_kept_for_seven_days(
        self, database: Database, keeping: Upkeep
    ) -> None:
        old, young, unpublished = await committed(database, 3)
        for row, age in ((old, "8 days"), (young, "6 days")):
            moment = f"clock_timestamp() - interval '{age}'"
            set_to = f"UPDATE outbox SET published_at = {moment} WHERE id = :id"
            await rows(database, set_to, id=row)
        await keeping.forget()
        left = await rows(database, "SELECT id FROM outbox")
        assert {row.id for row in left} == {young, unpublished}

    async def test_keys_are_kept_for_24_hours(
        self, database: Database, keeping: Upkeep
    ) -> None:
        await rows(database, KEYS)
        await keeping.forget()
        [left] = await rows(database, "SELECT key FROM idempotency_keys")
        assert left.key == "23 hours"

    async def test_inbox_rows_are_kept_for_30_days(
        self, database: Database, keeping: Upkeep
    ) -> None:
        await take(database, sealed(changed()), sealed(changed()))
        one = "(SELECT envelope_id FROM inbox LIMIT 1)"
        for age, where in (("29 days", ""), ("31 days", f"WHERE envelope_id = {one}")):
            moment = f"clock_timestamp() - interval '{age}'"
            await rows(database, f"UPDATE inbox SET handled_at = {moment} {where}")
        await keeping.forget()
        assert len(await rows(database, "SELECT 1 FROM inbox")) == 1

    async def test_it_goes_on_until_nothing_old_is_left(
        self, database: Database, keeping: Upkeep, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(forgetting, "SOME", 2)
        await committed(database, 5)
        await rows(
            database, "UPDATE outbox SET published_at = now() - interval '9 days'"
        )
        await keeping.forget()
        assert await rows(database, "SELECT 1 FROM outbox") == []


def test_the_poll_runs_every_second(keeping: Upkeep) -> None:
    every = {job.name: job.every.total_seconds() for job in keeping.jobs()}
    assert every["outbox"] == every["retries"] == 1


class TestRepublish:
    async def test_what_was_published_since_is_published_again(
        self, database: Database, bus: FakeBus, keeping: Upkeep
    ) -> None:
        """Whatever is published meanwhile ends it no less."""
        *_, last = await committed(database, 2)
        await keeping.publish_left()
        await rows(database, LONG_AGO)
        await rows(database, LAST_A_MOMENT_AGO)
        bus.stored.clear()

        since = utcnow() - timedelta(hours=1)
        assert await republish(database, since=since) == 1
        await keeping.publish_left()
        assert bus.stored == [last]
