"""`python -m auth serve|work|migrate|openapi|rotate-key|dead-letters|outbox`."""

import asyncio
from typing import Annotated

import typer

from auth.app import create_app, openapi
from auth.settings import Settings
from auth.signing import rotate
from common.cli import ServiceCommands, read_settings
from common.clock import utcnow
from common.database import Database


def rotate_key(
    withdraw: Annotated[
        str | None,
        typer.Option(
            metavar="KID", help="End this key now; who has a token of it is signed out."
        ),
    ] = None,
) -> None:
    settings = read_settings(Settings)
    try:
        kid, signs_from = asyncio.run(_rotate(settings.database_url, withdraw))
    except LookupError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Key {kid} is published now and signs from {signs_from}.")


async def _rotate(url: str, withdrawn: str | None) -> tuple[str, str]:
    database = Database(url)
    try:
        async with database.transaction() as tx:
            key = await rotate(tx, now=utcnow(), withdrawn=withdrawn)
    finally:
        await database.dispose()
    return key.kid, key.signs_from.isoformat(timespec="seconds")


app = ServiceCommands(
    "auth",
    Settings,
    create_app,
    database_url=lambda settings: settings.database_url,
    openapi=openapi,
).app()
app.command(help="Announce a new signing key; it signs a few minutes later.")(
    rotate_key
)

if __name__ == "__main__":
    app()
