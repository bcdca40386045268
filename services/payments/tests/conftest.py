"""What the tests of payments share."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from payments.providers.stand_in.adapter import StandIn
from payments.providers.stand_in.api import create_api
from payments.providers.stand_in.desk import Desk
from payments.providers.stand_in.ledger import Ledger

PROVIDER_URL = "http://provider"
PUBLIC_URL = "http://localhost:8080"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """The test provider's rules over a ledger of its own."""
    ledger = Ledger(str(tmp_path / "ledger.sqlite"))
    await ledger.start()
    yield Desk(ledger)
    await ledger.stop()


@pytest.fixture
async def provider_http(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_api(desk))
    async with httpx.AsyncClient(transport=transport, base_url=PROVIDER_URL) as http:
        yield http


@pytest.fixture
async def stand_in(provider_http: httpx.AsyncClient) -> StandIn:
    """The adapter, talking to the test provider in this process."""
    return StandIn(provider_http, public_url=PUBLIC_URL)
