"""Many rows in one statement, whatever the length of the batch."""

from typing import Any

import pytest
from sqlalchemy import BigInteger, ForeignKey, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from common.database import Database
from common.set_based import SetBased


class Base(DeclarativeBase):
    """Tables of this test."""


class Thing(Base):
    __tablename__ = "things"

    #: Its type is that of what it names, which is described below.
    id: Mapped[int] = mapped_column(ForeignKey("kinds.id"), primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


THINGS = SetBased(Thing, ("id", "name", "facts"), returning="id")


class Kind(Base):
    __tablename__ = "kinds"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)


Row = tuple[int, str | None, dict[str, Any] | None]
_CREATE = (
    "CREATE TEMPORARY TABLE things (id bigint PRIMARY KEY, name text, facts jsonb)"
)


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_rows_are_written_and_changed_in_one_statement_each(
    database: Database, count: int
) -> None:
    things = [Thing(id=n, name=f"n{n}", facts={"n": n}) for n in range(count)]
    async with database.transaction() as tx:
        await tx.session.execute(text(_CREATE))
        written = await tx.session.scalars(THINGS.insertion, THINGS.of(things))
        for thing in things[:2]:
            thing.name, thing.facts = None, None
        await tx.session.execute(THINGS.change, THINGS.of(things[:2]))
        assert [*written] == [*range(count)]
        found = await tx.session.execute(text("SELECT * FROM things ORDER BY id"))
        rows = [tuple(row) for row in found]

    kept = [(n, f"n{n}", {"n": n}) for n in range(count)]
    assert rows == [(n, None, None) for n in range(count)][:2] + kept[2:]
