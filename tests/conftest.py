"""One running system for all tests that want it, and they come last."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from system_kit.stage import Stage, staged


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The whole system, started once; whoever harms it brings it back."""
    async with staged(tmp_path_factory.mktemp("system")) as running:
        yield running


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the running system at the end: until then it need not run."""
    items.sort(key=_wants_stage)


def _wants_stage(item: pytest.Item) -> bool:
    return "stage" in getattr(item, "fixturenames", ())
