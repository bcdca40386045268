"""A database's rows, kept aside to be put back: `Deliveries(prepare=snapshot.restore)`.

So a test makes its world once, by the service's own verbs, and starts each example
from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy import text

from common.database import Database, Transaction

#: Tables with the columns that can be written.
_TABLES = text("""
    SELECT quote_ident(table_name) AS name,
           string_agg(quote_ident(column_name), ', ') AS columns
    FROM information_schema.columns JOIN information_schema.tables USING (table_name)
    WHERE columns.table_schema = 'public' AND tables.table_schema = 'public'
      AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
      AND table_name <> 'alembic_version'
    GROUP BY table_name
""")


@dataclass(frozen=True)
class Snapshot:
    """What was in every table."""

    #: The statement that puts the rows back, and the rows of each table as JSON.
    statement: str
    rows: Mapping[str, str]

    @classmethod
    async def of(cls, database: Database) -> Self:
        rows: dict[str, str] = {}
        parts: list[str] = []
        async with database.transaction() as tx:
            for number, table in enumerate((await tx.session.execute(_TABLES)).all()):
                query = f"SELECT jsonb_agg(to_jsonb(t))::text FROM {table.name} t"  # noqa: S608  # quoted
                found = await tx.session.scalar(text(query))
                if found is not None:
                    rows[f"r{number}"] = found
                    parts.append(_insert(number, table.name, table.columns))
        return cls(f"WITH {', '.join(parts)} SELECT", rows)

    async def restore(self, tx: Transaction) -> None:
        """Write the rows in one statement: references are checked at its end."""
        if self.rows:
            await tx.session.execute(text(self.statement), self.rows)


def _insert(number: int, table: str, columns: str) -> str:
    return (
        f"t{number} AS (INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE"  # noqa: S608  # quoted
        f" SELECT {columns} FROM jsonb_populate_recordset("
        f"CAST(NULL AS {table}), CAST(:r{number} AS jsonb)))"
    )
