"""The commands every service has: `python -m <service> serve|work|migrate|…`."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
import typer
import uvloop
from asyncpg import PostgresError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from common.application import Application
from common.observability import configure_logging
from common.set_aside import WHOLE, SetAside
from common.settings import ServiceSettings, SettingsError, load
from common.upkeep import republish

S = TypeVar("S", bound=ServiceSettings)
T = TypeVar("T", bound=msgspec.Struct)
R = TypeVar("R")

_WRONG_SETTINGS = 2
_WIDTH = 210


def read_settings(settings: type[T]) -> T:
    """The settings of this process; ends it with one sentence when one is wrong."""
    try:
        return load(settings, os.environ)  # noqa: TID251  # settings enter here
    except SettingsError as error:
        raise wrong_settings(error) from None


def wrong_settings(error: SettingsError) -> typer.Exit:
    """Say what is wrong with them; raise what this returns to end the process."""
    typer.echo(str(error), err=True)
    return typer.Exit(_WRONG_SETTINGS)


@contextmanager
def plainly(command: str, *, code: int = 1) -> Generator[None]:
    """End with one sentence when a setting, a server or a port is not as it must be.

    `code` is for servers and ports, where 1 is an answer of the command's own.
    """
    try:
        yield
    except SettingsError as error:
        raise wrong_settings(error) from None
    except (DBAPIError, PostgresError, OSError) as error:
        typer.echo(f"{command}: {_reason(error)}", err=True)
        raise typer.Exit(code) from None


def _reason(error: Exception) -> str:
    """The first line of what the driver says, without SQLAlchemy's frame."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause or error).partition("\n")[0]


class ServiceCommands:
    """Builds a service's Typer app from its settings and its `create_app`."""

    def __init__(
        self,
        service: str,
        settings: type[S],
        create_app: Callable[[S], Application],
        *,
        database_url: Callable[[S], str],
        openapi: Callable[[], bytes],
    ) -> None:
        self._service = service
        self._create = lambda: create_app(self._settings(settings))
        self._database_url = lambda: database_url(self._settings(settings))
        self._openapi = openapi

    def app(self) -> typer.Typer:
        app = typer.Typer(no_args_is_help=True, add_completion=False)
        app.command(help="Answer HTTP.")(self.serve)
        app.command(help="Hear messages, run sweeps, publish what is left.")(self.work)
        app.command(help="Bring the database to the newest schema.")(self.migrate)
        app.command(help="Print the OpenAPI document.")(self.openapi)
        app.add_typer(DeadLetters(self._create).app(), name="dead-letters")
        app.add_typer(Outbox(self._create).app(), name="outbox")
        return app

    def serve(self) -> None:
        with plainly("serve"):
            raise typer.Exit(uvloop.run(self._run(Application.serve)))

    def work(self) -> None:
        with plainly("work"):
            raise typer.Exit(uvloop.run(self._run(Application.work)))

    def migrate(self) -> None:
        from common import migrations  # noqa: PLC0415  # Alembic slows every start

        with plainly("migrate"):
            migrations.upgrade(self._service, self._database_url())

    def openapi(self) -> None:
        typer.echo(self._openapi().decode())

    async def _run(self, process: Callable[[Application], Awaitable[int]]) -> int:
        return await process(self._create())

    def _settings(self, settings: type[S]) -> S:
        loaded = read_settings(settings)
        configure_logging(
            service=self._service, level=loaded.log_level, format=loaded.log_format
        )
        return loaded


