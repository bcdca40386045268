"""What the checkers read: every database, the provider's ledger, the streams."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from nats.aio.client import Client
from nats.js.api import ConsumerInfo
from sqlalchemy import Row, text

from common.database import Database
from common.topology import (
    ADMIN,
    DATABASES,
    HEARS,
    durable_name,
    inbox_prefix,
    stream_of,
)
from local.system import System

#: Benchmarks leave long books behind.
_LONG = timedelta(minutes=1)


class Account(NamedTuple):
    """All that the provider has written down about one payment of ours."""

    payment_id: UUID
    authorized: int
    captured: int
    voided: int
    refunded: int

    @property
    def kept(self) -> int:
        return self.captured - self.refunded

    @property
    def blocked(self) -> bool:
        """Money of the buyer's is set apart, and nobody took it or gave it back."""
        return self.authorized > self.captured + self.voided


_ACCOUNTS = """
    SELECT p.reference,
           coalesce(sum(e.amount) FILTER (WHERE e.kind = 'authorized'), 0),
           coalesce(sum(e.amount) FILTER (WHERE e.kind = 'captured'), 0),
           coalesce(sum(e.amount) FILTER (WHERE e.kind = 'voided'), 0),
           coalesce(sum(e.amount) FILTER (WHERE e.kind = 'refunded'), 0)
    FROM payments p JOIN entries e ON e.payment_id = p.id GROUP BY p.reference
"""


class Views:
    """Reads a running system, each database under its own service's role."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._databases = {
            name: Database(
                system.database_url(name),
                pool_size=2,
                statement=_LONG,
                idle=_LONG,
                patience=_LONG,
            )
            for name in DATABASES
        }

    async def close(self) -> None:
        for database in self._databases.values():
            await database.dispose()

    async def rows(self, service: str, query: str, **values: object) -> Sequence[Any]:
        async with self._databases[service].transaction() as tx:
            found: Sequence[Row[Any]] = (
                await tx.session.execute(text(query), values)
            ).all()
        return found

    async def execute(self, service: str, statement: str) -> None:
        async with self._databases[service].transaction() as tx:
            await tx.session.execute(text(statement))

    async def ids(self, service: str, query: str, **values: object) -> set[UUID]:
        """The first column, as a set."""
        return {row[0] for row in await self.rows(service, query, **values)}

    async def accounts(self) -> dict[UUID, Account]:
        """The provider's ledger by our payment's id."""
        return await asyncio.to_thread(self._read_ledger)

    def _read_ledger(self) -> dict[UUID, Account]:
        file = f"file:{self.system.folder.ledger}?mode=ro"
        connection = sqlite3.connect(file, uri=True)
        try:
            rows = connection.execute(_ACCOUNTS).fetchall()
        finally:
            connection.close()
        accounts = [Account(UUID(row[0]), *row[1:]) for row in rows]
        return {account.payment_id: account for account in accounts}

    async def consumers(self) -> list[ConsumerInfo]:
        async with self.bus() as client:
            jetstream = client.jetstream()
            return [
                await jetstream.consumer_info(
                    stream_of(message.subject), durable_name(service, message)
                )
                for service, messages in HEARS.items()
                for message in messages
            ]

    async def stored(self, stream: str) -> dict[str, int]:
        """How many messages a stream has of each subject."""
        async with self.bus() as client:
            info = await client.jetstream().stream_info(stream, subjects_filter=">")
        return info.state.subjects or {}

    @asynccontextmanager
    async def bus(self) -> AsyncGenerator[Client]:
        client = Client()
        await client.connect(
            self.system.nats_url,
            user=ADMIN,
            password=self.system.nats_password(ADMIN),
            inbox_prefix=inbox_prefix(ADMIN),
        )
        try:
            yield client
        finally:
            await client.close()
