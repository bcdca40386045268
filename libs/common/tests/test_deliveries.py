"""Any delivery ends in the same state: of the tiny service, and of broken ones."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tiny.app import SHOWING
from tiny.kit import changed

from common.database import Database, Transaction
from common.ids import new_id
from common.inbox import Consumer
from common.messages import StockChanged
from common.testing.deliveries import Deliveries, randoms

STOCKS = [new_id() for _ in range(3)]

#: The database is emptied for each example.
shared = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


async def what_is_free(tx: Transaction) -> object:
    query = text("SELECT stock_id, version, free FROM free ORDER BY stock_id")
    return [tuple(row) for row in await tx.session.execute(query)]


def states() -> st.SearchStrategy[list[StockChanged]]:
    """What orders may say about three stocks: each version once."""
    told = st.tuples(st.sampled_from(STOCKS), st.integers(1, 4))
    return st.lists(told, min_size=1, max_size=8, unique=True).map(
        lambda pairs: [changed(version, stock_id=stock) for stock, version in pairs]
    )


@shared
@given(messages=states(), random=randoms())
async def test_any_delivery_shows_the_newest_and_sets_the_poisoned_aside(
    database: Database, messages: list[StockChanged], random: Random
) -> None:
    deliveries = Deliveries(database, [SHOWING], state=what_is_free)
    await deliveries.check(messages, random, poison=changed(9))


async def add_up(messages: list[StockChanged], tx: Transaction) -> None:
    add = text("""
        INSERT INTO free VALUES (:id, :version, :free)
        ON CONFLICT (stock_id) DO UPDATE SET free = free.free + excluded.free
    """)
    for each in messages:
        told: dict[str, Any] = {"id": each.stock_id, "version": each.version}
        await tx.session.execute(add, told | {"free": each.free})


async def show_the_last(messages: list[StockChanged], tx: Transaction) -> None:
    put = text("""
        INSERT INTO free VALUES (:id, :version, :free)
        ON CONFLICT (stock_id) DO UPDATE
        SET version = excluded.version, free = excluded.free
    """)
    for each in messages:
        told: dict[str, Any] = {"id": each.stock_id, "version": each.version}
        await tx.session.execute(put, told | {"free": each.free})


@pytest.mark.parametrize("wrong", [add_up, show_the_last])
async def test_a_consumer_that_counts_or_believes_the_last_is_found_out(
    database: Database, wrong: Any
) -> None:
    consumer = Consumer("tickets", StockChanged, wrong)
    deliveries = Deliveries(database, [consumer], state=what_is_free)
    messages = [changed(n, stock_id=STOCKS[0]) for n in (1, 2, 3)]

    async def try_many() -> None:
        for seed in range(20):
            await deliveries.check(messages, Random(seed))

    with pytest.raises(AssertionError):
        await try_many()
