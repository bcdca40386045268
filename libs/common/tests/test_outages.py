"""Servers killed in the middle of a rush: nothing is lost and nothing is done twice."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from tiny.app import SHOWING, said
from tiny.kit import changed, effects, letters, rows, shown

from common import jetstream, listener
from common.database import Database
from common.envelopes import seal
from common.ids import new_id
from common.jetstream import Bus
from common.listener import Listener
from common.outbox import OwnOutbox, mark_published
from common.retries import Retries
from common.testing.servers import NatsServer, PostgresServer
from common.testing.waiting import eventually
from common.topology import ADMIN
from common.upkeep import Upkeep

Connect = Callable[[str], Awaitable[Bus]]
RUSH = 150


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for moments only."""
    monkeypatch.setattr(listener, "PUT_OFF", 0.05)
    monkeypatch.setattr(jetstream, "PUBLISH_TIMEOUT", 0.5)
    monkeypatch.setattr(listener, "ACK_TIMEOUT", 0.5)


@asynccontextmanager
async def publishing(database: Database, bus: Bus) -> AsyncGenerator[None]:
    """Publish what is committed here, as every process does."""

    async def mark(ids: Sequence[UUID]) -> None:
        async with database.transaction() as tx:
            await mark_published(tx.session, ids)

    own = OwnOutbox(bus)
    database.committed = own.committed
    running = asyncio.create_task(own.run(mark))
    yield
    running.cancel()
    await asyncio.wait([running])


@asynccontextmanager
async def listening(database: Database, bus: Bus) -> AsyncGenerator[None]:
    stopping = asyncio.Event()
    running = asyncio.create_task(Listener(bus, database, SHOWING).run(stopping))
    yield
    stopping.set()
    await running


@asynccontextmanager
async def administering(nats: NatsServer) -> AsyncGenerator[JetStreamContext]:
    client = Client()
    await client.connect(nats.url, user=ADMIN, password=nats.passwords[ADMIN])
    yield client.jetstream()
    await client.close()


async def stored(nats: NatsServer, stream: str) -> int:
    async with administering(nats) as admin:
        return (await admin.stream_info(stream)).state.messages


async def deliver_again_soon(nats: NatsServer) -> None:
    """What was on its way when the server died comes again after a second."""
    async with administering(nats) as admin:
        config = (await admin.consumer_info(SHOWING.stream, SHOWING.name)).config
        await admin.add_consumer(SHOWING.stream, config.evolve(ack_wait=1, name=None))


async def all_published(database: Database, upkeep: Upkeep) -> bool:
    """Run the poll of `work`; whether nothing is left."""
    await rows(database, "UPDATE outbox SET created_at = created_at - interval '2 s'")
    await upkeep.publish_left()
    left = "SELECT 1 FROM outbox WHERE published_at IS NULL"
    return not await rows(database, left)


async def test_the_bus_killed_while_publishing(
    database: Database, connect: Connect, provisioned: NatsServer
) -> None:
    bus = await connect("tickets")
    upkeep = Upkeep("tickets", database, bus, Retries("tickets", database, []))
    async with publishing(database, bus):
        for number in range(RUSH):
            async with database.transaction() as tx:
                tx.say(said(new_id(), 1))
            if number == RUSH // 3:
                provisioned.kill()
            if number == 2 * RUSH // 3:
                provisioned.start()
        await eventually(lambda: all_published(database, upkeep))
    assert await stored(provisioned, "TICKETS") == RUSH


async def test_the_database_killed_while_consuming(
    database: Database, connect: Connect, postgres: PostgresServer
) -> None:
    orders = await connect("orders")
    told = [changed(3) for _ in range(RUSH)]
    envelopes = [each for message in told for each in seal([message])]
    async with listening(database, await connect("tickets")):
        for number, envelope in enumerate(envelopes):
            await orders.publish(envelope)
            if number == RUSH // 3:
                await eventually(lambda: effects(database))
                postgres.kill()
            if number == 2 * RUSH // 3:
                postgres.start()

        async def all_shown() -> bool:
            return len(await shown(database)) == RUSH

        await eventually(all_shown)
    assert await effects(database) == RUSH
    assert await letters(database) == []


async def test_the_bus_killed_while_consuming(
    database: Database, connect: Connect, provisioned: NatsServer
) -> None:
    await deliver_again_soon(provisioned)
    orders, tickets = await connect("orders"), await connect("tickets")
    envelopes = [each for _ in range(RUSH) for each in seal([changed()])]
    await asyncio.gather(*(orders.publish(each) for each in envelopes))
    async with listening(database, tickets):
        await eventually(lambda: effects(database))
        provisioned.kill()
        provisioned.start()

        async def all_handled() -> bool:
            return await effects(database) >= RUSH

        await eventually(all_handled)
    assert await effects(database) == RUSH
    assert await letters(database) == []
