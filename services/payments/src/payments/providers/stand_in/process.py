"""The test provider as a process: its settings, its server, its ledger on paper."""

from typing import Annotated

import msgspec
from rich.console import Console
from rich.table import Table

from common.running import stop_on_signals
from common.server import serve_asgi
from common.settings import Environment, SettingsError, variable
from payments.providers.stand_in.api import create_api
from payments.providers.stand_in.desk import Desk
from payments.providers.stand_in.ledger import Ledger
from payments.providers.stand_in.wire import EntryBody


class StandInSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the test provider is told."""

    ledger: Annotated[
        str, variable("TEST_PROVIDER_LEDGER", "SQLite file of the test provider")
    ]
    host: Annotated[str, variable("HOST", "Address to listen on")] = "127.0.0.1"
    port: Annotated[
        int, variable("PORT", "Port of the test provider", ge=1, le=65535)
    ] = 8000
    environment: Annotated[
        Environment,
        variable("TICKETING_ENV", "`production` refuses what only tests may have"),
    ] = "development"


def refuse_production(environment: Environment) -> None:
    """Raises `SettingsError`: the test provider takes no money."""
    if environment == "production":
        raise SettingsError(
            "TICKETING_ENV=production refuses the test provider, which takes no money:"
            " set PAYMENTS_PROVIDER to a real one."
        )


async def serve(settings: StandInSettings) -> None:
    refuse_production(settings.environment)
    desk = Desk(Ledger(settings.ledger))
    await desk.ledger.start()
    try:
        await serve_asgi(
            create_api(desk),
            host=settings.host,
            port=settings.port,
            stopping=stop_on_signals(),
        )
    finally:
        await desk.ledger.stop()


async def read_ledger(settings: StandInSettings) -> list[EntryBody]:
    ledger = Ledger(settings.ledger)
    await ledger.start()
    try:
        return await ledger.transact(lambda books: books.entries())
    finally:
        await ledger.stop()


def print_ledger(entries: list[EntryBody]) -> None:
    table = Table("entry", "at", "payment", "kind", "amount", "currency", "code")
    for entry in entries:
        table.add_row(
            str(entry.number),
            entry.at,
            str(entry.reference),
            entry.kind,
            str(entry.amount),
            entry.currency,
            entry.code or "",
        )
    Console().print(table)
