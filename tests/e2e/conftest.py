"""The whole system, pages included, and a browser in front of it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from browser_kit.visitor import chromium
from playwright.async_api import Browser
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "stage" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(LONG))
