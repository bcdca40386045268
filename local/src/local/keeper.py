"""One program, kept running: started, watched, started again, stopped."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress

from local.launcher import Launcher, Process
from local.programs import Program, State

GRACE = 25.0
PROBE_EVERY: dict[State, float] = {"starting": 0.05, "unready": 0.25, "ready": 2.0}
BACKOFF_FIRST = 0.1
BACKOFF_MOST = 10.0
#: Up for this long, and an end counts as a first one again.
SETTLED = 10.0

Report = Callable[["Keeper"], None]


class Keeper:
    """The state of one program, and the hand on its process."""

    def __init__(self, program: Program, launcher: Launcher, report: Report) -> None:
        self.program = program
        self.name = program.name
        self.state: State = "waiting"
        self.reason: str | None = None
        self.restarts = 0
        self.ready = asyncio.Event()
        self._launcher = launcher
        self._report = report
        self._wanted = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._wanted.set()
        self._process: Process | None = None
        self.backoff = BACKOFF_FIRST

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def wanted(self) -> bool:
        return self._wanted.is_set()

    async def keep(self) -> None:
        """Run the program for as long as it is wanted, again whenever it ends."""
        while True:
            await self._wanted.wait()
            outcome, lasted = await self._run()
            if self.wanted:
                await self._pause(outcome, lasted)

    def send(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def start(self) -> None:
        """Want it again after `stop`; returns once it is ready."""
        self._wanted.set()
        await self.ready.wait()

    async def stop(self) -> None:
        """Ask it to end, insist after a while, and keep it down."""
        self._wanted.clear()
        self.resume()
        self.send(self.program.stop_signal)
        try:
            async with asyncio.timeout(GRACE):
                await self._ended.wait()
        except TimeoutError:
            self.kill()
            await self._ended.wait()
        self._become("stopped")

    async def restart(self) -> None:
        """Stop it, start it, and return once it is ready."""
        await self.stop()
        await self.start()

    def kill(self) -> None:
        self.send(signal.SIGKILL)

    def give_up(self) -> None:
        """Kill it, and keep it down."""
        self._wanted.clear()
        self.kill()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        self.send(signal.SIGCONT)

    async def _run(self) -> tuple[str, float]:
        """Run the process to its end; why it ended, and after how many seconds."""
        clock = asyncio.get_running_loop().time
        started = clock()
        self._ended.clear()
        try:
            self._become("starting")
            if self.program.prepare is not None:
                await self.program.prepare()
            self._process = await self._launcher.start(
                self.name,
                self.program.command,
                self.program.environment,
                death_signal=self.program.death_signal,
            )
            outcome = await self._attend(self._process)
        except OSError as error:
            outcome = str(error)
        finally:
            self.ready.clear()
            self._process = None
            self._ended.set()
        return outcome, clock() - started

    async def _attend(self, process: Process) -> str:
        watching = asyncio.create_task(self._watch())
        try:
            if not self.wanted:  # told to stop while it was being started
                process.send_signal(self.program.stop_signal)
            return describe_end(await process.wait())
        finally:
            watching.cancel()
            await end_group(process)

    async def _watch(self) -> None:
        while True:
            self._judge(await self.program.ready())
            if self.program.hopeless is not None and self.program.hopeless():
                self.send(self.program.stop_signal)
            await asyncio.sleep(PROBE_EVERY[self.state])

    def _judge(self, reason: str | None) -> None:
        if reason is None:
            self.ready.set()
            self._become("ready")
        else:
            self.ready.clear()
            starting = self.state == "starting"
            self._become("starting" if starting else "unready", reason)

    async def _pause(self, outcome: str, lasted: float) -> None:
        """Wait before the next start, longer each time."""
        if lasted > SETTLED:
            self.backoff = BACKOFF_FIRST
        self.restarts += 1
        self._become("restarting", outcome)
        await asyncio.sleep(self.backoff)
        self.backoff = min(2 * self.backoff, BACKOFF_MOST)

    def _become(self, state: State, reason: str | None = None) -> None:
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self._report(self)


async def end_group(process: Process) -> None:
    """Leave no child of the process behind, nor, when cancelled, the process."""
    if process.returncode is None:
        process.send_signal(signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def describe_end(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    return f"ended by {signal.Signals(-code).name}"
