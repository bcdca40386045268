"""What payments' tests are made of: people, orders, a provider that fails at will."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar
from uuid import UUID

import httpx
import msgspec
from sqlalchemy import text

from common.database import Database
from common.identity import Identity
from common.ids import new_id
from common.messages import (
    CancelReason,
    Message,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    OrderState,
    Verdict,
)
from payments.app import order_page
from payments.models import Payment
from payments.providers.interface import OutcomeUnknown
from payments.providers.stand_in.adapter import StandIn
from payments.providers.stand_in.api import create_api
from payments.providers.stand_in.books import Books
from payments.providers.stand_in.desk import Desk as ProviderDesk
from payments.providers.stand_in.wire import KEY_HEADER, EntryBody, Reply
from payments.refunds import Refunds
from payments.service import Payments
from payments.settlement import Settlement

Browse = Callable[..., httpx.AsyncClient]
Cut = Literal["before", "after"]
Judged = Literal["accepted", "refused"]

T = TypeVar("T")

PUBLIC_URL = "http://localhost:8080"
PATIENCE = timedelta(minutes=2)
VISA = "tok_visa"
DECLINED = "tok_chargeDeclined"
CHALLENGED = "tok_threeDSecure2Required"


def person(**changes: Any) -> Identity:
    facts: dict[str, Any] = {
        "user_id": new_id(),
        "session_id": new_id(),
        "kind": "guest",
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
    }
    return Identity(**(facts | changes))


def order_of(buyer: Identity, **changes: Any) -> OrderCreated:
    now = datetime.now(UTC)
    facts: dict[str, Any] = {
        "order_id": new_id(),
        "version": 1,
        "code": "ABCD2345",
        "buyer_id": buyer.user_id,
        "seller_id": new_id(),
        "status": "created",
        "items": (),
        "total": 2550,
        "currency": "usd",
        "created_at": now,
        "expires_at": now + timedelta(minutes=15),
    }
    return OrderCreated(**(facts | changes))


def next_state(order: OrderState, kind: type[OrderState], **changes: Any) -> OrderState:
    facts: dict[str, Any] = msgspec.structs.asdict(order)
    facts |= {"version": order.version + 1} | changes
    return kind(**facts)


def judged(
    order: OrderState, payment_id: UUID, verdict: Judged, **changes: Any
) -> OrderState:
    """The order after its verdict: complete, or as it was."""
    verdicts = (*order.payments, Verdict(payment_id=payment_id, verdict=verdict))
    if verdict == "accepted":
        return completed(order, payments=verdicts, **changes)
    return next_state(order, type(order), payments=verdicts, **changes)


def completed(order: OrderState, **changes: Any) -> OrderState:
    facts: dict[str, Any] = {"status": "complete", "reason": None} | changes
    return next_state(order, OrderCompleted, **facts)


def cancelled(order: OrderState, reason: CancelReason, **changes: Any) -> OrderState:
    facts: dict[str, Any] = {"status": "cancelled", "reason": reason} | changes
    return next_state(order, OrderCancelled, **facts)


class Line:
    """The line to the provider, which can be cut before or after it acts."""

    def __init__(self) -> None:
        self.cut: Cut | None = None
        #: How many requests the cut concerns.
        self.times = 0
        #: Called before each request goes out.
        self.watch: Callable[[], object] = lambda: None

    def cut_off(self, when: Cut, *, times: int = 1) -> None:
        self.cut, self.times = when, times

    async def carry(self, request: Callable[[], Awaitable[T]]) -> T:
        """Raises what httpx would when the line is cut."""
        self.watch()
        await asyncio.sleep(0)  # others go on meanwhile, as over a real one
        cut, self.times = self.cut if self.times else None, max(0, self.times - 1)
        if cut == "before":
            raise httpx.ConnectError("cut")
        answer = await request()
        if cut == "after":
            raise httpx.ReadTimeout("cut")
        return answer


class Wire(httpx.AsyncBaseTransport):
    """HTTP over the line."""

    def __init__(self, provider: httpx.AsyncBaseTransport, line: Line) -> None:
        self._provider = provider
        self._line = line

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._line.carry(
            lambda: self._provider.handle_async_request(request)
        )


class Within:
    """The adapter's line to a provider in this process."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        key: str | None = None,
    ) -> Reply:
        headers = {KEY_HEADER: key} if key else {}
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = await self._http.request(
                method, path, content=content, headers=headers
            )
        except httpx.HTTPError as error:
            raise OutcomeUnknown(repr(error)) from None
        return Reply(response.status_code, response.content)

    async def aclose(self) -> None:
        await self._http.aclose()


