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


class Saying(Base):
    __tablename__ = "sayings"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    words: Mapped[str] = mapped_column(Text)


SAYINGS = SetBased(Saying, ("id", "version", "words"), returning="id")


class Kind(Base):
    __tablename__ = "kinds"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)


Row = tuple[int, str | None, dict[str, Any] | None]
_CREATE = (
    "CREATE TEMPORARY TABLE things (id bigint PRIMARY KEY, name text, facts jsonb)"
)
_CREATE_SAYINGS = (
    "CREATE TEMPORARY TABLE sayings (id bigint PRIMARY KEY, version bigint, words text)"
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


async def test_a_row_is_replaced_by_a_newer_version_of_it_alone(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await tx.session.execute(text(_CREATE_SAYINGS))
        first = [Saying(id=n, version=2, words=f"{n}, first") for n in range(3)]
        kept = await tx.session.scalars(SAYINGS.newest, SAYINGS.of(first))
        assert sorted(kept) == [0, 1, 2]
        then = [Saying(id=n, version=n + 1, words=f"{n}, then") for n in range(4)]
        kept = await tx.session.scalars(SAYINGS.newest, SAYINGS.of(then))
        assert sorted(kept) == [2, 3]
        found = await tx.session.scalars(text("SELECT words FROM sayings ORDER BY id"))
        assert [*found] == ["0, first", "1, first", "2, then", "3, then"]
