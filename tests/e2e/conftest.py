"""The whole system, pages included, and a browser in front of it."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from browser_kit.visitor import DEVICES, Open, Visitor, chromium, visiting
from playwright.async_api import Browser
from system_kit.books import check_books
from system_kit.people import Json, Person
from system_kit.stage import Stage, staged

#: The first start of all installs and builds the pages.
LONG = 900


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("system")
    async with staged(folder, {"TICKETING_CLIENT": "on"}) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.fixture(params=DEVICES)
def window(request: pytest.FixtureRequest, browser: Browser, stage: Stage) -> Open:
    """Windows of people who have not been here before."""
    device: str = request.param

    @asynccontextmanager
    async def open_one() -> AsyncGenerator[Visitor]:
        origin = stage.system.settings.origin
        async with visiting(browser, origin, device) as visitor:
            yield visitor

    return open_one


@pytest_asyncio.fixture
async def buyer(stage: Stage) -> Person:
    return await stage.guest()


@pytest.fixture
def page_of_event(event: Json) -> str:
    return f"/events/{event['id']}"


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def books(stage: Stage) -> AsyncIterator[None]:
    """Whatever people did, the books agree afterwards."""
    yield
    await check_books(stage.system)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "stage" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(LONG))
