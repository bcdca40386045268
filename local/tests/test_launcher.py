"""Modules are forked from a Python that has everything loaded, and nobody can tell."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from common.testing.waiting import eventually
from local.keeper import end_group
from local.launcher import PYTHON, Launcher, Process, module
from local.logs import Logs

SCRIPT = """
import json, os, random, signal, sys, uuid_utils
if sys.argv[1] == "tell":
    print(json.dumps({"argv": sys.argv, "name": __name__, "env": dict(os.environ)}))
elif sys.argv[1] == "draw":
    print(random.random(), uuid_utils.uuid7().hex[-12:], os.urandom(4).hex())
elif sys.argv[1] == "exit":
    sys.exit(int(sys.argv[2]))
elif sys.argv[1] == "raise":
    raise RuntimeError("no such table")
print("pausing", flush=True)
signal.pause()
"""
ENVIRONMENT = {"TICKETING_TEST": "here", "PATH": os.defpath}


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Logs:
    (tmp_path / "forked.py").write_text(SCRIPT)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return Logs(tmp_path)


@pytest_asyncio.fixture
async def launcher(logs: Logs) -> AsyncIterator[Launcher]:
    launcher = Launcher(logs)
    yield launcher
    await launcher.close()


async def fork(launcher: Launcher, name: str, *arguments: str) -> Process:
    return await launcher.start(name, module("forked", *arguments), ENVIRONMENT)


async def pausing(launcher: Launcher, name: str = "orders") -> Process:
    process = await fork(launcher, name, "pause")
    await eventually(lambda: launcher.logs.last_line(name) == "pausing")
    return process


def zygotes() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [each for each in children if "local.zygote" in each.cmdline()]


class TestFork:
    async def test_it_is_what_the_command_would_be(self, launcher: Launcher) -> None:
        orders = await pausing(launcher)
        process = psutil.Process(orders.pid)
        assert process.cmdline() == [*PYTHON, "forked", "pause"]
        assert os.getsid(orders.pid) == orders.pid
        assert process.ppid() == zygotes()[0].pid
        await end_group(orders)

    async def test_it_has_its_own_arguments_and_environment(
        self, launcher: Launcher
    ) -> None:
        orders = await fork(launcher, "orders", "tell")
        await eventually(lambda: launcher.logs.last_line("orders") == "pausing")
        told = launcher.logs.path("orders").read_text()
        assert '"TICKETING_TEST": "here"' in told
        assert '"name": "__main__"' in told
        assert '"tell"]' in told
        assert "PYTHONPATH" not in told
        await end_group(orders)

    @pytest.mark.parametrize("code", [0, 3])
    async def test_its_exit_code_is_heard(self, launcher: Launcher, code: int) -> None:
        assert await (await fork(launcher, "orders", "exit", str(code))).wait() == code

    async def test_its_last_words_are_in_its_log(self, launcher: Launcher) -> None:
        assert await (await fork(launcher, "orders", "raise")).wait() == 1
        assert launcher.logs.last_line("orders") == "RuntimeError: no such table"

    async def test_signals_reach_it(self, launcher: Launcher) -> None:
        orders = await pausing(launcher)
        orders.send_signal(signal.SIGTERM)
        assert await orders.wait() == -signal.SIGTERM
        orders.send_signal(signal.SIGTERM)  # too late, and no harm

    async def test_no_two_draw_alike(self, launcher: Launcher) -> None:
        names = ["one", "two", "three"]
        forks = [await fork(launcher, name, "draw") for name in names]
        for name in names:
            await eventually(lambda n=name: launcher.logs.last_line(n) == "pausing")
        drawn = [launcher.logs.path(name).read_text().split()[:3] for name in names]
        for column in zip(*drawn, strict=True):
            assert len(set(column)) == len(names)
        for each in forks:
            await end_group(each)


class TestZygote:
    async def test_one_serves_all(self, launcher: Launcher) -> None:
        started = await asyncio.gather(*(fork(launcher, n, "pause") for n in "abc"))
        assert len({each.pid for each in started}) == 3
        assert len(zygotes()) == 1
        for each in started:
            await end_group(each)

    async def test_its_forks_go_with_it_and_the_next_one_comes(
        self, launcher: Launcher
    ) -> None:
        orders = await pausing(launcher)
        [zygote] = zygotes()
        zygote.kill()
        assert await orders.wait() == -signal.SIGKILL
        assert await (await fork(launcher, "tickets", "exit", "5")).wait() == 5

    async def test_it_ends_when_it_is_closed(self, logs: Logs) -> None:
        launcher = Launcher(logs)
        orders = await pausing(launcher)
        await launcher.close()
        assert zygotes() == []
        assert await orders.wait() == -signal.SIGKILL

    async def test_without_it_a_module_starts_by_itself(
        self, launcher: Launcher, tmp_path: Path
    ) -> None:
        (tmp_path / "litestar.py").write_text("raise ImportError('half installed')")
        command = module("forked", "exit", "4")
        alone = ENVIRONMENT | {"PYTHONPATH": str(tmp_path)}
        orders = await launcher.start("orders", command, alone)
        assert await orders.wait() == 4
        assert "half installed" in launcher.logs.last_line("zygote")

    async def test_a_start_broken_off_leaves_nothing(self, launcher: Launcher) -> None:
        await (await fork(launcher, "first", "exit", "0")).wait()
        starting = asyncio.create_task(fork(launcher, "orders", "pause"))
        await asyncio.sleep(0)  # the order is on its way
        starting.cancel()
        [zygote] = zygotes()
        await eventually(lambda: zygote.children() == [])
        with pytest.raises(asyncio.CancelledError):
            await starting


class TestCommand:
    async def test_all_else_starts_by_its_command(self, launcher: Launcher) -> None:
        process = await launcher.start("sleep", ["sleep", "100"], ENVIRONMENT)
        assert psutil.Process(process.pid).ppid() == os.getpid()
        await end_group(process)
        assert process.returncode == -signal.SIGKILL
        assert zygotes() == []
