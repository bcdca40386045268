"""Programs are started in order, repaired, and stopped in the reverse order."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from common.testing.waiting import eventually
from local import keeper as keeper_module
from local import supervisor as supervisor_module
from local.launcher import Launcher
from local.logs import Logs
from local.programs import Program, Say, StartFailed, Step
from local.supervisor import Node, Supervisor

SLEEP = "import signal; signal.pause()"
STUBBORN = "import signal as s; s.signal(s.SIGTERM, s.SIG_IGN); s.pause()"
FAIL = "import sys; sys.exit('no such table')"
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {SLEEP!r}])
print(child.pid, flush=True)
child.wait()
"""


async def at_once() -> str | None:
    return None


def program(name: str, script: str = SLEEP, **settings: object) -> Program:
    command = [sys.executable, "-S", "-c", script]
    environment = {"PATH": os.defpath}
    return Program(
        name=name,
        command=command,
        environment=environment,
        **{"ready": at_once, **settings},  # pyright: ignore[reportArgumentType]  # any field of it
    )


def step(name: str, run: Callable[[Say], Awaitable[None]], *needs: str) -> Step:
    return Step(name=name, run=run, needs=frozenset(needs))


class Watched:
    """A supervisor that writes down every change of state."""

    def __init__(self, folder: Path, *parts: Program | Step) -> None:
        self.logs = Logs(folder)
        self.changes: list[tuple[str, str]] = []
        self.supervisor = Supervisor(parts, Launcher(self.logs), self._heard)

    async def __aenter__(self) -> Supervisor:
        try:
            await self.supervisor.start()
        except BaseException:
            await self.supervisor.stop()
            raise
        return self.supervisor

    async def __aexit__(self, *_: object) -> None:
        await self.supervisor.stop()

    def order(self, state: str) -> list[str]:
        return [name for name, became in self.changes if became == state]

    def _heard(self, node: Node) -> None:
        self.changes.append((node.name, node.state))


class Looking(Supervisor):
    """Counts how often it has looked whether the start makes progress."""

    looks = 0

    async def _progress(self) -> None:
        await super()._progress()
        self.looks += 1


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "BACKOFF_FIRST", 0.01)
    monkeypatch.setattr(keeper_module, "GRACE", 0.3)
    monkeypatch.setattr(supervisor_module, "STALLED", 0.5)


class TestOrder:
    async def test_needs_come_first_and_go_last(self, tmp_path: Path) -> None:
        async def migrate(_say: Say) -> None:
            order.append("migrated")

        order: list[str] = []
        watched = Watched(
            tmp_path,
            program("gateway", uses=frozenset({"orders"})),
            program("orders", needs=frozenset({"migrate"})),
            step("migrate", migrate, "postgres"),
            program("postgres"),
        )
        async with watched as supervisor:
            assert order == ["migrated"]
            assert supervisor.unready == []
            ready = watched.order("ready")
            assert ready.index("postgres") < ready.index("orders")
        assert watched.order("stopped") == ["gateway", "orders", "postgres"]

    async def test_what_is_independent_starts_at_once(self, tmp_path: Path) -> None:
        async def other_is_there() -> str | None:
            return None if len(running) == 2 else "alone"

        running: set[str] = set()

        async def note(name: str) -> None:
            running.add(name)

        parts = [
            program(n, ready=other_is_there, prepare=lambda n=n: note(n)) for n in "ab"
        ]
        async with Watched(tmp_path, *parts) as supervisor:
            assert supervisor.unready == []


@pytest.mark.usefixtures("quick")
class TestRepair:
    async def test_a_crashed_program_starts_again(self, tmp_path: Path) -> None:
        async with Watched(tmp_path, program("orders")) as supervisor:
            orders = supervisor.keeper("orders")
            first = orders.pid
            orders.kill()
            await eventually(lambda: orders.ready.is_set() and orders.pid != first)
            assert orders.restarts == 1

    async def test_one_that_keeps_crashing_waits_longer(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path, program("orders"))
        async with watched as supervisor:
            orders = supervisor.keeper("orders")
            for count in range(1, 4):
                orders.kill()
                await eventually(lambda n=count: orders.restarts == n)
                await eventually(orders.ready.is_set)
            assert orders.backoff == pytest.approx(0.08)

    async def test_what_is_told_to_stop_stays_down(self, tmp_path: Path) -> None:
        async with Watched(tmp_path, program("orders")) as supervisor:
            orders = supervisor.keeper("orders")
            await orders.stop()
            assert (orders.state, orders.pid) == ("stopped", None)
            await orders.start()
            assert orders.state == "ready"
            await orders.restart()
            assert orders.restarts == 0

    async def test_a_frozen_one_can_be_stopped(self, tmp_path: Path) -> None:
        async with Watched(tmp_path, program("orders")) as supervisor:
            orders = supervisor.keeper("orders")
            process = psutil.Process(orders.pid)
            orders.pause()
            await eventually(lambda: process.status() == psutil.STATUS_STOPPED)
            orders.resume()
            await eventually(lambda: process.status() != psutil.STATUS_STOPPED)
            orders.pause()
            await orders.stop()
            assert not process.is_running()

    async def test_what_lacks_something_is_unready(self, tmp_path: Path) -> None:
        lacking: list[str] = []

        async def ready() -> str | None:
            return lacking[0] if lacking else None

        async with Watched(tmp_path, program("orders", ready=ready)) as supervisor:
            orders = supervisor.keeper("orders")
            lacking.append("database: gone")
            await eventually(lambda: orders.state == "unready")
            assert orders.reason == "database: gone"
            assert supervisor.unready == [orders]
            lacking.clear()
            await eventually(orders.ready.is_set)

    async def test_a_hopeless_one_is_started_again(self, tmp_path: Path) -> None:
        wedged: list[bool] = []

        async def ready() -> str | None:
            return "wedged" if wedged else None

        async def unwedge() -> None:
            wedged.clear()

        nats = program(
            "nats", ready=ready, hopeless=lambda: bool(wedged), prepare=unwedge
        )
        async with Watched(tmp_path, nats) as supervisor:
            wedged.append(True)
            kept = supervisor.keeper("nats")
            await eventually(lambda: kept.restarts == 1 and kept.ready.is_set())


