"""`python -m tickets serve` and `work`, as they run: killed, stopped, started again."""

import asyncio
import contextlib
import json
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import msgspec
import pytest
from sqlalchemy import text
from stream_desk import watching
from tickets_desk import Desk, person, stock

from common.embedded.processes import free_ports
from common.envelopes import open_envelope, seal
from common.identity import Identity
from common.jetstream import Bus
from common.keys import PublicKey
from common.messages import Message, SessionRevoked, TicketCreated
from common.testing.people import KID, People
from common.testing.servers import NatsServer
from common.testing.tokens import encode
from common.testing.waiting import eventually
from common.topology import durable_name, stream_of

Start = Callable[..., Awaitable[asyncio.subprocess.Process]]
Browse = Callable[[Identity], httpx.AsyncClient]
Connect = Callable[[str], Awaitable[Bus]]

KILLED = 137


@pytest.fixture
def ports() -> list[int]:
    return free_ports(3)


@pytest.fixture
def port(ports: list[int]) -> int:
    return ports[0]


@pytest.fixture
async def start(desk: Desk, nats: NatsServer, ports: list[int]) -> AsyncIterator[Start]:
    """`start("serve")`, with settings of the test."""
    started: list[asyncio.subprocess.Process] = []

    async def one(command: str, **settings: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tickets",
            command,
            env={
                **nats.environment("tickets"),
                "TICKETS_DATABASE_URL": desk.database.url,
                "AUTH_URL": "http://127.0.0.1:9",
                "PORT": str(ports[0]),
                "OPS_PORT": str(ports[1]),
                "LOG_LEVEL": "error",
                **settings,
            },
        )
        started.append(process)
        return process

    yield one
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def bus(provisioned: NatsServer) -> AsyncIterator[Connect]:
    """The bus, as each of its users sees it."""
    async with AsyncExitStack() as stack:

        async def connect(user: str) -> Bus:
            bus = Bus(provisioned.url, user=user, password=provisioned.passwords[user])
            await bus.connect()
            stack.push_async_callback(bus.close_quietly)
            return bus

        yield connect


@pytest.fixture
async def browse(desk: Desk, people: People, port: int) -> AsyncIterator[Browse]:
    """Clients of the process, which knows auth's key from its own database."""
    raw = people.get(KID)
    assert raw is not None
    jwk = msgspec.json.encode(PublicKey(kid=KID, x=encode(raw))).decode()
    keep = text("INSERT INTO verification_keys VALUES (:kid, CAST(:jwk AS jsonb))")
    async with desk.database.transaction() as tx:
        await tx.session.execute(keep, {"kid": KID, "jwk": jwk})
    async with AsyncExitStack() as stack:

        def client(who: Identity) -> httpx.AsyncClient:
            opened = httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{port}",
                headers=people.headers(who),
                trust_env=False,
            )
            stack.push_async_callback(opened.aclose)
            return opened

        yield client


class TestServe:
    async def test_a_ticket_is_answered_and_said(
        self, start: Start, browse: Browse, bus: Connect
    ) -> None:
        await start("serve")
        created = await eventually(lambda: offer(browse(person())))
        assert created.status_code == 201
        assert await said(await bus("orders")) == [created.json()["id"]]

    async def test_a_crash_between_commit_and_publish_loses_nothing(
        self, start: Start, browse: Browse, bus: Connect
    ) -> None:
        crashing = await start("serve", FAULT_POINT="outbox.committed:1")
        seller = browse(person())

        async def crashed() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                await offer(seller)
            return crashing.returncode == KILLED

        await eventually(crashed)
        await start("work")
        assert len(await said(await bus("orders"))) == 1

    async def test_an_ended_session_ends_here(
        self, start: Start, browse: Browse, bus: Connect, ports: list[int]
    ) -> None:
        await start("serve")
        await start("work", OPS_PORT=str(ports[2]))
        seller = person()
        browser = browse(seller)
        await eventually(lambda: offer(browser))
        ended = SessionRevoked(
            session_id=seller.session_id, expires_at=seller.expires_at
        )
        await say(await bus("auth"), ended)

        async def signed_out() -> bool:
            return (await offer(browser)).status_code == 401

        await eventually(signed_out)

    async def test_it_ends_when_told_to(self, start: Start, browse: Browse) -> None:
        process = await start("serve")
        await eventually(lambda: offer(browse(person())))
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0

    async def test_open_streams_do_not_hold_it_up(
        self, desk: Desk, start: Start, browse: Browse, port: int
    ) -> None:
        process, seller = await start("serve"), person()
        event = await desk.announce(seller)
        await eventually(lambda: offer(browse(seller)))
        path = f"http://127.0.0.1:{port}/api/events/{event.id}/availability"
        async with watching(path) as stream:
            await stream.next()
            process.send_signal(signal.SIGTERM)
            await stream.hear("snapshot")
            assert await stream.over()
            assert await asyncio.wait_for(process.wait(), 10) == 0


class TestWork:
    async def test_a_crash_before_the_acknowledgement_shows_stock_once(
        self, desk: Desk, start: Start, bus: Connect, ports: list[int]
    ) -> None:
        ticket = await desk.offer(person())
        crashing = await start("work", FAULT_POINT="inbox.committed:1")
        await say(await bus("orders"), stock(ticket.id, free=7, held=3))
        assert await asyncio.wait_for(crashing.wait(), 20) == KILLED
        process = await start("work")

        async def shown() -> bool:
            return (await desk.find(ticket)).available == 7

        await eventually(shown)
        await eventually(lambda: ready(ports[1]))
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0


class TestCommands:
    async def test_the_document_needs_no_server(self) -> None:
        document = json.loads(await output("openapi"))
        assert "/api/events/{event_id}/availability" in document["paths"]

    async def test_a_missing_setting_is_named(self) -> None:
        assert "TICKETS_DATABASE_URL is not set" in await output("serve")


async def offer(browser: httpx.AsyncClient) -> httpx.Response:
    return await browser.post("/api/tickets", json={"title": "Floor", "price": 1})


async def ready(port: int) -> bool:
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(f"http://127.0.0.1:{port}/readyz")
    return answer.status_code == 200


async def say(bus: Bus, message: Message) -> None:
    [sealed] = seal([message])
    await bus.publish(sealed)


async def said(orders: Bus) -> list[str]:
    """The tickets that orders hears of first."""
    place = stream_of(TicketCreated.subject), durable_name("orders", TicketCreated)
    pull = await orders.pull(*place)
    arrived = await eventually(lambda: pull.next(64))
    await pull.stop()
    messages = [raw for one in arrived for raw in open_envelope(one.data).messages]
    return [json.loads(bytes(raw))["ticket_id"] for raw in messages]


async def output(command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tickets", command, stdout=PIPE, stderr=STDOUT, env={}
    )
    printed, _ = await process.communicate()
    return printed.decode()
