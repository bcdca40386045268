"""Fixtures of orders' tests: a database, the service on it, and browsers."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Protocol

import httpx
import pytest
import pytest_asyncio
from orders_desk import HOLD, Browse, Desk

from common.asgi import ASGIApp
from common.database import Database
from common.identity import Identity
from common.limits import Unlimited
from common.testing.people import People
from orders.app import create_http
from orders.hot_route import in_front_of
from orders.sales import Sales
from orders.service import Orders


class DatabaseFactory(Protocol):
    def __call__(self, service: str) -> str: ...


@pytest_asyncio.fixture
async def database(database_url_factory: DatabaseFactory) -> AsyncIterator[Database]:
    database = Database(database_url_factory("orders"))
    yield database
    await database.dispose()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, Orders(database, hold=HOLD))


@pytest.fixture(scope="session")
def people() -> People:
    return People()


@pytest_asyncio.fixture(params=["framework", "hot route"])
async def browse(
    desk: Desk, people: People, request: pytest.FixtureRequest
) -> AsyncIterator[Browse]:
    """`browse(person)`: a client of the API that is signed in, or nobody.

    Every test of the API runs against both ways to an order.
    """
    limits = Unlimited()
    api: ASGIApp = create_http(
        desk.orders,
        people.verifier,
        sales=Sales(desk.database),
        account_limits=limits,
    )
    if request.param == "hot route":
        api = in_front_of(
            api, desk.orders, people.verifier, limits=limits, public_url=None
        )
    async with AsyncExitStack() as stack:

        def open_one(who: Identity | None = None) -> httpx.AsyncClient:
            browser = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=api),  # pyright: ignore[reportArgumentType]  # plainer ASGI types
                base_url="http://localhost",
                headers=people.headers(who) if who else {},
            )
            stack.push_async_callback(browser.aclose)
            return browser

        yield open_one
