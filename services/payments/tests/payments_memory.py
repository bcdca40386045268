"""The service over rows in memory and a provider without a wire: thousands of steps.

What is under test is real: the use cases, the settlement, the state machine, the
adapter and the test provider's rules. Only PostgreSQL, HTTP and fsync are left out.
"""

import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import msgspec
from payments_desk import PATIENCE, PUBLIC_URL, VISA, Line
from sqlalchemy import inspect

from common.clock import utcnow
from common.database import Database, Transaction
from common.identity import Identity
from common.messages import Message, OrderState
from payments.app import order_page
from payments.domain import CALLS, LIVE
from payments.models import Payment
from payments.providers.interface import OutcomeUnknown
from payments.providers.stand_in import bank
from payments.providers.stand_in.adapter import StandIn
from payments.providers.stand_in.bank import Refusal
from payments.providers.stand_in.books import SCHEMA, Books
from payments.providers.stand_in.desk import Desk as ProviderDesk
from payments.providers.stand_in.ledger import Ledger, Work
from payments.providers.stand_in.wire import (
    AmountBody,
    AuthorizeBody,
    EntryBody,
    FaultBody,
    Reply,
)
from payments.repository import Repository
from payments.service import Payments
from payments.settlement import Settlement
from payments.tables import OrderReplica

T = TypeVar("T")
R = TypeVar("R", Payment, OrderReplica)
_COLUMNS = {
    table: [column.key for column in inspect(table).column_attrs]
    for table in (Payment, OrderReplica)
}


def copy_of(row: R) -> R:
    table = type(row)
    return table(**{name: getattr(row, name) for name in _COLUMNS[table]})


class MemoryDatabase:
    """Rows by their keys, and what was said."""

    def __init__(self) -> None:
        self.orders: dict[UUID, OrderReplica] = {}
        self.payments: dict[UUID, Payment] = {}
        self.said: list[Message] = []
        #: Whether the patience of what is under way has passed.
        self.late = False

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        transaction = MemoryTransaction(self)
        yield cast("Transaction", transaction)
        self.said += transaction.saying
        for work in transaction.after:
            work()


class MemoryTransaction:
    def __init__(self, database: MemoryDatabase) -> None:
        self.database = database
        self.saying: list[Message] = []
        self.after: list[Callable[[], None]] = []

    def say(self, *messages: Message, trace: str | None = None) -> None:
        del trace
        self.saying += messages

    def afterwards(self, work: Callable[[], None]) -> None:
        self.after.append(work)


class MemoryRows(Repository):
    """As `Repository`, of rows in memory; nothing waits, so nothing interleaves."""

    def __init__(self, tx: Transaction) -> None:
        self._rows = cast("MemoryTransaction", tx).database

    async def insert(self, payments: Sequence[Payment]) -> None:
        for payment in payments:
            payment.created_at = utcnow()
            assert not await self.live_payments([payment.order_id])
            self._rows.payments[payment.id] = copy_of(payment)

    async def write(self, payments: Sequence[Payment]) -> None:
        """Rows in memory are what verbs made of them, and have no ledger."""

    async def buyers_of(self, order_ids: Iterable[UUID]) -> dict[UUID, UUID]:
        known = self._rows.orders
        return {key: known[key].buyer_id for key in order_ids if key in known}

    async def is_cancelled(self, order_id: UUID) -> bool:
        return self._rows.orders[order_id].status == "cancelled"

    async def lock_orders(
        self, order_ids: Iterable[UUID], *, wait: bool
    ) -> Sequence[OrderReplica]:
        del wait
        return [self._rows.orders[key] for key in sorted(order_ids)]

    async def live_payments(self, order_ids: Iterable[UUID]) -> dict[UUID, Payment]:
        wanted = set(order_ids)
        return {
            payment.order_id: payment
            for payment in self._rows.payments.values()
            if payment.order_id in wanted and payment.state in LIVE
        }

    async def get(self, payment_id: UUID) -> Payment | None:
        found = self._rows.payments.get(payment_id)
        return copy_of(found) if found else None

    async def lock(self, payment_id: UUID) -> Payment:
        return self._rows.payments[payment_id]

    async def lock_all(
        self, payment_ids: Iterable[UUID], *, wait: bool = True
    ) -> Sequence[Payment]:
        del wait
        known = self._rows.payments
        return [known[key] for key in sorted(payment_ids) if key in known]

    async def take_orders(self, messages: Sequence[OrderState]) -> set[UUID]:
        return {message.order_id for message in messages if self._take(message)}

    def _take(self, message: OrderState) -> bool:
        known = self._rows.orders.get(message.order_id)
        if known and known.version > message.version:
            return False
        names = _COLUMNS[OrderReplica]
        replica = OrderReplica(**{name: getattr(message, name) for name in names})
        self._rows.orders[message.order_id] = replica
        return True

    async def claim_due(self, *, limit: int, lease: timedelta) -> Sequence[Payment]:
        del lease
        due = [p for p in self._rows.payments.values() if self._due(p)]
        for payment in due:
            payment.tries += 1
        return [copy_of(payment) for payment in due[:limit]]

    def _due(self, payment: Payment) -> bool:
        at_once = payment.state in CALLS and payment.tries == 0
        return payment.due_at is not None and (at_once or self._rows.late)


