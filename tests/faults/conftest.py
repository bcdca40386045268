"""Faults are planted in a system at work, whose holds are short."""

import random
from collections.abc import AsyncIterator, Generator

import pytest
import pytest_asyncio
from system_kit.load import Load
from system_kit.stage import ORDERS, Stage

#: Long enough to pay in, short enough to be waited for.
HOLD = "3"


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def hurried(stage: Stage) -> AsyncIterator[Stage]:
    """The system with holds of a few seconds."""
    async with stage.told(*ORDERS, ORDERS_HOLD_SECONDS=HOLD):
        yield stage


@pytest.fixture
def seed() -> int:
    """What chance is made from; a failing test prints it."""
    return random.randrange(1 << 32)


@pytest.fixture
def load(hurried: Stage, seed: int) -> Load:
    return Load(hurried, seed=seed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show seed and timeline beside what went wrong."""
    report: pytest.TestReport = yield
    told: dict[str, object] = getattr(item, "funcargs", {})
    stage = told.get("hurried")
    if call.excinfo is not None and isinstance(stage, Stage):
        lines = [f"seed {told.get('seed')}", *map(str, stage.timeline)]
        report.sections.append(("timeline", "\n".join(lines)))
    return report