class Outbox:
    """`outbox republish`: for a stream that was lost."""

    def __init__(self, create: Callable[[], Application]) -> None:
        self._create = create

    def app(self) -> typer.Typer:
        app = typer.Typer(no_args_is_help=True, help="What was said.")
        app.command(help="Have `work` publish again what was published since.")(
            self.republish
        )
        # Without this, typer takes a single command for the whole.
        app.callback()(lambda: None)
        return app

    def republish(
        self,
        since: Annotated[
            datetime,
            typer.Option(
                metavar="MOMENT",
                formats=["%Y-%m-%dT%H:%M:%S"],
                help="In UTC: 2026-11-30T14:00:00",
            ),
        ],
    ) -> None:
        moment = since.replace(tzinfo=UTC)
        count = with_application(
            self._create,
            "outbox",
            lambda application: republish(application.database, since=moment),
        )
        typer.echo(f"`work` publishes {count} envelopes again.")


def with_application(
    create: Callable[[], Application],
    command: str,
    work: Callable[[Application], Awaitable[R]],
) -> R:
    async def run() -> R:
        application = create()
        try:
            return await work(application)
        finally:
            await application.database.dispose()

    with plainly(command):
        return asyncio.run(run())


class DeadLetters:
    """`dead-letters list|show|replay`: what consumers could not handle."""

    def __init__(self, create: Callable[[], Application]) -> None:
        self._create = create
        self._console = Console()

    def app(self) -> typer.Typer:
        app = typer.Typer(
            no_args_is_help=True, help="Messages that could not be handled."
        )
        app.command("list", help="List them, oldest first.")(self.list)
        app.command("show", help="Show one, with its message.")(self.show)
        app.command("replay", help="Run one at its consumer now.")(self.replay)
        return app

    def list(self) -> None:
        letters = self._with(lambda application: application.retries.listed())
        if not letters:
            self._say("Nothing is set aside.")
            return
        table = Table("id", "consumer", "state", "tries", "since", "error", box=None)
        for column in table.columns:
            column.no_wrap = True
        for letter in letters:
            table.add_row(*map(Text, _row(letter)))
        # Wide enough for ids to stay whole, also where it goes to a file.
        Console(width=max(self._console.width, _WIDTH)).print(table)

    def show(self, letter_id: Annotated[UUID, typer.Argument(metavar="ID")]) -> None:
        letter = self._find(letter_id)
        typer.echo(msgspec.json.format(msgspec.json.encode(_readable(letter))))

    def replay(self, letter_id: Annotated[UUID, typer.Argument(metavar="ID")]) -> None:
        letter = self._find(letter_id)
        done = self._with(lambda application: self._replayed(application, letter))
        if not done:
            self._say("Somebody else is handling it, or a newer message replaced it.")
            raise typer.Exit(1)
        if letter.index == WHOLE:
            self._say("Its messages will be tried one by one, within seconds.")
        else:
            self._say(f"Handled by {letter.consumer}.")

    async def _replayed(self, application: Application, letter: SetAside) -> bool:
        try:
            return await application.retries.replay(letter)
        except Exception as error:
            self._say(f"It failed again: {error!r}")
            raise typer.Exit(1) from error

    def _find(self, letter_id: UUID) -> SetAside:
        letter = self._with(lambda application: application.retries.get(letter_id))
        if letter is None:
            self._say(f"No message {letter_id} is set aside.")
            raise typer.Exit(1)
        return letter

    def _say(self, sentence: str) -> None:
        """Errors hold brackets: nothing here is markup."""
        self._console.print(Text(sentence), soft_wrap=True)

    def _with(self, work: Callable[[Application], Awaitable[R]]) -> R:
        return with_application(self._create, "dead-letters", work)


def _row(letter: SetAside) -> tuple[str, ...]:
    state = "dead" if letter.dead_at else "waiting"
    since = letter.created_at.isoformat(timespec="seconds")
    error = letter.error.partition("\n")[0][:80]
    return str(letter.id), letter.consumer, state, str(letter.tries), since, error


def _readable(letter: SetAside) -> dict[str, object]:
    shown = {name: getattr(letter, name) for name in SetAside.__dataclass_fields__}
    try:
        shown["payload"] = json.loads(letter.payload)
    except ValueError:
        shown["payload"] = letter.payload.decode(errors="replace")
    return shown
