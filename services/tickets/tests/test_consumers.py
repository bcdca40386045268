"""Messages in: twice, in any order, with a bad one among them, over a real bus."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tickets_desk import Desk, person, stock

from common.envelopes import open_envelope, seal
from common.ids import new_id
from common.inbox import Consumer, Inbox, receive
from common.jetstream import Bus
from common.listener import Listener
from common.messages import StockChanged
from common.testing.servers import NatsServer
from common.testing.waiting import eventually
from common.topology import durable_name, stream_of
from tickets.consumers import consumers
from tickets.domain.tickets import TicketStatus


def hears_stock(desk: Desk) -> Consumer[StockChanged]:
    [consumer] = consumers(desk.tickets)
    return consumer


def envelope(*messages: StockChanged, bad_at: int | None = None) -> bytes:
    """An envelope, with a message in it that says what cannot be."""
    [sealed] = seal(messages)
    if bad_at is None:
        return sealed.payload
    opened = open_envelope(sealed.payload)
    impossible = msgspec.json.encode(stock(new_id(), free=-1))
    opened.messages.insert(bad_at, msgspec.Raw(impossible))
    return msgspec.json.encode(opened)


async def take(desk: Desk, payloads: Sequence[bytes]) -> None:
    consumer = hears_stock(desk)
    received = [receive(consumer, payload, suspect=False) for payload in payloads]
    await Inbox(desk.database, consumer).take(received)


async def set_aside(desk: Desk) -> int:
    async with desk.database.transaction() as tx:
        return await tx.session.scalar(text("SELECT count(*) FROM set_aside")) or 0


class TestShowStock:
    def test_it_is_the_one_consumer_beside_ended_sessions(self, desk: Desk) -> None:
        consumer = hears_stock(desk)
        assert consumer.name == "tickets-orders-stock-changed"

    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(data=st.data())
    async def test_twice_reordered_and_with_a_bad_one_it_ends_the_same(
        self, desk: Desk, data: st.DataObject
    ) -> None:
        ticket, stock_id = new_id(), new_id()
        said = [
            stock(ticket, stock_id=stock_id, version=n, free=100 - n, held=n)
            for n in range(1, 7)
        ]
        before = await set_aside(desk)
        payloads = [
            envelope(*said[:2]),
            envelope(*said[2:4], bad_at=data.draw(st.integers(0, 2))),
            envelope(*said[4:]),
        ]
        arrived = data.draw(st.permutations(payloads * 2))
        cut = data.draw(st.integers(0, len(arrived)))
        for received in (arrived[:cut], arrived[cut:]):
            await take(desk, received)
        query = text("SELECT version, free FROM stocks WHERE id = :id")
        async with desk.database.transaction() as tx:
            row = (await tx.session.execute(query, {"id": stock_id})).one()
        assert tuple(row) == (6, 94)
        assert await set_aside(desk) == before + 1

    async def test_a_sold_out_ticket_is_shown_so(self, desk: Desk) -> None:
        ticket = await desk.offer(person())
        await take(desk, [envelope(stock(ticket.id, free=0, sold=10))])
        shown = await desk.find(ticket)
        assert shown.status(desk.clock.now) is TicketStatus.SOLD_OUT
        assert shown.version == 1


class TestOverTheBus:
    @pytest.fixture
    async def orders(self, provisioned: NatsServer) -> AsyncIterator[Bus]:
        async with AsyncExitStack() as stack:
            yield await connected(provisioned, "orders", stack)

    @pytest.fixture
    async def listening(
        self, desk: Desk, provisioned: NatsServer
    ) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        async with AsyncExitStack() as stack:
            bus = await connected(provisioned, "tickets", stack)
            listener = Listener(bus, desk.database, hears_stock(desk))
            running = asyncio.create_task(listener.run(stopping))
            yield
            stopping.set()
            await running

    @pytest.mark.usefixtures("listening")
    async def test_what_orders_says_is_shown(
        self, desk: Desk, orders: Bus, provisioned: NatsServer
    ) -> None:
        ticket = await desk.offer(person())
        told = stock(ticket.id, free=7, held=3)
        for payload in (envelope(told), b"?", envelope(told, bad_at=0)):
            await orders.store(StockChanged.subject, payload, message_id=str(new_id()))

        async def shown() -> bool:
            return (await desk.find(ticket)).available == 7

        async def refused() -> bool:
            return await set_aside(desk) == 2

        await eventually(shown)
        await eventually(refused)
        assert durable_name("tickets", StockChanged) == hears_stock(desk).name
        assert stream_of(StockChanged.subject) == hears_stock(desk).stream
        assert provisioned.running


async def connected(nats: NatsServer, user: str, stack: AsyncExitStack) -> Bus:
    bus = Bus(nats.url, user=user, password=nats.passwords[user])
    await bus.connect()
    stack.push_async_callback(bus.close_quietly)
    return bus
