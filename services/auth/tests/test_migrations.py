"""The schema: up, down, up again, and the same as the models."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from alembic import command
from sqlalchemy import text

from common import migrations
from common.database import Database


class TestMigrations:
    def test_up_down_and_up_again(
        self, database_url_factory: Callable[..., str]
    ) -> None:
        url = database_url_factory("auth")
        with ThreadPoolExecutor(1) as thread:
            thread.submit(migrations.downgrade, "auth", url).result()
            thread.submit(migrations.upgrade, "auth", url).result()

    def test_the_models_are_what_is_migrated_to(
        self, database_url_factory: Callable[..., str]
    ) -> None:
        configuration = migrations.configuration("auth", database_url_factory("auth"))
        with ThreadPoolExecutor(1) as thread:
            thread.submit(command.check, configuration).result()

    async def test_who_dropped_the_guest_of_sessions_goes_on_without(
        self, database_url_factory: Callable[..., str]
    ) -> None:
        """As data folders did, before a release kept the column for the one before."""
        database = Database(database_url_factory("auth"))
        async with database.transaction() as tx:
            await tx.session.execute(text("ALTER TABLE sessions DROP COLUMN guest_id"))
        await database.dispose()
        await asyncio.to_thread(migrations.check, "auth", database.url)
