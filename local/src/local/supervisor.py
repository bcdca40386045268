"""Everything that runs: started in the order of needs, stopped in the reverse one."""

import asyncio
from collections.abc import Callable, Sequence

from local.keeper import Keeper
from local.launcher import Launcher
from local.programs import Program, StartFailed, State, Step

ATTEMPTS = 5
STALLED = 90.0
ROTATE_EVERY = 2.0


class Done:
    """A step and how far it has come."""

    def __init__(self, step: Step, report: Callable[["Done"], None]) -> None:
        self.step = step
        self.name = step.name
        self.state: State = "waiting"
        self.reason: str | None = None
        self.ready = asyncio.Event()
        self._report = report

    async def keep(self) -> None:
        self._become("starting")
        try:
            await self.step.run(self._say)
        except BaseException:
            self._become("failed")
            raise
        self.ready.set()
        self._become("done")

    async def stop(self) -> None:
        """A step has nothing that runs on; one under way is cancelled."""

    def _say(self, words: str) -> None:
        self._become("starting", words)

    def _become(self, state: State, reason: str | None = None) -> None:
        self.state, self.reason = state, reason
        self._report(self)


Node = Keeper | Done


class Supervisor:
    """Starts, keeps and stops a set of programs and steps.

    `changed` is called whenever the state of one of them has.
    """

    def __init__(
        self,
        parts: Sequence[Program | Step],
        launcher: Launcher,
        changed: Callable[[Node], None],
    ) -> None:
        self._launcher = launcher
        self._logs = launcher.logs
        self._changed = changed
        self._parts = {part.name: part for part in parts}
        self.nodes: dict[str, Node] = {part.name: self._node(part) for part in parts}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failure: asyncio.Future[None] | None = None
        self._news = asyncio.Event()

    def keeper(self, name: str) -> Keeper:
        node = self.nodes[name]
        if not isinstance(node, Keeper):
            raise KeyError(name)
        return node

    @property
    def unready(self) -> list[Node]:
        return [node for node in self.nodes.values() if not node.ready.is_set()]

    async def start(self) -> None:
        """Return when all is ready; raises `Trouble` when something cannot be."""
        self._failure = asyncio.get_running_loop().create_future()
        for name in self.nodes:
            self._tasks[name] = asyncio.create_task(self._keep(name), name=name)
        self._tasks["logs"] = asyncio.create_task(self._rotate())
        try:
            while self.unready and not self._failure.done():
                await self._progress()
            if self._failure.done():
                self._failure.result()
        finally:
            self._failure.cancel()

    async def stop(self) -> None:
        """End everything, each after what uses it, and leave no process."""
        stopped = {name: asyncio.Event() for name in self.nodes}

        async def stop_in_turn(name: str) -> None:
            for user in self._users_of(name):
                await stopped[user].wait()
            await self.nodes[name].stop()
            stopped[name].set()

        try:
            await asyncio.gather(*(stop_in_turn(name) for name in self.nodes))
        finally:
            await self._cancel()

    def kill(self) -> None:
        for node in self.nodes.values():
            if isinstance(node, Keeper):
                node.give_up()

    async def _cancel(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _users_of(self, name: str) -> list[str]:
        return [p.name for p in self._parts.values() if name in p.needs | p.uses]

    def _node(self, part: Program | Step) -> Node:
        if isinstance(part, Step):
            return Done(part, self._heard)
        return Keeper(part, self._launcher, self._heard)

    async def _keep(self, name: str) -> None:
        for needed in self._parts[name].needs:
            await self.nodes[needed].ready.wait()
        try:
            await self.nodes[name].keep()
        except Exception as error:  # noqa: BLE001  # shown where the start is awaited
            self._fail(error)

    def _heard(self, node: Node) -> None:
        self._news.set()
        if isinstance(node, Keeper) and node.restarts >= ATTEMPTS:
            self._fail(self._gave_up(node, "does not come up"))
        self._changed(node)

    def _fail(self, error: Exception) -> None:
        if self._failure is not None and not self._failure.done():
            self._failure.set_exception(error)
            self._news.set()

    async def _progress(self) -> None:
        """Wait for news; fail when there are none although no step is at work."""
        self._news.clear()
        try:
            async with asyncio.timeout(STALLED):
                await self._news.wait()
        except TimeoutError:
            at_work = [node for node in self.unready if node.state != "waiting"]
            if at_work and not any(isinstance(node, Done) for node in at_work):
                what = f"is not ready: {at_work[0].reason}"
                self._fail(self._gave_up(at_work[0], what))

    def _gave_up(self, node: Node, what: str) -> StartFailed:
        log = self._logs.path(node.name)
        return StartFailed(node.name, what, log, self._logs.last_line(node.name))

    async def _rotate(self) -> None:
        while True:
            await asyncio.sleep(ROTATE_EVERY)
            self._logs.rotate(self.nodes)
