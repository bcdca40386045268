"""The whole system in a data folder: `ticketing up` runs it, and so do tests.

    async with System(tmp_path, environment={"ORDERS_HOLD_SECONDS": "2"}) as system:
        await client.get(f"{system.url}/readyz")
        system.process("orders-serve").kill()
        await system.until_ready("orders-serve")

or, from code that knows no event loop, `with System(...) as system:`; then waiting is
`system.wait_ready("orders-serve")`.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from time import time
from typing import Any, Self, TypeVar

import msgspec

from common.embedded.processes import free_ports
from local import ports, settings
from local.errors import NotRunning, Trouble
from local.files import allow_many_files
from local.folder import DataFolder
from local.keeper import Keeper
from local.launcher import Launcher
from local.logs import Logs
from local.plan import PASSWORDS, Plan, port_names
from local.supervisor import Node, Supervisor

T = TypeVar("T")


class System:
    """Ticketing in a folder; starts on entering, ends every process on leaving."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
        only: Iterable[str] | None = None,
        changed: Callable[[Node], None] | None = None,
    ) -> None:
        """`port` is the gateway's, a free one when left out.

        `environment` is added to that of this process; `only` names the parts to run,
        which bring what they need; `changed` hears of every change of state.
        """
        inherited = dict(os.environ)  # noqa: TID251  # as a shell would hand it on
        self.environment = inherited | dict(environment or {})
        if folder is not None:
            self.environment["TICKETING_DATA"] = str(folder)
        self.environment["TICKETING_PORT"] = str(port or free_ports(1)[0])
        self.settings = settings.read(self.environment)
        self.folder = DataFolder(self.settings.folder)
        self.logs = Logs(self.folder.logs)
        self._launcher = Launcher(self.logs)
        self._only = None if only is None else frozenset(only)
        self._listener = changed
        self._held = ExitStack()
        self._thread: LoopThread | None = None
        self._plan: Plan | None = None
        self._supervisor: Supervisor | None = None

    # What tests and tools ask.

    @property
    def url(self) -> str:
        """Where the gateway is."""
        return f"http://127.0.0.1:{self.settings.port}"

    @property
    def plan(self) -> Plan:
        if self._plan is None:
            raise Trouble("The system has not been started.")
        return self._plan

    @property
    def supervisor(self) -> Supervisor:
        if self._supervisor is None:
            raise Trouble("The system has not been started.")
        return self._supervisor

    @property
    def ports(self) -> Mapping[str, int]:
        return self.plan.ports

    @property
    def nats_url(self) -> str:
        return f"nats://127.0.0.1:{self.ports['nats']}"

    def nats_password(self, user: str) -> str:
        return self.plan.passwords[f"nats-{user}"]

    def database_url(self, service: str) -> str:
        return self.plan.services.database_url(service)

    def process(self, name: str) -> Keeper:
        """Give the hand on a process: `pid`, `kill()`, `pause()`, `resume()`."""
        return self.supervisor.keeper(name)

    # Running it.

    async def start(self) -> None:
        """Return when everything is ready; raises `Trouble`, and then nothing runs."""
        allow_many_files()
        try:
            self._prepare()
            await self.supervisor.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        try:
            if self._supervisor is not None:
                await self._supervisor.stop()
                await self._launcher.close()
        finally:
            self._held.close()

    def kill(self) -> None:
        """End every process at once, without asking."""
        if self._supervisor is not None:
            self._supervisor.kill()

    def attach(self) -> None:
        """Know ports and passwords of the system that runs already in this folder."""
        if not self.folder.in_use:
            raise NotRunning(self.folder.path)
        self._plan = self._made_with(self.folder.remembered_ports())

    async def until_ready(self, *names: str, limit: float = 60.0) -> None:
        """Wait until the named parts are ready, or all of them."""
        nodes = self.supervisor.nodes
        async with asyncio.timeout(limit):
            for name in names or nodes:
                await nodes[name].ready.wait()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # The same for code without an event loop.

    def __enter__(self) -> Self:
        self._thread = LoopThread()
        try:
            self._thread.run(self.start())
        except BaseException:
            self._thread.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread is not None:
            self._thread.run(self.stop())
            self._thread.close()

    def wait_ready(self, *names: str, limit: float = 60.0) -> None:
        self.run(self.until_ready(*names, limit=limit))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine, such as `process(name).stop()`, where the system runs."""
        if self._thread is None:
            work.close()
            raise Trouble("The system runs in an event loop of its own: await instead.")
        return self._thread.run(work)

    def make_plan(self) -> Plan:
        """Choose ports and say what would run with them."""
        wanted = port_names(self.settings)
        chosen = ports.choose(wanted, self.folder.remembered_ports())
        plan = self._made_with(chosen)
        self.folder.remember_ports(chosen)
        return plan

    def _prepare(self) -> None:
        self.folder.prepare()
        self._held.enter_context(self.folder.locked())
        settings.refuse_tests_own(self.settings)
        ports.require_free(self.settings.port, self.settings.host)
        self._plan = self.make_plan()
        parts = self._plan.parts(self._only)
        self._supervisor = Supervisor(parts, self._launcher, self._heard)

    def _made_with(self, chosen: Mapping[str, int]) -> Plan:
        return Plan(
            settings=self.settings,
            folder=self.folder,
            launcher=self._launcher,
            ports=chosen,
            passwords=self.folder.passwords(PASSWORDS),
            environment=self.environment,
        )

    def _heard(self, node: Node) -> None:
        self.folder.say_state(self.describe())
        if self._listener is not None:
            self._listener(node)

    def describe(self) -> dict[str, Any]:
        """Say what runs, for `ticketing status`."""
        nodes = self.supervisor.nodes.values()
        return {
            "pid": os.getpid(),
            "address": self.settings.origin,
            "port": self.settings.port,
            "at": time(),
            "processes": [msgspec.to_builtins(describe(node)) for node in nodes],
        }


class Described(msgspec.Struct, frozen=True):
    """One process or step, as the state file has it."""

    name: str
    state: str
    reason: str | None
    pid: int | None
    restarts: int
    ports: dict[str, int]


def describe(node: Node) -> Described:
    if isinstance(node, Keeper):
        ports_of = dict(node.program.ports)
        return Described(
            node.name, node.state, node.reason, node.pid, node.restarts, ports_of
        )
    return Described(node.name, node.state, node.reason, None, 0, {})


class LoopThread:
    """An event loop in a thread of its own, which lasts as long as the processes."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
