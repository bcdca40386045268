"""The service as it is put together."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from common.database import Database, Transaction
from orders.app import SILENCE, STATEMENT, create_app
from orders.sales import LONGEST, Sales
from orders.settings import Settings


@pytest.fixture
async def database(database_url_factory: Callable[..., str]) -> AsyncIterator[Database]:
    """As the service uses it."""
    url = database_url_factory("orders")
    application = create_app(Settings(database_url=url, nats_password="secret"))
    yield application.database
    await application.database.dispose()


async def bound(tx: Transaction) -> str:
    return str(await tx.session.scalar(text("SHOW statement_timeout")))


async def test_no_statement_holds_a_stock_up_for_longer_than_2_seconds(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        assert await bound(tx) == "2s"


async def test_sellers_questions_may_take_longer(database: Database) -> None:
    sales = Sales(database)
    async with sales._reading() as tx:
        assert await bound(tx) == "4s"
    async with database.transaction() as tx:
        assert await bound(tx) == "2s"
    assert LONGEST < STATEMENT + SILENCE