class InstantLedger(Ledger):
    """A ledger in memory that commits each piece of work at once."""

    def __init__(self) -> None:
        self._books_of = sqlite3.connect(":memory:", isolation_level=None)
        self._books_of.row_factory = sqlite3.Row
        self._books_of.executescript(SCHEMA)

    async def start(self) -> None: ...

    async def stop(self) -> None:
        self._books_of.close()

    async def transact(self, work: Work) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  # as wide
        self._books_of.execute("BEGIN")
        try:
            return work(Books(self._books_of))
        except Refusal:
            self._books_of.execute("ROLLBACK")
            raise
        finally:
            if self._books_of.in_transaction:
                self._books_of.execute("COMMIT")


class Direct:
    """To the provider without a wire; its line can be cut all the same."""

    def __init__(self, desk: ProviderDesk, line: Line) -> None:
        self._desk = desk
        self._line = line

    async def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        key: str | None = None,
    ) -> Reply:
        try:
            return await self._line.carry(lambda: self._ask(method, path, content, key))
        except httpx.HTTPError as error:
            raise OutcomeUnknown(repr(error)) from None

    async def aclose(self) -> None: ...

    async def _ask(
        self, method: str, path: str, content: bytes | None, key: str | None
    ) -> Reply:
        url = urlsplit(path)
        parts = url.path.strip("/").split("/")
        if method == "GET" and len(parts) == 1:
            reference = UUID(parse_qs(url.query)["reference"][0])
            return await self._desk.look_up(reference=reference)
        if method == "GET":
            return await self._desk.look_up(account_id=parts[1])
        if len(parts) == 1:
            wanted = msgspec.json.decode(content or b"", type=AuthorizeBody)
            return await self._desk.authorize(wanted, key)
        operation: Any = parts[2].removesuffix("s")
        amount = (
            msgspec.json.decode(content, type=AmountBody).amount if content else None
        )
        return await self._desk.change(operation, parts[1], key, amount=amount)


class MemoryDesk:
    """What the interleavings ask of a desk, without waiting for anything."""

    def __init__(self) -> None:
        self._database = MemoryDatabase()
        self._provider = ProviderDesk(InstantLedger())
        self.wire = Line()
        database = cast("Database", self._database)
        settlement = Settlement(
            database,
            StandIn(Direct(self._provider, self.wire), public_url=PUBLIC_URL),
            return_url=order_page(PUBLIC_URL),
            patience=PATIENCE,
            rows=MemoryRows,
        )
        self._settlement = settlement
        self.payments = Payments(
            database, settlement, propagation=timedelta(), rows=MemoryRows
        )

    async def hear(self, *messages: OrderState) -> None:
        async with self._database.transaction() as tx:
            await self.payments.follow(messages, tx)

    async def pay(
        self, order: OrderState, buyer: Identity, token: str | None = VISA
    ) -> Payment:
        paid = await self.payments.pay(
            order_id=order.order_id, token=token, identity=buyer, keyed=None
        )
        return paid.payment

    async def attempts(self, buyer: Identity) -> Sequence[Payment]:
        del buyer
        return list(self._database.payments.values())

    async def said_of(self, *kinds: type[Message]) -> Sequence[Message]:
        return [message for message in self._database.said if type(message) in kinds]

    async def settle(self) -> None:
        await self._settlement.run_due()

    async def sweep(self) -> None:
        self._database.late = True
        await self._settlement.run_due()
        self._database.late = False

    async def age(self, payment_id: UUID, age: timedelta) -> None:
        self._database.payments[payment_id].created_at -= age

    async def ledger(self) -> Sequence[EntryBody]:
        return await self._provider.ledger.transact(Books.entries)

    async def answer_bank(self, payment: Payment, decision: str) -> None:
        assert payment.next_action is not None
        challenge = str(payment.next_action["url"]).rpartition("/")[2]
        approved = decision == "approve"
        await self._provider.ledger.transact(
            lambda books: bank.answer_challenge(books, challenge, approved=approved)
        )

    async def lapse(self, account_id: str) -> None:
        def take_back(books: Books) -> None:
            bank.lapse(books, account_id)

        try:
            await self._provider.ledger.transact(take_back)
        except Refusal:
            return  # there was nothing to take back

    async def tell_provider(self, **fault: Any) -> None:
        self._provider.faults.add(FaultBody(**fault))

    async def heal(self) -> None:
        self._provider.faults.clear()
        self.wire.times = 0

    async def close(self) -> None:
        await self._provider.ledger.stop()
