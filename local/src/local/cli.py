"""The `ticketing` command."""

import asyncio
import json
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console

from local import dead_letters, settings, status
from local.demo.show import fill
from local.errors import NotRunning, Trouble, explain
from local.forwarding import forward
from local.show import table
from local.system import System
from local.up import Up

app = typer.Typer(
    help="Ticketing on one machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
errors = Console(stderr=True, highlight=False)

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@contextmanager
def plain_troubles() -> Generator[None]:
    """End with one clear sentence where a person can do something about it."""
    try:
        yield
    except Trouble as trouble:
        fail(trouble)
    except OSError as error:
        fail(explain(error, read_settings().folder))


def fail(trouble: Trouble) -> None:
    errors.print(str(trouble), style="red", soft_wrap=True)
    raise typer.Exit(1) from None


def read_settings() -> settings.LocalSettings:
    return settings.read(os.environ)  # noqa: TID251  # settings enter here


@app.command()
def up() -> None:
    """Start everything, print the address, and run until Ctrl-C."""
    with plain_troubles():
        asyncio.run(Up(console, port=read_settings().port).run())


@app.command(name="status")
def show_status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show every process, and name what is not ready."""
    with plain_troubles():
        try:
            now = status.read(read_settings().folder)
        except NotRunning:
            if as_json:
                typer.echo(json.dumps({"running": False, "ready": False}))
                raise typer.Exit(1) from None
            raise
        print_status(now, as_json=as_json)
    raise typer.Exit(int(bool(now.not_ready)))


def print_status(now: status.Status, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(now.as_json(), indent=2))
        return
    console.print(table(now.processes))
    if now.not_ready:
        names = ", ".join(each.name for each in now.not_ready)
        console.print(f"\nNot ready: {names}.", style="yellow")
    else:
        console.print(f"\nReady at [bold]{now.address}[/].")


@app.command()
def demo() -> None:
    """Fill the running system with a tour of 12 cities, its tickets and 50 people."""
    with plain_troubles():
        now = status.read(read_settings().folder)
        fill(console, f"http://127.0.0.1:{now.port}", now.address)


@app.command(name="dead-letters", context_settings=PASS_ON)
def show_dead_letters(context: typer.Context) -> None:
    """List, show or replay what could not be handled: [SERVICE] list|show|replay."""
    with plain_troubles():
        raise typer.Exit(dead_letters.ask(console, running(), context.args))


@app.command(context_settings=PASS_ON)
def reconcile(context: typer.Context) -> None:
    """Compare a day's payments with the provider's books: [--day YYYY-MM-DD]."""
    with plain_troubles():
        raise typer.Exit(forward(running(), "payments", "reconcile", *context.args))


@app.command()
def ledger(order: str) -> None:
    """Print where the money of an order is, and whose it is."""
    with plain_troubles():
        raise typer.Exit(forward(running(), "payments", "ledger", order))


def running() -> System:
    """The system that runs in the data folder; raises `NotRunning`."""
    system = System(port=read_settings().port)
    system.attach()
    return system
