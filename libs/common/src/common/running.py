"""One process: what runs beside its work, its inner port, and how all of it ends.

On SIGTERM or SIGINT, or when a task fails that must not, `stopping` is set. The work
then ends by itself, jobs finish the round they are in, and the rest is cancelled.
"""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import structlog

from common.health import Check, create_ops
from common.server import serve_asgi

log = structlog.get_logger()

#: How long jobs and unpublished envelopes may hold up the end.
DRAIN = timedelta(seconds=5)
_OPS_DRAIN = timedelta(seconds=1)
#: Objects, and younger generations' rounds, between looks for cycles.
_GARBAGE = (50_000, 20, 20)


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something to do again and again; a failure is logged and tried next time."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]
    #: Set: there is something to do now.
    wake: asyncio.Event = field(default_factory=asyncio.Event)


class Process:
    """`async with Process(…) as process:` until `process.stopping` is set."""

    def __init__(
        self, *, host: str, ops_port: int, checks: Mapping[str, Check]
    ) -> None:
        self.stopping = asyncio.Event()
        self._ops = create_ops({"stopping": self._not_stopping, **checks})
        self._place = (host, ops_port)
        self._ended = asyncio.Event()
        self._failed = False
        self._beside: list[asyncio.Task[None]] = []
        self._work: list[asyncio.Task[None]] = []
        self._finishing: list[Callable[[], Awaitable[None]]] = []

    @property
    def exit_code(self) -> int:
        return int(self._failed)

    def beside(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run until the end; when it fails, the process ends and says so."""
        self._beside.append(asyncio.create_task(self._guarded(name, work)))

    def until_stopped(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run what ends by itself, soon after `stopping` is set."""
        self._work.append(asyncio.create_task(self._guarded(name, work)))

    def repeat(self, job: Job) -> None:
        self.until_stopped(job.name, repeat(job, self.stopping))

    def finish_with(self, last: Callable[[], Awaitable[None]]) -> None:
        """Await this once all work has ended, before what runs beside it does."""
        self._finishing.append(last)

    async def unless_stopping(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do this first; False when told to stop meanwhile."""
        task = asyncio.create_task(work)
        waiting = asyncio.create_task(self.stopping.wait())
        await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self.stopping.is_set():
            await _cancelled([task])
            return False
        task.result()
        return True

    async def __aenter__(self) -> Self:
        _collect_seldom()
        stop_on_signals(self.stopping)
        self.beside("inner port", self._serve_ops())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._failed |= not self.stopping.is_set()
        self.stopping.set()
        try:
            async with asyncio.timeout(DRAIN.total_seconds()):
                await self._finish()
        except TimeoutError:
            log.warning("left_unfinished", after_seconds=DRAIN.total_seconds())
        self._ended.set()
        await asyncio.wait(self._beside[:1], timeout=_OPS_DRAIN.total_seconds())
        await _cancelled([*self._work, *self._beside])
        _forget_signals()

    async def _finish(self) -> None:
        await asyncio.gather(*self._work)
        for last in self._finishing:
            await last()

    async def _guarded(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("task_failed", task=name)
            self._failed = True
            self.stopping.set()

    async def _serve_ops(self) -> None:
        host, port = self._place
        await serve_asgi(
            self._ops, host=host, port=port, stopping=self._ended, drain=_OPS_DRAIN
        )

    async def _not_stopping(self) -> str | None:
        return "told to stop" if self.stopping.is_set() else None


async def repeat(job: Job, stopping: asyncio.Event) -> None:
    """Run a job every `job.every` until told to stop."""
    while not stopping.is_set():
        job.wake.clear()
        try:
            await job.run()
        except Exception as error:  # noqa: BLE001  # tried again next time
            log.warning("job_failed", job=job.name, error=repr(error))
        await pause(job.every.total_seconds(), stopping, job.wake)


async def pause(seconds: float, *until: asyncio.Event) -> None:
    """Sleep, but not through one of these: being told to stop, mostly."""
    waiting = [asyncio.ensure_future(event.wait()) for event in until]
    try:
        await asyncio.wait(
            waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        for each in waiting:
            each.cancel()


def _collect_seldom() -> None:
    """Leave what is in memory alone, and look for cycles rarely.

    A rush keeps thousands of objects alive for moments; they go by their count, and
    looking through them all on every 700th is time taken from requests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


def stop_on_signals(stopping: asyncio.Event | None = None) -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    event = stopping or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, event.set)
    return event


def _forget_signals() -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
