"""What tests say to the tiny service, and what they ask of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from common.database import Database
from common.envelopes import seal
from common.ids import new_id
from common.inbox import Inbox, receive
from common.messages import Message, StockChanged
from tiny.app import SHOWING

#: More than is held: the database refuses it.
IMPOSSIBLE = -1


def changed(
    version: int = 1, *, stock_id: UUID | None = None, free: int | None = None
) -> StockChanged:
    return StockChanged(
        stock_id=stock_id or new_id(),
        version=version,
        free=version if free is None else free,
        tickets=(),
    )


def impossible(version: int = 1, *, stock_id: UUID | None = None) -> StockChanged:
    """A message that nothing is wrong with but what it says."""
    return changed(version, stock_id=stock_id, free=IMPOSSIBLE)


def sealed(*messages: Message) -> bytes:
    """One envelope."""
    [envelope] = seal(messages)
    return envelope.payload


async def take(database: Database, *payloads: bytes, suspect: bool = False) -> None:
    """Deliver envelopes in one list."""
    received = [receive(SHOWING, payload, suspect=suspect) for payload in payloads]
    await Inbox(database, SHOWING).take(received)


async def rows(
    database: Database, sql: str, **parameters: object
) -> Sequence[Row[Any]]:
    async with database.transaction() as tx:
        connection = await tx.session.connection()
        result = await connection.execute(text(sql), parameters)
        return result.all() if result.returns_rows else ()


async def shown(database: Database) -> dict[UUID, tuple[int, int]]:
    """Version and free units of each stock."""
    found = await rows(database, "SELECT stock_id, version, free FROM free")
    return {row.stock_id: (row.version, row.free) for row in found}


async def effects(database: Database) -> int:
    """How many messages had an effect."""
    return len(await rows(database, "SELECT 1 FROM effects"))


async def letters(database: Database) -> Sequence[Row[Any]]:
    """What is set aside, oldest first."""
    return await rows(database, "SELECT * FROM set_aside ORDER BY created_at, index")
