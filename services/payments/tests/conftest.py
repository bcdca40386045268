"""What the tests of payments share."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from payments_desk import PUBLIC_URL, Browse, Desk, Within, open_desk

from common.asgi import ASGIApp
from common.database import Database
from common.identity import Identity
from common.limits import Unlimited
from common.testing.people import People
from payments.app import create_http
from payments.hot_route import in_front_of
from payments.providers.stand_in.adapter import StandIn
from payments.providers.stand_in.api import create_api
from payments.providers.stand_in.desk import Desk as ProviderDesk
from payments.providers.stand_in.ledger import Ledger
from payments.webhooks import Webhooks

PROVIDER_URL = "http://provider"


@pytest.fixture
async def provider(tmp_path: Path) -> AsyncIterator[ProviderDesk]:
    """The test provider's rules over a ledger of its own."""
    ledger = Ledger(str(tmp_path / "ledger.sqlite"))
    await ledger.start()
    yield ProviderDesk(ledger)
    await ledger.stop()


@pytest.fixture
async def provider_http(provider: ProviderDesk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_api(provider))  # pyright: ignore[reportArgumentType]  # plainer ASGI types
    async with httpx.AsyncClient(transport=transport, base_url=PROVIDER_URL) as http:
        yield http


@pytest.fixture
async def stand_in(provider_http: httpx.AsyncClient) -> StandIn:
    """The adapter, talking to the test provider in this process."""
    return StandIn(Within(provider_http), public_url=PUBLIC_URL)


@pytest.fixture
async def database(
    database_url_factory: Callable[..., str],
) -> AsyncIterator[Database]:
    database = Database(database_url_factory("payments"))
    yield database
    await database.dispose()


@pytest.fixture
async def desk(database: Database, provider: ProviderDesk) -> AsyncIterator[Desk]:
    """The service over a real database, and the test provider in this process."""
    async with open_desk(database, provider) as desk:
        yield desk


@pytest.fixture(scope="session")
def people() -> People:
    return People()


@pytest.fixture
async def browse(
    desk: Desk, people: People, request: pytest.FixtureRequest
) -> AsyncIterator[Browse]:
    """`browse(person)`: a client of the API that is signed in, or nobody.

    Tests of what the hot route answers run against the framework too.
    """
    way = getattr(request, "param", "hot route")
    limits = Unlimited()
    api: ASGIApp = create_http(
        desk.payments,
        desk.refunds,
        Webhooks(desk.database, desk.settlement),
        people.verifier,
        account_limits=limits,
    )
    if way == "hot route":
        api = in_front_of(
            api, desk.payments, people.verifier, limits=limits, public_url=None
        )
    async with AsyncExitStack() as stack:

        def open_one(who: Identity | None = None) -> httpx.AsyncClient:
            browser = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=api),  # pyright: ignore[reportArgumentType]  # plainer ASGI types
                base_url=PUBLIC_URL,
                headers=people.headers(who) if who else {},
            )
            stack.push_async_callback(browser.aclose)
            return browser

        yield open_one