@pytest.mark.usefixtures("quick")
class TestFailure:
    async def test_one_that_never_comes_up_is_named(self, tmp_path: Path) -> None:
        async def never() -> str | None:
            return "does not answer"

        with pytest.raises(StartFailed, match=r"orders does not come up.*such table"):
            await Watched(tmp_path, program("orders", FAIL, ready=never)).__aenter__()

    async def test_one_that_never_gets_ready_is_named(self, tmp_path: Path) -> None:
        async def never() -> str | None:
            return "database: gone"

        with pytest.raises(StartFailed, match="orders is not ready: database: gone"):
            await Watched(tmp_path, program("orders", ready=never)).__aenter__()

    async def test_a_step_at_work_is_waited_for(self, tmp_path: Path) -> None:
        async def slow(_say: Say) -> None:
            begun = supervisor.looks
            # One look may be at its own beginning, the next is at a start that stalls.
            await eventually(lambda: supervisor.looks > begun + 1)

        launcher = Launcher(Logs(tmp_path))
        supervisor = Looking([step("build", slow)], launcher, lambda _node: None)
        await supervisor.start()
        assert supervisor.nodes["build"].state == "done"
        await supervisor.stop()

    async def test_a_step_says_what_it_is_at(self, tmp_path: Path) -> None:
        async def build(say: Say) -> None:
            say("building pages")

        said: list[str | None] = []
        supervisor = Supervisor(
            [step("build", build)],
            Launcher(Logs(tmp_path)),
            lambda node: said.append(node.reason),
        )
        await supervisor.start()
        await supervisor.stop()
        assert said == [None, "building pages", None]

    async def test_a_step_that_fails_ends_the_start(self, tmp_path: Path) -> None:
        async def fail(_say: Say) -> None:
            raise StartFailed("migrate", "ended with exit code 1", tmp_path / "log")

        watched = Watched(
            tmp_path,
            program("postgres"),
            step("migrate", fail, "postgres"),
            program("orders", needs=frozenset({"migrate"})),
        )
        with pytest.raises(StartFailed, match="migrate ended"):
            await watched.__aenter__()
        assert watched.supervisor.nodes["migrate"].state == "failed"
        assert "orders" not in watched.order("starting")

    async def test_a_program_that_is_missing_is_named(self, tmp_path: Path) -> None:
        missing = Program(name="orders", command=["/no/such/file"], ready=at_once)
        with pytest.raises(StartFailed, match="orders does not come up"):
            await Watched(tmp_path, missing).__aenter__()

    def test_a_step_is_no_process(self, tmp_path: Path) -> None:
        async def nothing(_say: Say) -> None: ...

        watched = Watched(tmp_path, step("migrate", nothing))
        with pytest.raises(KeyError):
            watched.supervisor.keeper("migrate")


@pytest.mark.usefixtures("quick")
class TestStop:
    async def test_who_does_not_listen_is_killed(self, tmp_path: Path) -> None:
        async with Watched(tmp_path, program("orders", STUBBORN)) as supervisor:
            process = psutil.Process(supervisor.keeper("orders").pid)
        assert not process.is_running()

    async def test_children_of_children_end_as_well(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path, program("orders", PARENT))
        async with watched:
            await eventually(lambda: watched.logs.last_line("orders"))
            grandchild = psutil.Process(int(watched.logs.last_line("orders")))
        await eventually(
            lambda: (
                not grandchild.is_running()
                or grandchild.status() == psutil.STATUS_ZOMBIE
            )
        )

    async def test_all_at_once_on_demand(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path, program("orders", STUBBORN))
        async with watched as supervisor:
            orders = supervisor.keeper("orders")
            stopping = asyncio.create_task(orders.stop())
            await eventually(lambda: not orders.wanted)
            supervisor.kill()
            await stopping
            assert orders.state == "stopped"

    async def test_in_the_middle_of_a_start(self, tmp_path: Path) -> None:
        async def never() -> str | None:
            return "not yet"

        watched = Watched(tmp_path, program("orders", ready=never))
        starting = asyncio.create_task(watched.supervisor.start())
        orders = watched.supervisor.keeper("orders")
        await eventually(lambda: orders.pid)
        process = psutil.Process(orders.pid)
        starting.cancel()
        await watched.supervisor.stop()
        assert not process.is_running()

    async def test_the_stop_signal_is_the_programs_own(self, tmp_path: Path) -> None:
        script = (
            "import signal as s; s.signal(s.SIGINT, print); s.pause(); print('int')"
        )
        watched = Watched(
            tmp_path, program("postgres", script, stop_signal=signal.SIGINT)
        )
        async with watched:
            pass
        assert watched.logs.last_line("postgres") in {"int", ""}
