"""`python -m tiny serve|work|migrate|openapi|dead-letters`."""

from common.cli import ServiceCommands
from tiny.app import create_app
from tiny.settings import Settings

ServiceCommands(
    "tiny",
    Settings,
    create_app,
    database_url=lambda settings: settings.database_url,
    openapi=lambda: b"{}",
).app()()
