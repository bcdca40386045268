"""The schema: there and back again, and what the models say."""

from common.migrations import check, downgrade, upgrade
from common.testing.servers import PostgresServer


def test_the_schema_goes_there_and_back_again(postgres: PostgresServer) -> None:
    url = postgres.create_database("payments")
    upgrade("payments", url)
    downgrade("payments", url)
    upgrade("payments", url)
    check("payments", url)
    postgres.drop_database(url)
