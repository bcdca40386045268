"""What the tests of `common` share: the tiny service's database, and the bus."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from common.database import Database
from common.jetstream import Bus
from common.testing.servers import NatsServer, migrate_with

Connect = Callable[[str], Awaitable[Bus]]


@pytest.fixture
def database_url(database_url_factory: Callable[..., str]) -> str:
    return database_url_factory("tickets", migrate=migrate_with("tiny"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.dispose()


@pytest.fixture
async def connect(provisioned: NatsServer) -> AsyncIterator[Connect]:
    """Connections of users: `connect(user)`, awaited."""
    async with AsyncExitStack() as stack:

        async def as_user(user: str) -> Bus:
            bus = Bus(provisioned.url, user=user, password=provisioned.passwords[user])
            stack.push_async_callback(bus.close_quietly)
            await bus.connect()
            return bus

        yield as_user
