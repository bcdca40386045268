"""Fixtures of every test run: a real PostgreSQL and a real NATS, started once.

They end with the run, also when it is killed.
"""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from common.testing.servers import (
    Child,
    Migrate,
    NatsServer,
    PostgresServer,
    migrate_with,
)

SERVERS = ("postgres", "nats")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """One cluster: `create_database(service)`, `kill()`, `stop()`, `start()`."""
    server = PostgresServer(tmp_path_factory.mktemp("postgres"))
    try:
        server.prepare()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """One server: `url`, `passwords`, `monitor_url`, `kill()`, `stop()`, `start()`."""
    server = NatsServer(tmp_path_factory.mktemp("nats"))
    try:
        server.prepare()
        yield server
    finally:
        server.stop()


@pytest_asyncio.fixture
async def provisioned(nats: NatsServer) -> AsyncIterator[NatsServer]:
    """NATS with every stream and consumer, all of them empty."""
    await nats.provision()
    yield nats
    if not nats.running:
        nats.start()
    await nats.clear()


@pytest.fixture
def database_url_factory(
    postgres: PostgresServer,
) -> Iterator[Callable[..., str]]:
    """`factory(service, migrate=…)`: clean, migrated databases that go with the test.

    Without `migrate` the service's own migrations run; None leaves it empty.
    """
    made: list[str] = []

    def create(service: str, **options: Migrate | None) -> str:
        migrate = options.get("migrate", migrate_with(service))
        made.append(postgres.create_database(service, migrate=migrate))
        return made[-1]

    yield create
    for url in made:
        postgres.give_back(url)


@pytest.fixture(autouse=True)
def servers_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """Start again what a test has killed, before the next one."""
    wanted = [name for name in SERVERS if name in request.fixturenames]
    servers: list[Child] = [request.getfixturevalue(name) for name in wanted]
    yield
    for server in servers:
        if not server.running:
            server.start()
