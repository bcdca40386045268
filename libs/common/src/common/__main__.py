"""`python -m common provision`: what every deploy does to the bus."""

import asyncio
import os

import typer
from nats.errors import Error as NatsError

from common.provision import ProvisionError, ProvisionSettings
from common.provision import provision as apply
from common.settings import SettingsError, load

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def bus() -> None:
    """The bus: streams and consumers."""


@app.command()
def provision() -> None:
    """Make streams and consumers what the topology says."""
    try:
        settings = load(ProvisionSettings, os.environ)  # noqa: TID251  # they enter here
        asyncio.run(apply(settings))
    except (SettingsError, ProvisionError, NatsError, OSError) as error:
        typer.echo(f"provision: {error}", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    app()
