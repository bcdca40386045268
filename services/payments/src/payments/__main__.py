"""`python -m payments serve|work|migrate|openapi|dead-letters|reconcile|ledger|…`."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

import typer
import uvloop
from rich.console import Console
from rich.text import Text

from common.cli import ServiceCommands, plainly, read_settings, wrong_settings
from common.clock import utcnow
from common.database import Database
from common.observability import configure_logging
from common.settings import SettingsError
from payments.app import create_app, open_reconciliation, openapi
from payments.ledger import Entry
from payments.providers.interface import ProviderError
from payments.providers.stand_in import process
from payments.providers.stand_in.process import StandInSettings
from payments.reconciliation import Report
from payments.settings import Settings
from payments.statements import entries_of, statement

#: Columns that a ledger takes with its ids whole.
WIDE: Final = 120
#: Of books that could not be read, here or there: nothing is known of a difference.
UNREAD: Final = 2

app = ServiceCommands(
    "payments",
    Settings,
    create_app,
    database_url=lambda settings: settings.database_url,
    openapi=openapi,
).app()
test_provider = typer.Typer(help="The built-in test provider: run it, read its ledger.")
app.add_typer(test_provider, name="test-provider")


@test_provider.callback(invoke_without_command=True)
def run(context: typer.Context) -> None:
    """Run the test provider until told to stop."""
    if context.invoked_subcommand is not None:
        return
    settings = read_settings(StandInSettings)
    configure_logging(service="test-provider")
    try:
        uvloop.run(process.serve(settings))
    except SettingsError as error:
        raise wrong_settings(error) from None


@test_provider.command("ledger")
def print_provider_ledger() -> None:
    """Print every entry of its ledger."""
    process.print_ledger(
        asyncio.run(process.read_ledger(read_settings(StandInSettings)))
    )


@app.command()
def reconcile(
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="In UTC; yesterday when left out."),
    ] = None,
) -> None:
    """Compare a day's payments with the provider's books; exit 1 on a difference."""
    asked = (day or utcnow() - timedelta(days=1)).date()
    settings = read_settings(Settings)

    async def run() -> Report:
        async with open_reconciliation(settings) as reconciliation:
            return await reconciliation.run(asked)

    with plainly("reconcile", code=UNREAD):
        try:
            report = uvloop.run(run())
        except ProviderError as error:
            typer.echo(f"reconcile: the provider's books: {error}", err=True)
            raise typer.Exit(UNREAD) from None
    _print_report(report)
    raise typer.Exit(1 if report.differences else 0)


@app.command("ledger")
def print_ledger(order: UUID) -> None:
    """Print where the money of an order is, and whose it is; exit 1 if none moved."""
    settings = read_settings(Settings)

    async def read() -> Sequence[Entry]:
        database = Database(settings.database_url)
        try:
            return await entries_of(database, order)
        finally:
            await database.dispose()

    with plainly("ledger"):
        entries = uvloop.run(read())
    if not entries:
        typer.echo(f"ledger: no money of order {order} has moved", err=True)
        raise typer.Exit(1)
    Console(width=max(Console().width, WIDE)).print(statement(entries))


def _print_report(report: Report) -> None:
    console = Console()
    for each in report.differences:
        name = f"{each.payment_id} ({each.reference or 'without reference'})"
        console.print(Text(f"{name} {each.what}"), soft_wrap=True)
    differing = len(report.differences)
    console.print(
        f"{report.day}: {report.compared} payments compared, {differing} differences."
    )


if __name__ == "__main__":
    app()
