"""The schema: up, down, up again, and the same as the models."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from alembic import command

from common import migrations


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
