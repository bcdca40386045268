"""`python -m tickets serve|work|migrate|openapi|dead-letters|outbox`."""

from common.cli import ServiceCommands
from tickets.app import create_app, openapi
from tickets.settings import Settings

app = ServiceCommands(
    "tickets",
    Settings,
    create_app,
    database_url=lambda settings: settings.database_url,
    openapi=openapi,
).app()

if __name__ == "__main__":
    app()
