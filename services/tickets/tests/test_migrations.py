from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import text
from tickets_desk import Desk, person

from common import migrations

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"


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

    async def test_what_was_folded_otherwise_is_folded_again(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller, name="Ħamrun by night")
        await desk.offer(seller, title="Ħall", event_id=event.id)
        fold_again = migration("2026-11-30-1630_fold_words_again.py").fold_again
        async with desk.database.transaction() as tx:
            await tx.session.execute(text("UPDATE events SET words = '{}'"))
            await tx.session.execute(
                text("UPDATE tickets SET words = '{}', event_words = '{}'")
            )
            await (await tx.session.connection()).run_sync(fold_again)
            kept = await tx.session.execute(
                text("SELECT e.words, t.words, t.event_words FROM events e, tickets t")
            )
            [(of_event, of_ticket, carried)] = kept.all()
        assert "hamrun" in of_event
        assert (of_ticket, carried) == (["hall"], of_event)


def migration(name: str) -> Any:
    spec = spec_from_file_location("migration", VERSIONS / name)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
