"""`python -m payments serve|work|migrate|openapi|dead-letters|test-provider`."""

import asyncio

import typer
import uvloop

from common.cli import ServiceCommands, read_settings, wrong_settings
from common.observability import configure_logging
from common.settings import SettingsError
from payments.app import create_app, openapi
from payments.providers.stand_in import process
from payments.providers.stand_in.process import StandInSettings
from payments.settings import Settings

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


@test_provider.command()
def ledger() -> None:
    """Print every entry of its ledger."""
    process.print_ledger(
        asyncio.run(process.read_ledger(read_settings(StandInSettings)))
    )


if __name__ == "__main__":
    app()
