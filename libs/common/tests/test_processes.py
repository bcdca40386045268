"""`serve` and `work` as processes: told to stop, cut down, left without a server."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from sqlalchemy import text
from tiny.app import SHOWING
from tiny.kit import changed, effects, letters, rows
from tiny.processes import Running, told

from common.database import Database
from common.envelopes import seal
from common.jetstream import Bus
from common.messages import StockChanged
from common.testing.servers import NatsServer
from common.testing.waiting import eventually
from common.topology import ADMIN, nats_users

KILLED = 137


@pytest.fixture
async def admin(provisioned: NatsServer) -> AsyncGenerator[JetStreamContext]:
    client = Client()
    password = provisioned.passwords[ADMIN]
    await client.connect(provisioned.url, user=ADMIN, password=password)
    yield client.jetstream()
    await client.close()


async def tell(nats: NatsServer, *messages: StockChanged) -> None:
    """Publish as orders does, each in an envelope of its own."""
    bus = Bus(nats.url, user="orders", password=nats.passwords["orders"])
    await bus.connect()
    for message in messages:
        [sealed] = seal([message])
        await bus.publish(sealed)
    await bus.close_quietly()


async def unpublished(database: Database) -> int:
    query = "SELECT 1 FROM outbox WHERE published_at IS NULL"
    return len(await rows(database, query))


async def said(admin: JetStreamContext) -> int:
    """How many envelopes of the tiny service its stream has stored."""
    return (await admin.stream_info("TICKETS")).state.messages


async def acknowledged(admin: JetStreamContext) -> int:
    info = await admin.consumer_info(SHOWING.stream, SHOWING.name)
    assert info.ack_floor is not None
    return info.ack_floor.stream_seq


@asynccontextmanager
async def holding_up(database: Database) -> AsyncGenerator[None]:
    """No handler gets past its first statement meanwhile."""
    patient = Database(database.url, idle=timedelta(minutes=1))
    async with patient.transaction() as tx:
        await tx.session.execute(text("LOCK TABLE effects IN SHARE MODE"))
        yield
    await patient.dispose()


async def somebody_waits(database: Database) -> bool:
    return bool(await rows(database, "SELECT 1 FROM pg_locks WHERE NOT granted"))


class TestServe:
    async def test_what_it_commits_is_published_at_once(
        self, database: Database, provisioned: NatsServer, admin: JetStreamContext
    ) -> None:
        environment = told(database_url=database.url, nats=provisioned)
        async with Running("serve", environment) as serve:
            await serve.ready()
            await serve.post()
            await eventually(lambda: said(admin))
            # Told to stop, it publishes what is left, and marks it.
            await asyncio.gather(*(serve.post() for _ in range(20)))
            assert await serve.stop() == 0
        assert await unpublished(database) == 0
        assert await said(admin) == 21

    async def test_it_answers_while_the_bus_is_away(self, database: Database) -> None:
        environment = told(database_url=database.url)
        async with Running("serve", environment) as serve:
            await serve.ready()
            await serve.post()
            assert await serve.stop() == 0
        assert await unpublished(database) == 1

    async def test_without_its_database_it_is_alive_but_not_ready(self) -> None:
        nowhere = "postgresql://tickets:secret@127.0.0.1:1/tickets"
        environment = told(database_url=nowhere)
        async with Running("serve", environment) as serve, httpx.AsyncClient() as http:
            alive = await eventually(lambda: http.get(f"{serve.ops_url}/livez"))
            ready = await http.get(f"{serve.ops_url}/readyz")
            assert alive.status_code == 200
            assert ready.status_code == 503
            assert "database" in ready.json()["failing"]
            assert await serve.stop() == 0

    async def test_a_connection_closed_for_good_ends_it_with_an_error(
        self, database: Database, provisioned: NatsServer
    ) -> None:
        environment = told(database_url=database.url, nats=provisioned)
        others = {**provisioned.passwords, "tickets": "another"}
        async with Running("work", environment) as work:
            await work.ready()
            provisioned.server.configure(nats_users(others))
            assert provisioned.process is not None
            provisioned.process.send_signal(signal.SIGHUP)
            try:
                assert await work.ended() == 1
            finally:
                provisioned.server.configure(nats_users(provisioned.passwords))
                provisioned.process.send_signal(signal.SIGHUP)


class TestWork:
    async def test_told_to_stop_it_finishes_its_list_and_hands_the_rest_back(
        self, database: Database, provisioned: NatsServer, admin: JetStreamContext
    ) -> None:
        environment = told(database_url=database.url, nats=provisioned)
        async with Running("work", environment) as work:
            await work.ready()
            async with holding_up(database):
                await tell(provisioned, changed())
                await eventually(lambda: somebody_waits(database))
                await tell(provisioned, changed(), changed())
                work.process.send_signal(signal.SIGTERM)
                await eventually(lambda: is_stopping(work))
            assert await work.ended() == 0
        assert await effects(database) == 1
        assert await unpublished(database) == 0
        assert await acknowledged(admin) == 1
        pulling = await admin.pull_subscribe_bind(SHOWING.name, SHOWING.stream)
        assert len(await pulling.fetch(2, timeout=5)) == 2

    @pytest.mark.parametrize(
        "point", ["outbox.committed", "outbox.published", "inbox.committed"]
    )
    async def test_cut_down_at_any_point_it_loses_nothing_and_does_nothing_twice(
        self,
        database: Database,
        provisioned: NatsServer,
        admin: JetStreamContext,
        point: str,
    ) -> None:
        config = (await admin.consumer_info(SHOWING.stream, SHOWING.name)).config
        await admin.add_consumer(SHOWING.stream, config.evolve(ack_wait=1, name=None))
        environment = told(database_url=database.url, nats=provisioned)
        await tell(provisioned, changed())
        async with Running("work", {**environment, "FAULT_POINT": point}) as work:
            assert await work.ended() == KILLED
        assert await effects(database) == 1

        async with Running("work", environment):
            await eventually(lambda: is_settled(database, admin))
        assert await effects(database) == 1
        assert await said(admin) == 1
        assert await letters(database) == []


async def is_stopping(running: Running) -> bool:
    async with httpx.AsyncClient() as http:
        ready = await http.get(f"{running.ops_url}/readyz")
    return ready.status_code == 503 and "stopping" in ready.json()["failing"]


async def is_settled(database: Database, admin: JetStreamContext) -> bool:
    return await acknowledged(admin) == 1 and await unpublished(database) == 0
