"""Fixtures of tickets' tests: a database, the service on it, and browsers."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Protocol

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar
from tickets_desk import Browse, Desk, MovableClock

from common.database import Database
from common.identity import Identity
from common.limits import Unlimited
from common.testing.people import People
from tickets.app import create_http
from tickets.board import Board


class DatabaseFactory(Protocol):
    def __call__(self, service: str) -> str: ...


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest_asyncio.fixture
async def database(database_url_factory: DatabaseFactory) -> AsyncIterator[Database]:
    database = Database(database_url_factory("tickets"))
    yield database
    await database.dispose()


@pytest.fixture
def desk(database: Database, clock: MovableClock) -> Desk:
    return Desk(database, clock)


@pytest.fixture(scope="session")
def people() -> People:
    return People()


@pytest_asyncio.fixture
async def board(desk: Desk) -> AsyncIterator[Board]:
    board = Board(desk.events)
    yield board
    board.close()


@pytest.fixture
def api(desk: Desk, board: Board, people: People) -> Litestar:
    return create_http(
        desk.events,
        desk.tickets,
        people.verifier,
        board=board,
        account_limits=Unlimited(),
    )


@pytest_asyncio.fixture
async def browse(api: Litestar, people: People) -> AsyncIterator[Browse]:
    """`browse(person)`: a client of the API that is signed in, or nobody."""
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
