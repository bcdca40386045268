"""Settings of every test run, and who runs what when two workers share it."""

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


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    config.option.loadscopereorder = False
    return ByFile(config, log)
