from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from alembic import command

from common import migrations


class TestMigrations:
    def test_up_down_and_up_again(
        self, database_url_factory: Callable[..., str]
    ) -> None:
        url = database_url_factory("tickets")
        with ThreadPoolExecutor(1) as thread:
            thread.submit(migrations.downgrade, "tickets", url).result()
            thread.submit(migrations.upgrade, "tickets", url).result()

    def test_the_models_are_what_is_migrated_to(
        self, database_url_factory: Callable[..., str]
    ) -> None:
        configuration = migrations.configuration(
            "tickets", database_url_factory("tickets")
        )
        with ThreadPoolExecutor(1) as thread:
            thread.submit(command.check, configuration).result()
