"""`python -m common provision`: what every deploy does to the bus."""

import asyncio
import json
import os
from typing import Annotated

import typer
from nats.errors import Error as NatsError

from common.provision import ProvisionError, ProvisionSettings
from common.provision import provision as apply
from common.settings import SettingsError, load
from common.topology import ADMIN, SERVICES, nats_users

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def bus() -> None:
    """The bus: streams, consumers, users."""


@app.command()
def provision(
    *,
    nats_config: Annotated[
        bool,
        typer.Option(help="Print the users for nats-server's configuration instead."),
    ] = False,
) -> None:
    """Make streams and consumers what the topology says."""
    if nats_config:
        passwords = {
            user: f"${user.upper()}_NATS_PASSWORD" for user in (ADMIN, *SERVICES)
        }
        typer.echo(json.dumps({"users": nats_users(passwords)}, indent=2))
        return
    try:
        settings = load(ProvisionSettings, os.environ)  # noqa: TID251  # they enter here
        asyncio.run(apply(settings))
    except (SettingsError, ProvisionError, NatsError, OSError) as error:
        typer.echo(f"provision: {error}", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    app()
