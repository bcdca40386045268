"""Migrations run while the release before serves: what each does to it is looked at."""

import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Self, cast

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection

from common import migrations
from common.topology import DATABASES

NOWHERE = "postgresql://nobody@nowhere/nothing"

CREATED = re.compile(r"CREATE TABLE (\w+)")
INDEXED = re.compile(r"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\w+\s+ON (\w+)")


def name(script: Script) -> str:
    return "/".join(Path(script.path).parts[-4::3])


class NoRows:
    """What a connection finds in an empty database."""

    def execute(self, *_: object) -> Self:
        return self

    def all(self) -> Sequence[object]:
        return ()


def scripts() -> Iterator[Script]:
    for service in DATABASES:
        configuration = migrations.configuration(service, NOWHERE)
        yield from ScriptDirectory.from_config(configuration).walk_revisions()


def transactions(script: Script) -> Sequence[str]:
    """The SQL of an upgrade, as it is committed."""
    written = StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql",
        opts={"as_sql": True, "output_buffer": written, "transactional_ddl": True},
    )
    context.impl.connection = cast("Connection", NoRows())
    with Operations.context(context):
        script.module.upgrade()
    return re.split(r"^COMMIT;$", written.getvalue(), flags=re.MULTILINE)


def faults(parts: Sequence[str]) -> Iterator[str]:
    """What would end, or hold up, a process of the release before."""
    created = {table for part in parts for table in CREATED.findall(part)}
    for part in parts:
        if "DROP COLUMN" in part:
            yield "it drops a column that the release before may read"
        for table in set(INDEXED.findall(part)) - created:
            yield f"it stops writes to {table} while it builds an index"
        if "NOT VALID" in part and "VALIDATE CONSTRAINT" in part:
            yield "it reads a table with the lock of the change before still held"


@pytest.mark.parametrize("script", [*scripts()], ids=name)
def test_none_ends_or_holds_up_the_release_before(script: Script) -> None:
    assert [*faults(transactions(script))] == []


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (["ALTER TABLE a ADD COLUMN b int, DROP COLUMN c"], 1),
        (["CREATE TABLE a (b int); CREATE INDEX i ON a (b)"], 0),
        (["CREATE TABLE a (b int)", "CREATE UNIQUE INDEX i\n ON c (b)"], 1),
        (["CREATE INDEX CONCURRENTLY i ON c (b)"], 0),
        (["ADD CONSTRAINT c CHECK (x) NOT VALID; VALIDATE CONSTRAINT c"], 1),
        (["ADD CONSTRAINT c CHECK (x) NOT VALID", "VALIDATE CONSTRAINT c"], 0),
    ],
)
def test_what_holds_it_up_is_seen(parts: Sequence[str], found: int) -> None:
    assert len([*faults(parts)]) == found
