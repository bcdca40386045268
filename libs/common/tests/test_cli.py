"""The commands of every service, as operators type them."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest
from tiny.app import create_app
from tiny.kit import changed, impossible, letters, rows, sealed, shown, take
from tiny.processes import command, told
from tiny.settings import Settings
from typer.testing import CliRunner, Result

from common.cli import DeadLetters
from common.database import Database
from common.ids import new_id

T = TypeVar("T")

REPAIR = "ALTER TABLE free DROP CONSTRAINT free_enough_check"
BREAK = "ALTER TABLE free ADD CONSTRAINT free_enough_check CHECK (free >= 0)"


@asynccontextmanager
async def taken(port: int) -> AsyncGenerator[None]:
    """Somebody else listens there."""
    server = await asyncio.start_server(lambda _read, _write: None, "127.0.0.1", port)
    async with server:
        yield


class Desk:
    """The tiny service's database, for tests without an event loop of their own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, question: Callable[[Database], Awaitable[T]]) -> T:
        async def asking() -> T:
            database = Database(self.url)
            try:
                return await question(database)
            finally:
                await database.dispose()

        return asyncio.run(asking())

    def set_aside(self, *payloads: bytes, suspect: bool = False) -> list[str]:
        """Deliver what fails; the ids of what is set aside."""
        self.ask(lambda database: take(database, *payloads, suspect=suspect))
        return [str(letter.id) for letter in self.ask(letters)]

    def type(self, *arguments: str) -> Result:
        """Run a `dead-letters` command."""
        settings = Settings(database_url=self.url, nats_password="")
        app = DeadLetters(lambda: create_app(settings)).app()
        return CliRunner().invoke(app, arguments)


@pytest.fixture
def desk(database_url: str) -> Desk:
    return Desk(database_url)


class TestList:
    def test_nothing_set_aside_is_said_so(self, desk: Desk) -> None:
        assert desk.type("list").output == "Nothing is set aside.\n"

    def test_each_message_has_a_line_with_its_whole_id(self, desk: Desk) -> None:
        [letter] = desk.set_aside(sealed(impossible()))
        title, line = desk.type("list").output.splitlines()
        assert title.split() == ["id", "consumer", "state", "tries", "since", "error"]
        told_id, consumer, state, tries, _, error = line.split(maxsplit=5)
        assert (told_id, consumer) == (letter, "tickets-orders-stock-changed")
        assert (state, tries) == ("waiting", "0")
        assert "IntegrityError" in error

    def test_what_looks_like_markup_is_shown_as_it_is(self, desk: Desk) -> None:
        desk.set_aside(sealed(impossible()))
        odd = "UPDATE set_aside SET error = '[/red] [bold]odd', dead_at = now()"
        desk.ask(lambda database: rows(database, odd))
        line = desk.type("list").output.splitlines()[1]
        assert " dead " in line
        assert line.rstrip().endswith("[/red] [bold]odd")


class TestShow:
    def test_the_message_is_shown_with_all_that_is_known_of_it(
        self, desk: Desk
    ) -> None:
        message = impossible(3)
        [letter] = desk.set_aside(sealed(changed(), message))
        known = json.loads(desk.type("show", letter).output)
        assert known["payload"]["stock_id"] == str(message.stock_id)
        assert (known["index"], known["version"], known["tries"]) == (1, 3, 0)

    def test_what_is_no_json_is_shown_as_text(self, desk: Desk) -> None:
        [letter] = desk.set_aside(b"{torn \xff")
        known = json.loads(desk.type("show", letter).output)
        assert known["payload"] == "{torn \N{REPLACEMENT CHARACTER}"

    def test_one_that_does_not_exist_is_said_so(self, desk: Desk) -> None:
        unknown = str(new_id())
        result = desk.type("show", unknown)
        assert result.exit_code == 1
        assert result.output == f"No message {unknown} is set aside.\n"

    def test_what_is_no_id_is_refused(self, desk: Desk) -> None:
        assert desk.type("show", "7").exit_code == 2


class TestReplay:
    def test_one_that_fails_again_says_why_and_stays(self, desk: Desk) -> None:
        [letter] = desk.set_aside(sealed(impossible()))
        result = desk.type("replay", letter)
        assert result.exit_code == 1
        assert result.output.startswith("It failed again: IntegrityError")
        assert len(desk.ask(letters)) == 1

    def test_one_that_is_handled_is_gone(self, desk: Desk) -> None:
        message = impossible(2)
        [letter] = desk.set_aside(sealed(message))
        desk.ask(lambda database: rows(database, REPAIR))
        result = desk.type("replay", letter)
        assert result.output == "Handled by tickets-orders-stock-changed.\n"
        assert desk.ask(shown) == {message.stock_id: (2, -1)}
        desk.ask(lambda database: rows(database, "DELETE FROM free"))
        desk.ask(lambda database: rows(database, BREAK))
        assert desk.ask(letters) == []

    def test_a_whole_envelope_is_split(self, desk: Desk) -> None:
        [letter] = desk.set_aside(sealed(changed(), changed()), suspect=True)
        assert "one by one" in desk.type("replay", letter).output
        assert [each.index for each in desk.ask(letters)] == [0, 1]

    def test_a_database_that_is_not_there_is_told_in_one_sentence(self) -> None:
        nowhere = Desk("postgresql://tickets:secret@127.0.0.1:1/tickets")
        result = nowhere.type("list")
        assert result.exit_code == 1
        assert result.output.startswith("dead-letters: ")
        assert len(result.output.splitlines()) == 1


class TestProcess:
    @pytest.mark.parametrize("kind", ["serve", "dead-letters"])
    async def test_a_missing_setting_ends_it_with_one_sentence(self, kind: str) -> None:
        arguments = [kind] if kind == "serve" else [kind, "list"]
        environment = {**told(database_url=""), "TICKETS_DATABASE_URL": ""}
        ended = await command(*arguments, environment=environment)
        assert ended == (2, "TICKETS_DATABASE_URL is not set: Its database\n")

    async def test_a_wrong_address_ends_it_without_telling_the_password(self) -> None:
        ended = await command("work", environment=told(database_url="pg://x:secret@y"))
        assert ended.code == 2
        assert "secret" not in ended.output
        assert len(ended.output.splitlines()) == 1

    async def test_a_port_that_is_taken_is_told_in_one_sentence(
        self, database_url: str
    ) -> None:
        environment = told(database_url=database_url, LOG_LEVEL="error")
        async with taken(int(environment["PORT"])):
            ended = await command("serve", environment=environment)
        assert ended.code == 1
        assert ended.output.splitlines()[-1].startswith("serve: ")


class TestRepublish:
    async def test_it_is_asked_for_by_a_moment(self, database_url: str) -> None:
        environment = told(database_url=database_url)
        since = "--since=2026-11-30T14:00:00"
        ended = await command("outbox", "republish", since, environment=environment)
        assert ended.code == 0, ended.output
        assert ended.output.endswith("`work` publishes 0 envelopes again.\n")
