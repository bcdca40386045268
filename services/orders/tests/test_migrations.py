"""The schema: there and back again, and what the models say."""

from common.migrations import check, downgrade, upgrade
from common.testing.servers import PostgresServer


def test_the_schema_goes_there_and_back_again(postgres: PostgresServer) -> None:
    url = postgres.create_database("orders")
    upgrade("orders", url)
    downgrade("orders", url)
    upgrade("orders", url)
    check("orders", url)
    postgres.drop_database(url)
