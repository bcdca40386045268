"""Statements that write many rows of a table at once, an array for each column.

A unit of work sends a statement for each row, or one that is as long as the batch, to
be read and planned anew for every length. These are prepared once.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, ColumnElement, TextClause, Uuid, any_, literal, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute
from sqlalchemy.sql.elements import KeyedColumnElement

_dialect = postgresql.dialect()


def among(
    column: InstrumentedAttribute[UUID], ids: Iterable[UUID]
) -> ColumnElement[bool]:
    """One parameter however many ids: a statement has 32,767 at most."""
    return column == any_(literal(sorted(set(ids)), ARRAY(Uuid)))


class SetBased:
    """Writes of the named columns of a table."""

    def __init__(
        self, table: type[DeclarativeBase], names: Iterable[str], *, returning: str = ""
    ) -> None:
        self._table: str = table.__tablename__
        self._described = table.__table__
        self._names = tuple(names)
        self._returning = f" RETURNING {returning}" if returning else ""

    @cached_property
    def insertion(self) -> TextClause:
        """New rows."""
        return text(f"{self._inserted}{self._returning}")

    @cached_property
    def newest(self) -> TextClause:
        """New rows, and the values of those that have a higher `version` than kept."""
        key, *others = self._names
        changes = ", ".join(f"{name} = excluded.{name}" for name in others)
        return text(
            f"{self._inserted} ON CONFLICT ({key}) DO UPDATE SET {changes}"
            f" WHERE {self._table}.version < excluded.version{self._returning}"
        )

    @cached_property
    def change(self) -> TextClause:
        """Rows that the first column names; they take the values of the others."""
        key, *others = self._columns
        changes = ", ".join(f"{column.name} = {_value(column)}" for column in others)
        return text(
            f"UPDATE {self._table} AS t SET {changes} FROM {self._rows}"  # noqa: S608  # our own words
            f" WHERE t.{key.name} = n.{key.name}"
        )

    def of(self, rows: Sequence[object]) -> dict[str, list[Any]]:
        """The parameters of either."""
        return {
            column.name: [_said(column, getattr(row, column.name)) for row in rows]
            for column in self._columns
        }

    @cached_property
    def _columns(self) -> list[KeyedColumnElement[Any]]:
        """Looked up late: a foreign key has the type of what it names."""
        return [self._described.columns[name] for name in self._names]

    @property
    def _inserted(self) -> str:
        values = ", ".join(map(_value, self._columns))
        return (
            f"INSERT INTO {self._table} ({', '.join(self._names)})"  # noqa: S608  # our own words
            f" SELECT {values} FROM {self._rows}"
        )

    @property
    def _rows(self) -> str:
        arrays = ", ".join(f"CAST(:{c.name} AS {_type(c)}[])" for c in self._columns)
        return f"unnest({arrays}) AS n ({', '.join(self._names)})"


def _type(column: KeyedColumnElement[Any]) -> str:
    return "text" if _json(column) else column.type.compile(_dialect)


def _value(column: KeyedColumnElement[Any]) -> str:
    name = f"n.{column.name}"
    return f"CAST({name} AS jsonb)" if _json(column) else name


def _said(column: KeyedColumnElement[Any], value: Any) -> Any:
    if value is None or not _json(column):
        return value
    return msgspec.json.encode(value).decode()


def _json(column: KeyedColumnElement[Any]) -> bool:
    return isinstance(column.type, JSONB)
