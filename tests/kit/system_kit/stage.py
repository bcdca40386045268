"""The whole system on a stage: real processes, told what to do and watched."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import httpx
from nats.aio.client import Client
from sqlalchemy import text

from common.database import Database
from common.provision import consumer_configs
from common.testing.waiting import eventually
from common.topology import ADMIN, DATABASES, SERVICES, inbox_prefix
from local.keeper import BACKOFF_FIRST, Keeper
from local.programs import Program
from local.supervisor import Node
from local.system import System
from system_kit.people import Json, Person

#: No limits, no pages; what nobody finished is looked after soon.
SETTINGS: Mapping[str, str] = {
    "TICKETING_CLIENT": "off",
    "TICKETING_LIMITS": "off",
    "TICKETING_ORDERS_REPLICAS": "2",
    "PAYMENTS_PATIENCE_SECONDS": "2",
}
#: Seconds after which an envelope that died with its process comes again: the real
#: wait is longer than tests want to be.
ACK_WAIT = 2.0
ORDERS = ("orders-serve", "orders-serve-2")
SERVES = tuple(
    name
    for service in DATABASES
    for name in (ORDERS if service == "orders" else (f"{service}-serve",))
)
WORKS = tuple(f"{service}-work" for service in SERVICES)
SERVERS = ("nats", "postgres", "gateway", "test-provider")
_ENDS = "UPDATE orders SET expires_at = clock_timestamp() + :left WHERE id = :id"
#: How a process ends that reaches the fault point it was told of.
REACHED = "ended with exit code 137"


@dataclass(frozen=True)
class Moment:
    """A process changed its state."""

    at: float
    name: str
    state: str
    reason: str | None

    def __str__(self) -> str:
        return f"{self.at:8.2f} {self.name}: {self.state} {self.reason or ''}".rstrip()


class Stage:
    """A running system, its people, and the hand on its processes."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.started = time.monotonic()
        self.timeline: list[Moment] = []
        #: Armed processes: how many more starts are, and as what they come back then.
        self._unarmed: dict[str, tuple[int, Program]] = {}
        self.system = System(
            folder, environment={**SETTINGS, **environment}, changed=self._note
        )
        self.transport = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=200)
        )

    @property
    def url(self) -> str:
        return self.system.url

    def at(self, name: str) -> str:
        """Where a process itself is."""
        return f"http://127.0.0.1:{self.system.ports[name]}"

    def person(self, *, at: str | None = None) -> Person:
        """Somebody new, at the gateway or directly at a process."""
        return Person(self.transport, self.at(at) if at else self.url)

    async def guest(self) -> Person:
        person = self.person()
        await person.visit()
        return person

    async def member(self) -> Person:
        person = self.person()
        await person.sign_up()
        return person

    def keeper(self, name: str) -> Keeper:
        return self.system.process(name)

    @asynccontextmanager
    async def told(self, *names: str, **settings: str) -> AsyncGenerator[None]:
        """Run these processes with other settings while the block runs."""
        keepers = [self.keeper(name) for name in names]
        plain = [keeper.program for keeper in keepers]
        for keeper in keepers:
            keeper.program = with_settings(keeper.program, settings)
        try:
            await self._restart(keepers)
            yield
        finally:
            for keeper, program in zip(keepers, plain, strict=True):
                keeper.program = program
            await self._restart(keepers)

    async def arm(self, points: Mapping[str, str], *, times: int = 1) -> float:
        """Let processes die at a point, so often, and come back unarmed; since when."""
        since = self.now
        keepers = [self.keeper(name) for name in points]
        for keeper in keepers:
            self._unarmed[keeper.name] = (times, keeper.program)
            keeper.program = with_settings(
                keeper.program, {"FAULT_POINT": points[keeper.name]}
            )
        await self._restart(keepers)
        return since

    def disarm(self, name: str) -> None:
        """From its next start on, a process passes its point."""
        _, self.keeper(name).program = self._unarmed.pop(name)

    def deaths(self, name: str, *, since: float) -> int:
        """How often a process has died at its point."""
        return sum(
            moment.reason == REACHED
            for moment in self.timeline
            if moment.name == name and moment.at >= since
        )

    async def ready(self, *names: str, limit: float = 60.0) -> None:
        """Wait until these processes are ready, or all, and the gateway says so."""
        await self.system.until_ready(*names, limit=limit)
        await eventually(self._serves, limit=limit)

    @property
    def now(self) -> float:
        return time.monotonic() - self.started

    def note(self, name: str, state: str, reason: str | None = None) -> None:
        """Write into the timeline what a test did."""
        self.timeline.append(Moment(self.now, name, state, reason))

    def database(self, service: str) -> Database:
        return Database(self.system.database_url(service), pool_size=2)

    async def expire(self, order: Json, left: timedelta = timedelta()) -> None:
        """Let the time of an order be up, or as good as: no route says this."""
        database = self.database("orders")
        async with database.transaction() as tx:
            bound = {"id": UUID(order["id"]), "left": left}
            await tx.session.execute(text(_ENDS), bound)
        await database.dispose()

    @asynccontextmanager
    async def bus(self, user: str = ADMIN) -> AsyncGenerator[Client]:
        """A connection to the running NATS as one of its users."""
        client = Client()
        await client.connect(
            self.system.nats_url,
            user=user,
            password=self.system.nats_password(user),
            inbox_prefix=inbox_prefix(user),
        )
        try:
            yield client
        finally:
            await client.close()

    async def redeliver_soon(self) -> None:
        """Shorten the wait for an acknowledgement that will never come."""
        async with self.bus() as client:
            for stream, config in consumer_configs():
                shorter = config.evolve(ack_wait=ACK_WAIT)
                await client.jetstream().add_consumer(stream, shorter)

    async def _serves(self) -> bool:
        answer = await self.person().http.get("/readyz")
        return answer.status_code == HTTPStatus.OK

    async def _restart(self, keepers: Iterable[Keeper]) -> None:
        keepers = list(keepers)
        for keeper in keepers:
            keeper.backoff = BACKOFF_FIRST
        await asyncio.gather(*(keeper.restart() for keeper in keepers))
        await self.ready(*(keeper.name for keeper in keepers))

    def _note(self, node: Node) -> None:
        self.note(node.name, node.state, node.reason)
        if node.reason == REACHED and node.name in self._unarmed:
            self._count_death(node.name)

    def _count_death(self, name: str) -> None:
        """It comes back soon after each death, and unarmed after the last."""
        self.keeper(name).backoff = BACKOFF_FIRST
        left, plain = self._unarmed[name]
        self._unarmed[name] = (left - 1, plain)
        if left == 1:
            self.disarm(name)


def with_settings(program: Program, settings: Mapping[str, str]) -> Program:
    return replace(program, environment={**program.environment, **settings})


@asynccontextmanager
async def staged(
    folder: Path, environment: Mapping[str, str] | None = None
) -> AsyncGenerator[Stage]:
    """Start the system in a folder; every process ends with the block."""
    stage = Stage(folder, environment or {})
    async with stage.system:
        await stage.ready()
        await stage.redeliver_soon()
        yield stage
    await stage.transport.aclose()
