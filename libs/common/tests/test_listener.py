"""Listeners: acknowledged after the commit, put off while the database is away."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js.api import ConsumerInfo
from sqlalchemy import text
from structlog.testing import capture_logs
from tiny.app import SHOWING, show
from tiny.kit import changed, effects, impossible, letters, rows, shown

from common import jetstream, listener
from common.database import Database, Transaction
from common.envelopes import Sealed, seal
from common.ids import new_id
from common.inbox import SUSPECT, Consumer
from common.jetstream import Bus
from common.listener import Listener
from common.messages import Message, StockChanged
from common.set_aside import WHOLE
from common.testing.servers import NatsServer, PostgresServer
from common.testing.waiting import eventually

Connect = Callable[[str], Awaitable[Bus]]
Handle = Callable[[list[StockChanged], Transaction], Awaitable[None]]


class Bench:
    """A listener at work between a real bus and a real database."""

    def __init__(self, database: Database, nats: NatsServer, tickets: Bus) -> None:
        self.database = database
        self._nats = nats
        self._tickets = tickets

    async def told(self, *messages: Message) -> Sealed:
        """Publish as orders does; the envelope."""
        [sealed] = seal(messages)
        await self.publish(sealed)
        return sealed

    async def publish(self, sealed: Sealed) -> None:
        bus = Bus(
            self._nats.url, user="orders", password=self._nats.passwords["orders"]
        )
        await bus.connect()
        await bus.publish(sealed)
        await bus.close_quietly()

    @asynccontextmanager
    async def listening(
        self, handle: Handle = show
    ) -> AsyncGenerator[asyncio.Task[None]]:
        stopping = asyncio.Event()
        consumer = Consumer("tickets", StockChanged, handle)
        running = asyncio.create_task(
            Listener(self._tickets, self.database, consumer).run(stopping)
        )
        try:
            yield running
        finally:
            stopping.set()
            await running

    async def info(self) -> ConsumerInfo:
        client = Client()
        password = self._nats.passwords["admin"]
        await client.connect(self._nats.url, user="admin", password=password)
        info = await client.jetstream().consumer_info(SHOWING.stream, SHOWING.name)
        await client.close()
        return info

    async def acknowledged(self, count: int) -> None:
        """Wait until as many envelopes need nothing more."""

        async def are_acknowledged() -> bool:
            floor = (await self.info()).ack_floor
            return floor is not None and floor.stream_seq == count

        await eventually(are_acknowledged)


@pytest.fixture
async def bench(database: Database, provisioned: NatsServer, connect: Connect) -> Bench:
    return Bench(database, provisioned, await connect("tickets"))


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put off for a moment only."""
    monkeypatch.setattr(listener, "PUT_OFF", 0.02)


