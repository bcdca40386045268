"""Auth as it runs: its processes, its commands, and a service that obeys it."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Mapping,
)
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from auth_desk import EMAIL, PASSWORD

from auth.app import openapi
from common.database import Database
from common.embedded.processes import free_ports
from common.errors import SignedOut
from common.identification import Identification
from common.jetstream import Bus
from common.listener import Listener
from common.testing.servers import NatsServer
from common.testing.waiting import LIMIT, eventually


class Running:
    """`serve` and `work` of auth, and where they answer."""

    def __init__(self, environment: Mapping[str, str], port: int) -> None:
        self.environment = environment
        self.url = f"http://127.0.0.1:{port}"
        self.processes: list[asyncio.subprocess.Process] = []

    async def start(self, process: str, ops_port: int) -> None:
        self.processes.append(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "auth", process),
                env={**self.environment, "OPS_PORT": str(ops_port)},
                stderr=subprocess.DEVNULL,
            )
        )
        await eventually(lambda: ready(ops_port), limit=LIMIT)

    async def stop(self) -> list[int]:
        for process in self.processes:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(LIMIT):
            return [await process.wait() for process in self.processes]


async def ready(ops_port: int) -> bool:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{ops_port}/readyz")
    return answer.status_code == 200


@pytest.fixture
async def running(
    database_url_factory: Callable[..., str], provisioned: NatsServer
) -> AsyncIterator[Running]:
    port, serve_ops, work_ops = free_ports(3)
    environment = {
        **provisioned.environment("auth"),
        "AUTH_DATABASE_URL": database_url_factory("auth"),
        "PORT": str(port),
    }
    running = Running(environment, port)
    try:
        await asyncio.gather(
            running.start("serve", serve_ops), running.start("work", work_ops)
        )
        yield running
    finally:
        await running.stop()


@pytest.fixture
async def browser(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=running.url) as browser:
        yield browser


@asynccontextmanager
async def another_service(
    url: str, nats: NatsServer, auth_url: str
) -> AsyncGenerator[Identification]:
    """Tickets' side of identities, hearing what auth says."""
    async with AsyncExitStack() as stack:
        database = Database(url)
        stack.push_async_callback(database.dispose)
        bus = Bus(nats.url, user="tickets", password=nats.passwords["tickets"])
        await bus.connect()
        stack.push_async_callback(bus.close_quietly)
        identification = Identification("tickets", database, auth_url=auth_url)
        await identification.starting()
        stopping = asyncio.Event()
        listener = Listener(bus, database, identification.consumer)
        listening = asyncio.create_task(listener.run(stopping))
        yield identification
        stopping.set()
        await listening


class TestProcesses:
    async def test_a_session_that_ends_here_ends_everywhere(
        self,
        running: Running,
        browser: httpx.AsyncClient,
        provisioned: NatsServer,
        database_url_factory: Callable[..., str],
    ) -> None:
        body = {"email": EMAIL, "password": PASSWORD}
        user = (await browser.post("/api/users/signup", json=body)).json()
        token = browser.cookies["session"]
        url = database_url_factory("tickets")
        async with another_service(url, provisioned, running.url) as tickets:
            identity = await tickets.verifier.identify(token)
            assert str(identity.user_id) == user["id"]
            answer = await browser.post("/api/users/signout")
            assert answer.status_code == 204

            async def refused() -> bool:
                await tickets.revocations.load()
                try:
                    tickets.verifier.verify(token)
                except SignedOut:
                    return True
                return False

            await eventually(refused, limit=5)

    async def test_a_rotated_key_is_published_without_a_restart(
        self, running: Running, browser: httpx.AsyncClient
    ) -> None:
        async def rotate(*options: str) -> str:
            rotated = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "auth", "rotate-key", *options),
                env=dict(running.environment),
                stdout=subprocess.PIPE,
            )
            said, _ = await rotated.communicate()
            return said.decode().split()[1]

        async def published() -> list[str]:
            keys = (await browser.get("/.well-known/jwks.json")).json()["keys"]
            return [key["kid"] for key in keys]

        [first] = await published()
        second = await rotate()
        await eventually(lambda: _is(published, [first, second]), limit=LIMIT)
        third = await rotate(f"--withdraw={first}")
        await eventually(lambda: _is(published, [second, third]), limit=LIMIT)

    async def test_told_to_stop_they_end_well(self, running: Running) -> None:
        assert await running.stop() == [0, 0]


async def _is(found: Callable[[], Awaitable[list[str]]], wanted: list[str]) -> bool:
    return await found() == wanted


def test_the_document_needs_no_database() -> None:
    assert b'"signUp"' in openapi()
