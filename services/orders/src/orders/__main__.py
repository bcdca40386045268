"""`python -m orders serve|work|migrate|openapi|dead-letters|outbox`."""

from common.cli import ServiceCommands
from orders.app import create_app, openapi
from orders.settings import Settings

app = ServiceCommands(
    "orders",
    Settings,
    create_app,
    database_url=lambda settings: settings.database_url,
    openapi=openapi,
).app()

if __name__ == "__main__":
    app()