class TestHandled:
    async def test_a_message_is_handled_and_then_acknowledged(
        self, bench: Bench
    ) -> None:
        message = changed(3)
        async with bench.listening():
            await bench.told(message)
            await bench.acknowledged(1)
        assert await shown(bench.database) == {message.stock_id: (3, 3)}

    async def test_nothing_is_acknowledged_before_the_commit(
        self, bench: Bench
    ) -> None:
        reached, going_on = asyncio.Event(), asyncio.Event()

        async def wait(messages: list[StockChanged], tx: Transaction) -> None:
            reached.set()
            await going_on.wait()
            await show(messages, tx)

        async with bench.listening(wait):
            await bench.told(changed())
            await reached.wait()
            assert (await bench.info()).num_ack_pending == 1
            going_on.set()
            await bench.acknowledged(1)

    async def test_a_poisoned_one_is_acknowledged_with_its_neighbours(
        self, bench: Bench
    ) -> None:
        async with bench.listening():
            await bench.told(changed(), impossible(), changed())
            await bench.told(changed())
            await bench.acknowledged(2)
        assert await effects(bench.database) == 3
        assert len(await letters(bench.database)) == 1

    async def test_an_unreadable_envelope_is_acknowledged_and_set_aside(
        self, bench: Bench
    ) -> None:
        async with bench.listening():
            await bench.publish(Sealed(new_id(), StockChanged.subject, b"{torn"))
            await bench.acknowledged(1)
        [letter] = await letters(bench.database)
        assert (letter.index, letter.payload) == (WHOLE, b"{torn")

    async def test_an_envelope_said_in_two_streams_lives_has_one_effect(
        self, bench: Bench, provisioned: NatsServer
    ) -> None:
        async with bench.listening():
            sealed = await bench.told(changed())
            await bench.acknowledged(1)
        await provisioned.clear()
        await provisioned.provision()
        async with bench.listening():
            await bench.publish(sealed)
            await bench.acknowledged(1)
        assert await effects(bench.database) == 1

    async def test_an_acknowledgement_without_an_answer_is_told_and_survived(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listener, "ACK_TIMEOUT", 0.0001)
        with capture_logs() as logs:
            async with bench.listening():
                await bench.told(changed())
                await bench.acknowledged(1)
                await bench.told(changed())
                await bench.acknowledged(2)
        assert "acknowledgements_lost" in [log["event"] for log in logs]
        assert await effects(bench.database) == 2

    async def test_the_next_list_gathers_the_longer_the_more_came(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pauses: list[float] = []

        async def note(seconds: float, *_until: asyncio.Event) -> None:
            pauses.append(seconds)

        monkeypatch.setattr(listener, "pause", note)
        async with bench.listening():
            await bench.told(changed())
            await bench.acknowledged(1)
            await bench.told(*(changed() for _ in range(100)))
            await bench.acknowledged(2)
            await eventually(lambda: len(pauses) == 2)
        assert pauses == [listener.GATHER, listener.LONGEST]

    async def test_told_to_stop_it_ends_at_once(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Not when its pull has run out: that would be after an hour."""
        monkeypatch.setattr(jetstream, "PULL_EXPIRES", timedelta(hours=1))
        async with bench.listening() as running:
            await eventually(self.is_waiting(bench))
        assert running.done()

    def is_waiting(self, bench: Bench) -> Callable[[], Awaitable[Any]]:
        async def waiting() -> int | None:
            return (await bench.info()).num_waiting

        return waiting


def failing(sql: str, *, times: int) -> tuple[Handle, list[int]]:
    """A handler that the database lets down so many times, and then not."""
    calls: list[int] = []

    async def handle(messages: list[StockChanged], tx: Transaction) -> None:
        await show(messages, tx)
        calls.append(len(messages))
        if len(calls) <= times:
            await tx.session.execute(text(sql))

    return handle, calls


class TestPutOff:
    """The database's fault: nothing is set aside, everything comes again."""

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT pg_terminate_backend(pg_backend_pid())",
            "DO $$ BEGIN RAISE EXCEPTION '' USING ERRCODE = '40P01'; END $$",
            "DO $$ BEGIN RAISE EXCEPTION '' USING ERRCODE = '55P03'; END $$",
            "DO $$ BEGIN RAISE EXCEPTION '' USING ERRCODE = '57014'; END $$",
        ],
        ids=["lost connection", "deadlock", "lock time-out", "statement time-out"],
    )
    async def test_it_is_delivered_again_and_handled(
        self, bench: Bench, sql: str
    ) -> None:
        handle, calls = failing(sql, times=2)
        async with bench.listening(handle):
            await bench.told(changed(), changed())
            await bench.acknowledged(1)
        assert len(calls) == 3
        assert await effects(bench.database) == 2
        assert await letters(bench.database) == []

    async def test_the_fifth_delivery_is_set_aside_whole(self, bench: Bench) -> None:
        slow = "DO $$ BEGIN RAISE EXCEPTION '' USING ERRCODE = '57014'; END $$"
        handle, calls = failing(slow, times=100)
        async with bench.listening(handle):
            sealed = await bench.told(changed(), changed())
            await bench.acknowledged(1)
        [letter] = await letters(bench.database)
        assert len(calls) == SUSPECT - 1
        assert (letter.index, letter.payload) == (WHOLE, sealed.payload)
        assert "delivered 5 times" in letter.error

    async def test_what_was_delivered_beside_it_goes_through(
        self, bench: Bench
    ) -> None:
        bad = changed()

        async def time_out(messages: list[StockChanged], tx: Transaction) -> None:
            await show(messages, tx)
            if bad in messages:
                slow = "DO $$ BEGIN RAISE EXCEPTION '' USING ERRCODE = '57014'; END $$"
                await tx.session.execute(text(slow))

        for message in (changed(), bad, changed(), changed()):
            await bench.told(message)
        async with bench.listening(time_out):
            await bench.acknowledged(4)
        assert await effects(bench.database) == 3
        [letter] = await letters(bench.database)
        assert letter.index == WHOLE

    async def test_while_the_database_is_away_nothing_is_fetched(
        self, bench: Bench, postgres: PostgresServer
    ) -> None:
        await rows(bench.database, "SELECT 1")
        async with bench.listening():
            postgres.kill()
            for _ in range(3):
                await bench.told(changed())
            await eventually(self.all_is_quiet(bench))
            before = (await bench.info()).delivered
            await bench.told(changed())
            assert (await bench.info()).delivered == before
            postgres.start()
            await bench.acknowledged(4)
        assert await effects(bench.database) == 4
        assert await letters(bench.database) == []

    def all_is_quiet(self, bench: Bench) -> Callable[[], Awaitable[bool]]:
        async def quiet() -> bool:
            info = await bench.info()
            delivered = info.delivered is not None and info.delivered.consumer_seq > 0
            return delivered and info.num_waiting == 0

        return quiet
