"""Settings of every test run, and who runs what when two workers share it."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Speed is the benchmarks' matter: a test never fails for being slow.
settings.register_profile("ticketing", deadline=None, print_blob=True)
settings.load_profile("ticketing")

#: Their tests share one running system, and come last: see `tests/conftest.py`.
TOGETHER = ("tests/system/", "tests/faults/")


class ByFile(LoadScopeScheduling):
    """A file's tests stay together, as their fixtures do."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "the running system" if file.startswith(TOGETHER) else file


#: Under this name a report carries what its test told.
TOLD = "told"


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Print at the end of a run what a test can be repeated from, passed or not.

    The output of a worker is nobody's: what it tells travels with the test's report.
    """
    return lambda what: record_property(TOLD, what)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [each for group in terminalreporter.stats.values() for each in group]
    for report in reports:
        if isinstance(report, pytest.TestReport) and report.when == "call":
            for name, what in report.user_properties:
                if name == TOLD:
                    terminalreporter.write_line(str(what))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    config.option.loadscopereorder = False
    return ByFile(config, log)
