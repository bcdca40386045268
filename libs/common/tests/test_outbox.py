"""The outbox: written with the state, published at once, by the poll at the latest."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from tiny.app import said
from tiny.kit import rows

from common import outbox
from common.database import Database
from common.envelopes import Sealed, seal
from common.ids import new_id
from common.outbox import (
    OwnOutbox,
    left_behind,
    mark_published,
    oldest_unpublished,
    publish_all,
)

NOW = timedelta()


class FakeBus:
    """Stores what it is given, but for the ids it refuses."""

    def __init__(self) -> None:
        self.stored: list[UUID] = []
        self.refusing: set[UUID] = set()
        self.asked = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def publish(self, sealed: Sealed) -> None:
        self.asked.set()
        await self.open.wait()
        if sealed.id in self.refusing:
            raise TimeoutError("no answer")
        self.stored.append(sealed.id)


class Marks:
    """Remembers what was marked as published."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []

    async def __call__(self, ids: Sequence[UUID]) -> None:
        self.ids.extend(ids)


def envelopes(count: int) -> list[Sealed]:
    return [each for _ in range(count) for each in seal([said(new_id(), 1)])]


async def commit(database: Database, count: int = 1) -> list[UUID]:
    """Say something in as many transactions; nobody publishes it."""
    for _ in range(count):
        async with database.transaction() as tx:
            tx.say(said(new_id(), 1))
    found = await rows(database, "SELECT id FROM outbox ORDER BY created_at")
    return [row.id for row in found]


async def make_older(database: Database, by: str) -> None:
    age = f"created_at - interval '{by}'"
    await rows(database, f"UPDATE outbox SET created_at = {age}")


class TestRows:
    async def test_a_fresh_row_is_left_to_who_wrote_it(
        self, database: Database
    ) -> None:
        await commit(database)
        age = timedelta(minutes=1)  # longer than this test may take
        async with database.transaction() as tx:
            assert await left_behind(tx.session, age=age) == []

    async def test_after_a_second_it_is_anybodys(self, database: Database) -> None:
        ids = await commit(database, 3)
        await make_older(database, "2 seconds")
        async with database.transaction() as tx:
            left = await left_behind(tx.session)
        assert [each.id for each in left] == ids

    async def test_two_pollers_never_hold_the_same_row(
        self, database: Database
    ) -> None:
        ids = await commit(database, 4)
        async with database.transaction() as one, database.transaction() as two:
            first = await left_behind(one.session, age=NOW, limit=3)
            second = await left_behind(two.session, age=NOW)
        assert sorted(each.id for each in [*first, *second]) == sorted(ids)

    async def test_a_row_committed_late_is_not_skipped(
        self, database: Database
    ) -> None:
        async with database.transaction() as late:
            await outbox.write(late.session, envelopes(1))
            [newer] = await commit(database)
            async with database.transaction() as tx:
                [found] = await left_behind(tx.session, age=NOW)
                await mark_published(tx.session, [found.id])
            assert found.id == newer
        async with database.transaction() as tx:
            assert len(await left_behind(tx.session, age=NOW)) == 1

    async def test_what_is_marked_is_published_no_more(
        self, database: Database
    ) -> None:
        first, second = await commit(database, 2)
        async with database.transaction() as tx:
            await mark_published(tx.session, [first])
        async with database.transaction() as tx:
            [left] = await left_behind(tx.session, age=NOW)
        assert left.id == second

    async def test_what_was_refused_is_skipped(self, database: Database) -> None:
        first, second = await commit(database, 2)
        async with database.transaction() as tx:
            [left] = await left_behind(tx.session, age=NOW, skipping=[first])
        assert left.id == second

    async def test_the_age_of_the_oldest_unpublished_row_is_known(
        self, database: Database
    ) -> None:
        async with database.transaction() as tx:
            assert await oldest_unpublished(tx.session) == NOW
        ids = await commit(database, 2)
        await make_older(database, "5 minutes")
        async with database.transaction() as tx:
            age = await oldest_unpublished(tx.session)
            assert timedelta(minutes=5) <= age < timedelta(minutes=6)
            await mark_published(tx.session, ids)
            assert await oldest_unpublished(tx.session) == NOW

    async def test_waiting_for_the_bus_may_take_longer_than_others_may_idle(
        self, database: Database
    ) -> None:
        setting = text("SHOW idle_in_transaction_session_timeout")
        async with database.transaction() as tx:
            assert await tx.session.scalar(setting) == "3s"
            await left_behind(tx.session)
            assert await tx.session.scalar(setting) == "15s"


class TestOwn:
    async def test_what_is_committed_is_published_and_marked(self) -> None:
        bus, marks = FakeBus(), Marks()
        own = OwnOutbox(bus)
        running = asyncio.create_task(own.run(marks))
        sent = envelopes(3)
        own.committed(sent)
        await own.drained()
        running.cancel()
        assert bus.stored == marks.ids == [each.id for each in sent]

    async def test_what_the_bus_refuses_is_left_to_the_poll(self) -> None:
        bus, marks = FakeBus(), Marks()
        own = OwnOutbox(bus)
        first, second, third = envelopes(3)
        bus.refusing = {second.id}
        own.committed([first, second, third])
        await own.publish_next(marks)
        assert marks.ids == [first.id, third.id]

    async def test_to_drain_waits_for_what_is_being_published(self) -> None:
        bus, marks = FakeBus(), Marks()
        bus.open.clear()
        own = OwnOutbox(bus)
        running = asyncio.create_task(own.run(marks))
        own.committed(envelopes(1))
        draining = asyncio.create_task(own.drained())
        await bus.asked.wait()
        bus.open.set()
        await draining
        assert len(marks.ids) == 1
        running.cancel()

    async def test_a_rush_is_published_side_by_side(self) -> None:
        bus, marks = FakeBus(), Marks()
        own = OwnOutbox(bus)
        own.committed(envelopes(outbox.BATCH + 1))
        await own.publish_next(marks)
        assert len(marks.ids) == outbox.BATCH
        await own.publish_next(marks)
        assert len(marks.ids) == outbox.BATCH + 1

    async def test_a_full_queue_leaves_the_rest_to_the_poll(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outbox, "QUEUE", 2)
        bus, marks = FakeBus(), Marks()
        own = OwnOutbox(bus)
        own.committed(envelopes(5))
        await own.publish_next(marks)
        assert len(marks.ids) == 2

    async def test_nobody_publishing_harms_nobody(self, database: Database) -> None:
        assert len(await commit(database)) == 1


async def test_the_ids_of_what_is_stored_are_told() -> None:
    bus = FakeBus()
    first, second = envelopes(2)
    bus.refusing = {first.id}
    assert await publish_all(bus, [first, second]) == [second.id]
