"""The bus: stored or an error, pulled at once, found again when lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError
from nats.errors import Error as NatsError
from tiny.app import SHOWING
from tiny.kit import changed

from common import jetstream
from common.envelopes import Sealed, seal
from common.jetstream import Bus, Pull, deliveries, jittered
from common.testing.servers import NatsServer
from common.testing.waiting import eventually

Connect = Callable[[str], Awaitable[Bus]]


def one() -> Sealed:
    [sealed] = seal([changed()])
    return sealed


async def pulled(pull: Pull, count: int = 1) -> list[Msg]:
    """The next envelopes, however many answers they come in."""
    found: list[Msg] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            found += await pull.next(64)
    return found


async def administer(server: NatsServer) -> Client:
    client = Client()
    password = server.passwords["admin"]
    await client.connect(server.url, user="admin", password=password)
    return client


async def asks(server: NatsServer) -> int:
    """How many pulls stand at the server."""
    admin = await administer(server)
    info = await admin.jetstream().consumer_info(SHOWING.stream, SHOWING.name)
    await admin.close()
    return info.num_waiting or 0


@pytest.fixture
async def orders(connect: Connect) -> Bus:
    return await connect("orders")


@pytest.fixture
async def tickets(connect: Connect) -> Bus:
    return await connect("tickets")


async def pulling(bus: Bus) -> Pull:
    return await bus.pull(SHOWING.stream, SHOWING.name)


class TestPublish:
    async def test_it_returns_once_the_stream_has_stored_it(
        self, orders: Bus, provisioned: NatsServer
    ) -> None:
        await orders.publish(sent := one())
        provisioned.kill()
        provisioned.start()
        await eventually(lambda: orders.connected)
        admin = await administer(provisioned)
        stored = await admin.jetstream().get_msg("ORDERS", 1)
        await admin.close()
        assert stored.data == sent.payload

    async def test_the_same_envelope_is_stored_once(
        self, orders: Bus, tickets: Bus
    ) -> None:
        sent = one()
        await asyncio.gather(*(orders.publish(sent) for _ in range(3)))
        await orders.publish(last := one())
        pull = await pulling(tickets)
        assert [m.data for m in await pulled(pull, 2)] == [sent.payload, last.payload]
        await pull.stop()

    async def test_what_is_not_ones_own_is_refused_with_its_reason(
        self, tickets: Bus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jetstream, "PUBLISH_TIMEOUT", 0.2)
        with pytest.raises(NatsError, match="timeout"):
            await tickets.publish(one())
        assert 'publish to "orders.stock-changed"' in tickets.refusals[-1]

    async def test_the_fill_of_a_stream_is_known(self, orders: Bus) -> None:
        assert await orders.stream_fill("ORDERS") == 0
        await orders.publish(one())
        assert 0 < await orders.stream_fill("ORDERS") < 0.001


class TestPull:
    async def test_a_single_envelope_comes_within_milliseconds(
        self, orders: Bus, tickets: Bus
    ) -> None:
        pull = await pulling(tickets)
        waits: list[float] = []
        loop = asyncio.get_running_loop()
        for _ in range(20):
            waiting = asyncio.create_task(pulled(pull))
            await orders.publish(one())
            stored = loop.time()
            [message] = await waiting
            waits.append(loop.time() - stored)
            await message.ack_sync()
        await pull.stop()
        assert min(waits) < 0.05

    async def test_no_more_than_asked_for_is_given(
        self, orders: Bus, tickets: Bus
    ) -> None:
        pull = await pulling(tickets)
        await asyncio.gather(*(orders.publish(one()) for _ in range(10)))
        counts: list[int] = []
        while sum(counts) < 10:
            counts.append(len(await pull.next(4)))
        assert max(counts) <= 4
        await pull.stop()

    async def test_nothing_there_is_an_empty_answer_when_woken(
        self, tickets: Bus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jetstream, "PULL_EXPIRES", timedelta(hours=1))
        pull = await pulling(tickets)
        waiting = asyncio.create_task(pull.next(1))
        await asyncio.sleep(0)
        pull.wake()
        assert await waiting == []
        await pull.stop()

    async def test_a_pull_that_ran_out_is_asked_anew(
        self, orders: Bus, tickets: Bus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jetstream, "PULL_EXPIRES", timedelta(milliseconds=50))
        pull = await pulling(tickets)
        assert [await pull.next(1) for _ in range(3)] == [[], [], []]
        await orders.publish(one())
        assert len(await pulled(pull)) == 1
        await pull.stop()

    async def test_what_was_not_taken_is_handed_back(
        self, orders: Bus, tickets: Bus, provisioned: NatsServer
    ) -> None:
        first = await pulling(tickets)
        asking = asyncio.create_task(first.next(64))
        await eventually(lambda: asks(provisioned))
        first.wake()
        assert await asking == []
        await asyncio.gather(*(orders.publish(one()) for _ in range(3)))
        await first.stop()
        second = await pulling(tickets)
        again = await pulled(second, 3)
        assert [deliveries(message) for message in again] == [2, 2, 2]
        await second.stop()

    async def test_a_consumer_that_is_gone_is_asked_for_with_pauses(
        self, tickets: Bus, provisioned: NatsServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jetstream, "_PAUSE", 0.1)
        await provisioned.clear()
        pull = await pulling(tickets)
        loop = asyncio.get_running_loop()
        started = loop.time()
        assert [await pull.next(1) for _ in range(6)] == [[]] * 6
        assert loop.time() - started > 0.1
        await provisioned.provision()
        orders = Bus(
            provisioned.url, user="orders", password=provisioned.passwords["orders"]
        )
        await orders.connect()
        await orders.publish(one())
        assert len(await pulled(pull)) == 1
        await pull.stop()
        await orders.close_quietly()


class TestConnection:
    async def test_a_killed_server_is_found_again_and_pulls_go_on(
        self, orders: Bus, tickets: Bus, provisioned: NatsServer
    ) -> None:
        pull = await pulling(tickets)
        waiting = asyncio.create_task(pulled(pull))
        provisioned.kill()
        await eventually(lambda: not tickets.connected)
        provisioned.start()
        await eventually(lambda: orders.connected and tickets.connected)
        await orders.publish(one())
        assert len(await waiting) == 1
        await pull.stop()

    async def test_a_server_that_is_not_there_yet_is_waited_for(
        self, nats: NatsServer
    ) -> None:
        nats.stop()
        bus = Bus(nats.url, user="orders", password=nats.passwords["orders"])
        connecting = asyncio.create_task(bus.connect())
        await eventually(lambda: bus.refusals)
        assert not bus.connected
        nats.start()
        await bus.ready()
        assert bus.connected
        await connecting
        await bus.close_quietly()

    async def test_one_closed_for_good_is_told(self, orders: Bus) -> None:
        lost = asyncio.create_task(orders.lost())
        await orders._client.close()
        with pytest.raises(ConnectionClosedError):
            await lost

    async def test_one_closed_by_ourselves_is_not(self, orders: Bus) -> None:
        await orders.close_quietly()
        assert not orders.closed.is_set()


def test_delays_are_spread() -> None:
    delays: Sequence[float] = [jittered(2.0) for _ in range(200)]
    assert all(1 <= delay < 3 for delay in delays)
    assert max(delays) - min(delays) > 1