@dataclass
class Desk:
    """The service with what tests ask of it beside its own verbs."""

    database: Database
    payments: Payments
    settlement: Settlement
    refunds: Refunds
    provider: ProviderDesk
    provider_http: httpx.AsyncClient
    wire: Line

    async def hear(self, *messages: OrderState) -> None:
        async with self.database.transaction() as tx:
            await self.payments.follow(messages, tx)

    async def order(self, buyer: Identity, **changes: Any) -> OrderCreated:
        order = order_of(buyer, **changes)
        await self.hear(order)
        return order

    async def pay(
        self, order: OrderState, buyer: Identity, token: str | None = VISA
    ) -> Payment:
        paid = await self.payments.pay(
            order_id=order.order_id, token=token, identity=buyer, keyed=None
        )
        return paid.payment

    async def find(self, payment_id: UUID) -> Payment:
        async with self.database.transaction() as tx:
            found = await tx.session.get(Payment, payment_id)
        assert found is not None
        return found

    async def status(self, payment_id: UUID) -> str:
        return (await self.find(payment_id)).status

    async def settle(self) -> None:
        """Run what is due: verdicts, mostly."""
        await self.settlement.run_due()
        await self.refunds.run_due()
        await self.refunds.run_owed()

    async def sweep(self) -> None:
        """Let the patience pass, and run what is due then."""
        await self.execute(
            "UPDATE payments SET due_at = clock_timestamp() WHERE due_at IS NOT NULL"
        )
        await self.execute(
            "UPDATE refunds SET due_at = clock_timestamp() WHERE due_at IS NOT NULL"
        )
        await self.settle()

    async def age(self, payment_id: UUID, age: timedelta) -> None:
        await self.execute(
            "UPDATE payments SET created_at = created_at - CAST(:age AS interval)"
            " WHERE id = :id",
            age=age,
            id=payment_id,
        )

    async def add(self, row: object) -> None:
        async with self.database.transaction() as tx:
            tx.session.add(row)

    async def execute(self, statement: str, **values: object) -> None:
        async with self.database.transaction() as tx:
            await tx.session.execute(text(statement), values)

    @asynccontextmanager
    async def erasable(self) -> AsyncGenerator[None]:
        """The ledger without the guards that its owner alone may take away."""
        guards = "ALTER TABLE ledger_entries {} TRIGGER USER"
        await self.execute(guards.format("DISABLE"))
        yield
        await self.execute(guards.format("ENABLE"))

    async def said(self, subject: str) -> list[dict[str, Any]]:
        """Every message on a subject, in the order it was said."""
        query = text(
            "SELECT m AS message FROM outbox,"
            " jsonb_array_elements(convert_from(payload, 'UTF8')::jsonb -> 'messages')"
            " AS m WHERE subject = :subject ORDER BY id"
        )
        async with self.database.transaction() as tx:
            return list(await tx.session.scalars(query, {"subject": subject}))

    async def ledger(self, payment_id: UUID | None = None) -> Sequence[EntryBody]:
        """What the provider has written down, of one payment or of all."""
        entries = await self.provider.ledger.transact(Books.entries)
        return [e for e in entries if payment_id in {None, e.reference}]

    async def kinds(self, payment_id: UUID) -> list[str]:
        return [entry.kind for entry in await self.ledger(payment_id)]

    async def answer_bank(self, payment: Payment, decision: str) -> None:
        """The buyer answers the bank's page."""
        assert payment.next_action is not None
        path = str(payment.next_action["url"]).removeprefix(PUBLIC_URL)
        await self.provider_http.post(path, data={"decision": decision})

    async def attempts(self, buyer: Identity) -> Sequence[Payment]:
        return await self.payments.page(buyer, order_id=None, before=None, limit=1000)

    async def said_of(self, *kinds: type[Message]) -> Sequence[Message]:
        """Messages of these kinds, as they were said."""
        return [
            msgspec.convert(message, kind)
            for kind in kinds
            for message in await self.said(kind.subject)
        ]

    async def lapse(self, account_id: str) -> None:
        """The bank takes an authorization back, where there is one."""
        await self.provider_http.post(f"/control/payments/{account_id}/lapse")

    async def heal(self) -> None:
        """No faults any more."""
        self.provider.faults.clear()
        self.wire.times = 0

    async def tell_provider(self, **fault: Any) -> None:
        await self.provider_http.post(
            "/control/faults",
            content=msgspec.json.encode(fault),
            headers={"Content-Type": "application/json"},
        )


@asynccontextmanager
async def open_desk(database: Database, provider: ProviderDesk) -> AsyncGenerator[Desk]:
    asgi = httpx.ASGITransport(app=create_api(provider))  # pyright: ignore[reportArgumentType]  # plainer ASGI types
    line = Line()
    base = "http://provider"
    async with (
        httpx.AsyncClient(transport=asgi, base_url=base) as provider_http,
        httpx.AsyncClient(transport=Wire(asgi, line), base_url=base) as wired,
    ):
        settlement = Settlement(
            database,
            StandIn(Within(wired), public_url=PUBLIC_URL),
            return_url=order_page(PUBLIC_URL),
            patience=PATIENCE,
        )
        payments = Payments(database, settlement, propagation=timedelta())
        refunds = Refunds(database, settlement)
        yield Desk(
            database, payments, settlement, refunds, provider, provider_http, line
        )
