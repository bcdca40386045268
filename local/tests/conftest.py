from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from local_kit import Backend, RunningGateway

from common.embedded.processes import free_ports
from common.topology import DATABASES


@pytest_asyncio.fixture(scope="session")
async def backends() -> AsyncIterator[dict[str, list[Backend]]]:
    """Two processes of orders, one of everything else."""
    names = [*DATABASES, "orders", "client", "test-provider"]
    async with AsyncExitStack() as stack:
        groups: dict[str, list[Backend]] = {}
        for name, port in zip(names, free_ports(len(names)), strict=True):
            backend = await stack.enter_async_context(Backend(name, port))
            groups.setdefault(name, []).append(backend)
        yield groups


@pytest_asyncio.fixture(scope="session")
async def shared_gateway(
    backends: dict[str, list[Backend]], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningGateway]:
    folder = tmp_path_factory.mktemp("gateway")
    async with RunningGateway(folder, backends) as gateway:
        yield gateway


@pytest.fixture
def gateway(shared_gateway: RunningGateway) -> RunningGateway:
    """One gateway without limits for all tests, its backends well-behaved again."""
    for group in shared_gateway.backends.values():
        for backend in group:
            backend.reset()
    shared_gateway.client.cookies.clear()
    return shared_gateway


@pytest.fixture
def another_gateway(gateway: RunningGateway, tmp_path: Path) -> RunningGateway:
    """One more in front of the same backends, to be started with other settings."""
    return RunningGateway(tmp_path, gateway.backends)
