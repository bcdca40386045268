"""Fixtures of auth's tests: a database, the service on it, and browsers."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack

import httpx
import pytest
from auth_desk import PUBLIC_URL, Browser, CheapHasher, MovableClock, OpenBrowser
from sqlalchemy.event import listen, remove

from auth.app import Auth
from auth.passwords import Passwords
from common.database import Database


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def hasher() -> CheapHasher:
    return CheapHasher()


@pytest.fixture
async def database(
    database_url_factory: Callable[..., str],
) -> AsyncIterator[Database]:
    database = Database(database_url_factory("auth"))
    yield database
    await database.dispose()


@pytest.fixture
async def auth(database: Database, clock: MovableClock, hasher: CheapHasher) -> Auth:
    auth = Auth(
        database,
        public_url=PUBLIC_URL,
        clock=clock,
        passwords=Passwords(hasher),
    )
    await auth.keys.start()
    return auth


@pytest.fixture
async def open_browser(auth: Auth) -> AsyncIterator[OpenBrowser]:
    """`open_browser(address=…)`: a client with cookies of its own."""
    async with AsyncExitStack() as stack:

        def open_one(*, address: str = "192.0.2.1", app: Auth = auth) -> Browser:
            browser = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app.api),  # pyright: ignore[reportArgumentType]  # plainer ASGI types
                base_url=PUBLIC_URL,
                headers={"x-forwarded-for": f"203.0.113.9, {address}"},
            )
            stack.push_async_callback(browser.aclose)
            return browser

        yield open_one


@pytest.fixture
def browser(open_browser: OpenBrowser) -> Browser:
    return open_browser()


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """The SQL that is sent, without its values."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield sent
    remove(database.engine.sync_engine, "before_cursor_execute", note)
