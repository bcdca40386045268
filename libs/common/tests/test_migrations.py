"""Migrations: up, down and up again, one at a time, never in the way for long."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from tiny.kit import rows
from tiny.processes import command, told

from common import migrations
from common.application import answers
from common.database import Database, async_url
from common.testing.waiting import eventually

Factory = Callable[..., str]
MIGRATIONS = Path(__file__).parent / "tiny" / "migrations"
LATER = """from alembic import op

revision = "later"
down_revision = "create_tables"


def upgrade() -> None:
    op.execute("CREATE TABLE later (id uuid)")
"""
WAITING = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND query LIKE '%advisory_lock%'
""")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


@pytest.fixture
def empty_url(database_url_factory: Factory) -> str:
    return database_url_factory("tickets", migrate=None)


async def upgrade(url: str) -> None:
    await asyncio.to_thread(migrations.upgrade, "tiny", url)


async def downgrade(url: str) -> None:
    await asyncio.to_thread(migrations.downgrade, "tiny", url)


async def tables(url: str) -> list[str]:
    database = Database(url)
    found = await rows(database, TABLES)
    await database.dispose()
    return [row.tablename for row in found]


async def test_up_down_and_up_again(empty_url: str) -> None:
    await upgrade(empty_url)
    made = await tables(empty_url)
    await downgrade(empty_url)
    assert await tables(empty_url) == ["alembic_version"]
    await upgrade(empty_url)
    assert await tables(empty_url) == made
    assert {"outbox", "inbox", "set_aside", "idempotency_keys"} < {*made}


async def test_the_common_tables_are_what_the_models_say(database_url: str) -> None:
    await asyncio.to_thread(migrations.check, "tiny", database_url)


async def test_two_at_once_do_it_once(empty_url: str) -> None:
    environment = told(database_url=empty_url)
    ended = await asyncio.gather(
        *(command("migrate", environment=environment) for _ in range(2))
    )
    assert [each.code for each in ended] == [0, 0], ended
    assert "outbox" in await tables(empty_url)


async def test_who_waits_for_a_turn_is_not_waited_for(empty_url: str) -> None:
    """An index is built once every statement that began before it has ended."""
    await upgrade(empty_url)
    engine = create_async_engine(async_url(empty_url), isolation_level="AUTOCOMMIT")
    async with engine.connect() as first:

        async def somebody_waits() -> bool:
            return bool(await first.scalar(WAITING))

        await first.execute(text("SET lock_timeout = '2s'"))
        await first.execute(migrations._TAKE_TURN)  # pyright: ignore[reportPrivateUsage]  # as a migration does
        second = asyncio.create_task(upgrade(empty_url))
        await eventually(somebody_waits)
        await first.execute(text("CREATE INDEX CONCURRENTLY i ON effects (version)"))
    await engine.dispose()
    await second


async def test_what_a_later_release_migrated_is_left_as_it_is(
    empty_url: str, tmp_path: Path
) -> None:
    """Whoever goes back to the release before runs its `migrate` too."""
    shutil.copytree(MIGRATIONS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "versions" / "later.py").write_text(LATER)
    newer = migrations.configuration("tiny", empty_url)
    newer.set_main_option("script_location", str(tmp_path))
    await asyncio.to_thread(alembic.upgrade, newer, "head")
    before = await tables(empty_url)

    ended = await command("migrate", environment=told(database_url=empty_url))
    assert ended.code == 0, ended.output
    assert "schema_is_newer" in ended.output
    assert await tables(empty_url) == before
    assert "later" in before


async def test_a_database_that_is_not_there_is_told_in_one_sentence() -> None:
    nowhere = "postgresql://tickets:secret@127.0.0.1:1/tickets"
    ended = await command("migrate", environment=told(database_url=nowhere))
    assert ended.code == 1
    assert ended.output.startswith("migrate: ")
    assert len(ended.output.splitlines()) == 1


async def test_one_that_waits_for_a_lock_gives_up_and_changes_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "50ms")
    before = await tables(database_url)
    database = Database(database_url)
    async with database.transaction() as tx:
        await tx.session.execute(text("LOCK TABLE outbox IN ACCESS SHARE MODE"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            await downgrade(database_url)
    await database.dispose()
    assert await tables(database_url) == before


async def test_a_database_without_its_schema_is_not_ready(empty_url: str) -> None:
    database = Database(empty_url)
    assert await answers(database) == "ProgrammingError"
    await upgrade(empty_url)
    assert await answers(database) is None
    await database.dispose()


def test_there_is_one_newest_revision() -> None:
    configuration = migrations.configuration("tiny", "postgresql://nobody@nowhere/x")
    assert len(ScriptDirectory.from_config(configuration).get_heads()) == 1
