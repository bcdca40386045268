"""`python -m expiration work`."""

import typer
import uvloop

from common.cli import read_settings
from common.observability import configure_logging
from expiration.app import work as set_timers
from expiration.service import SERVICE
from expiration.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def expiration() -> None:
    """Timers of holds; no database, no public API."""


@app.command()
def work() -> None:
    """Turn new orders into timers until told to stop."""
    settings = read_settings(Settings)
    configure_logging(
        service=SERVICE, level=settings.log_level, format=settings.log_format
    )
    raise typer.Exit(uvloop.run(set_timers(settings)))


if __name__ == "__main__":
    app()
