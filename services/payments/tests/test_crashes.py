"""kill -9 at every point between row, call and record: finished, and charged once.

The process that dies is a real one, over real PostgreSQL, NATS and test provider; the
test finishes what it left, as any other process would. A test fails when its point was
never reached.
"""

import asyncio
import base64
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
import msgspec
import pytest
from payments_desk import PUBLIC_URL, VISA, Judged, judged, order_of, person
from sqlalchemy import select, text

from common.database import Database
from common.embedded.processes import free_ports
from common.keys import PublicKey
from common.messages import OrderState
from common.testing.people import KID, People
from common.testing.servers import NatsServer
from common.testing.waiting import eventually
from payments.app import order_page
from payments.models import Payment
from payments.providers.stand_in.adapter import StandIn
from payments.service import Payments
from payments.settlement import Settlement

Process = asyncio.subprocess.Process

KILLED = 137
URL = "/api/payments"
OUTCOMES: Mapping[str, tuple[Judged, str]] = {
    "capture": ("accepted", "captured"),
    "void": ("refused", "voided"),
}


@asynccontextmanager
async def running(
    command: str, environment: Mapping[str, str]
) -> AsyncGenerator[Process]:
    """Run `python -m payments <command>`, at the longest for this block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "payments", command, env=environment
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture(scope="module")
async def provider_url(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[str]:
    """The test provider, as a process of its own."""
    [port] = free_ports(1)
    ledger = str(tmp_path_factory.mktemp("provider") / "ledger.sqlite")
    environment = {"TEST_PROVIDER_LEDGER": ledger, "PORT": str(port)}
    url = f"http://127.0.0.1:{port}"
    async with running("test-provider", environment):
        await eventually(lambda: _answers(f"{url}/livez"))
        yield url


@dataclass
class Crash:
    """A process that dies at a point, and what is left of its work."""

    environment: Mapping[str, str]
    api_port: int
    database: Database
    payments: Payments
    settlement: Settlement
    provider_url: str

    @asynccontextmanager
    async def at(self, point: str, command: str) -> AsyncGenerator[None]:
        """Run a process that has died at this point by the end of the block."""
        environment = {**self.environment, "FAULT_POINT": f"payments.{point}"}
        async with running(command, environment) as process:
            yield
            assert await asyncio.wait_for(process.wait(), 20) == KILLED

    async def hear(self, *orders: OrderState) -> None:
        async with self.database.transaction() as tx:
            await self.payments.follow(orders, tx)

    async def pay_over_http(
        self, order: OrderState, headers: Mapping[str, str]
    ) -> int | None:
        """The status of the answer; None when the process died over it."""
        body = {"order_id": str(order.order_id), "token": VISA}
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.api_port}"
        ) as api:
            await eventually(lambda: api.get(f"{URL}/config"))
            try:
                answer = await api.post(URL, json=body, headers=headers)
            except httpx.TransportError:
                return None
        return answer.status_code

    async def settled(self, status: str) -> bool:
        await self.settlement.run_due()
        return (await self.only_payment()).status == status

    async def only_payment(self) -> Payment:
        async with self.database.transaction() as tx:
            return (await tx.session.scalars(select(Payment))).one()

    async def ledger(self) -> list[str]:
        async with httpx.AsyncClient() as http:
            entries = (await http.get(f"{self.provider_url}/ledger")).json()
        ours = str((await self.only_payment()).id)
        return [entry["kind"] for entry in entries if entry["reference"] == ours]

    async def said(self) -> list[str]:
        query = text("SELECT subject FROM outbox ORDER BY id")
        async with self.database.transaction() as tx:
            return list(await tx.session.scalars(query))


@pytest.fixture
async def crash(
    provider_url: str,
    database: Database,
    provisioned: NatsServer,
    people: People,
) -> AsyncIterator[Crash]:
    provider = StandIn.at(provider_url, public_url=PUBLIC_URL)
    settlement = Settlement(
        database,
        provider,
        return_url=order_page(PUBLIC_URL),
        patience=timedelta(seconds=1),
    )
    port, ops_port = free_ports(2)
    environment = {
        **provisioned.environment("payments"),
        "PAYMENTS_DATABASE_URL": database.url,
        "PAYMENTS_PATIENCE_SECONDS": "1",
        "TEST_PROVIDER_URL": provider_url,
        "AUTH_URL": "http://127.0.0.1:9",
        "PUBLIC_URL": PUBLIC_URL,
        "PORT": str(port),
        "OPS_PORT": str(ops_port),
        "LOG_LEVEL": "error",
    }
    await trust(database, people)
    yield Crash(
        environment,
        port,
        database,
        Payments(database, settlement),
        settlement,
        provider_url,
    )
    await provider.aclose()


async def trust(database: Database, people: People) -> None:
    """The database remembers the key of these people, so auth need not be there."""
    raw = base64.urlsafe_b64encode(people.get(KID) or b"").decode().rstrip("=")
    jwk = msgspec.json.encode(PublicKey(kid=KID, x=raw)).decode()
    statement = text("INSERT INTO verification_keys VALUES (:kid, CAST(:jwk AS jsonb))")
    async with database.transaction() as tx:
        await tx.session.execute(statement, {"kid": KID, "jwk": jwk})


async def _answers(url: str) -> bool:
    async with httpx.AsyncClient() as http:
        return (await http.get(url)).is_success


@pytest.mark.parametrize("point", ["committed", "answered", "recorded"])
async def test_a_crash_while_paying(crash: Crash, people: People, point: str) -> None:
    buyer = person()
    order = order_of(buyer)
    await crash.hear(order)
    async with crash.at(f"authorize.{point}", "serve"):
        assert await crash.pay_over_http(order, people.headers(buyer)) is None

    payment = await crash.only_payment()
    await eventually(lambda: crash.settled("authorized"))
    assert "payments.created" in await crash.said()
    await crash.hear(judged(order, payment.id, "accepted"))
    await eventually(lambda: crash.settled("captured"))
    assert await crash.ledger() == ["authorized", "captured"]


@pytest.mark.parametrize("point", ["committed", "answered", "recorded"])
@pytest.mark.parametrize("call", sorted(OUTCOMES))
async def test_a_crash_while_obeying(crash: Crash, call: str, point: str) -> None:
    verdict, outcome = OUTCOMES[call]
    buyer = person()
    order = order_of(buyer)
    await crash.hear(order)
    paid = await crash.payments.pay(
        order_id=order.order_id, token=VISA, identity=buyer, keyed=None
    )
    await crash.hear(judged(order, paid.payment.id, verdict))
    async with crash.at(f"{call}.{point}", "work"):
        pass

    await eventually(lambda: crash.settled(outcome))
    assert await crash.ledger() == ["authorized", outcome]
    assert (await crash.said()).count("payments.captured") == (verdict == "accepted")
