"""What the tests of expiration share."""

from collections.abc import AsyncIterator

import pytest
from expiration_desk import STREAM, Line, connect

from common.jetstream import Bus
from common.messages import ExpirationComplete
from common.testing.servers import NatsServer
from common.topology import durable_name
from expiration.service import SERVICE, Timers


@pytest.fixture
async def line(provisioned: NatsServer) -> AsyncIterator[Line]:
    admin, orders = await connect(provisioned)
    pull = await orders.pull(STREAM, durable_name("orders", ExpirationComplete))
    yield Line(orders, admin.jetstream(), pull)
    await pull.stop()
    await orders.close_quietly()
    await admin.close()


@pytest.fixture
async def bus(provisioned: NatsServer) -> AsyncIterator[Bus]:
    """The bus as expiration may use it."""
    bus = Bus(provisioned.url, user=SERVICE, password=provisioned.passwords[SERVICE])
    await bus.connect()
    yield bus
    await bus.close_quietly()


@pytest.fixture
def timers(bus: Bus) -> Timers:
    return Timers(bus)
