"""A service put together, and its two processes: `serve` and `work`.

`serve` answers HTTP and publishes what it committed. `work` hears messages, publishes
what was left behind, tries again what was set aside and runs the service's jobs. Both
stop on SIGTERM or SIGINT: accept nothing more, finish, publish, give back, exit.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import structlog
from litestar import Litestar
from sqlalchemy import text

from common import faults, outbox
from common.asgi import ASGIApp
from common.database import Database
from common.health import Check, create_ops
from common.inbox import Consumer, Listener
from common.jetstream import Bus, jittered
from common.retries import Retries
from common.server import serve_asgi
from common.settings import ServiceSettings
from common.upkeep import Job, Upkeep

log = structlog.get_logger()

_DRAIN = timedelta(seconds=5)
_RETRY = 1.0


@dataclass(kw_only=True)
class Application:
    """What a service's `app.py` builds."""

    name: str
    settings: ServiceSettings
    nats_password: str
    database: Database
    api: Litestar | ASGIApp
    consumers: Sequence[Consumer[Any]] = ()
    #: Run in `work`.
    jobs: Sequence[Job] = ()
    #: Run in `serve`, e.g. loading what was revoked.
    serve_jobs: Sequence[Job] = ()
    #: Awaited before `serve` answers.
    starting: Callable[[], Awaitable[None]] | None = None
    bus: Bus = field(init=False)
    retries: Retries = field(init=False)

    def __post_init__(self) -> None:
        faults.arm(self.settings.fault_point)
        self.bus = Bus(
            self.settings.nats_url, user=self.name, password=self.nats_password
        )
        self.retries = Retries(self.name, self.database, self.consumers)

    async def serve(self) -> int:
        """Answer HTTP until told to stop; the exit code."""
        async with self._running(self.serve_jobs, {}) as stopping:
            if self.starting is not None:
                await self.starting()
            await serve_asgi(
                cast("ASGIApp", self.api),
                host=self.settings.host,
                port=self.settings.port,
                stopping=stopping,
            )
        return int(self.bus.closed.is_set())

    async def work(self) -> int:
        """Hear messages and run jobs until told to stop; the exit code."""
        upkeep = Upkeep(self.name, self.database, self.bus, self.retries)
        jobs = [*upkeep.jobs(), *self.jobs]
        async with self._running(jobs, {"nats": self._nats_ready}) as stopping:
            listening = [self._listen(c, stopping) for c in self.consumers]
            await asyncio.gather(stopping.wait(), *listening)
        return int(self.bus.closed.is_set())

    @asynccontextmanager
    async def _running(
        self, jobs: Sequence[Job], checks: Mapping[str, Check]
    ) -> AsyncGenerator[asyncio.Event]:
        """The block runs beside the bus, the outbox, jobs and the inner port."""
        stopping = stop_on_signals()
        own = outbox.OwnOutbox(self.bus)
        self.database.committed = own.committed
        ops = create_ops({"database": self._database_ready, **checks})
        background = [
            self.bus.connect(),
            self._stop_when_closed(stopping),
            own.run(self._mark),
            serve_asgi(
                ops,
                host=self.settings.host,
                port=self.settings.ops_port,
                stopping=stopping,
            ),
            *(repeat(job, stopping) for job in jobs),
        ]
        tasks = [asyncio.create_task(_logged(work)) for work in background]
        try:
            yield stopping
        finally:
            stopping.set()
            await self._finish(own)
            await _cancelled(tasks)
            await self.bus.close_quietly()
            await self.database.dispose()

    async def _listen(self, consumer: Consumer[Any], stopping: asyncio.Event) -> None:
        listener = Listener(self.bus, self.database, consumer)
        while not stopping.is_set():
            try:
                await listener.run(stopping)
            except Exception as error:  # noqa: BLE001  # a listener never gives up
                log.warning(
                    "listener_failed", consumer=consumer.name, error=repr(error)
                )
                await asyncio.sleep(jittered(_RETRY))

    async def _finish(self, own: outbox.OwnOutbox) -> None:
        """Publish what is committed; the rest is the poll's after a restart."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN.total_seconds()):
                await own.drain(self._mark)

    async def _stop_when_closed(self, stopping: asyncio.Event) -> None:
        await self.bus.closed.wait()
        log.error("nats_closed_for_good")
        stopping.set()

    async def _mark(self, ids: Sequence[UUID]) -> None:
        try:
            async with self.database.transaction() as tx:
                await outbox.mark_published(tx.session, ids)
        except Exception as error:  # noqa: BLE001  # the poll publishes them again
            log.warning("mark_failed", error=repr(error))

    async def _database_ready(self) -> str | None:
        return await answers(self.database)

    async def _nats_ready(self) -> str | None:
        return None if self.bus.connected else "not connected"


async def answers(database: Database) -> str | None:
    """None when the database answers and is migrated, else why not."""
    try:
        async with asyncio.timeout(2), database.engine.connect() as connection:
            await connection.execute(text("SELECT 1 FROM alembic_version"))
    except Exception as error:  # noqa: BLE001  # whatever is wrong, it is not ready
        return type(error).__name__
    return None


async def repeat(job: Job, stopping: asyncio.Event) -> None:
    """Run a job every `job.every` until told to stop."""
    while not stopping.is_set():
        try:
            await job.run()
        except Exception as error:  # noqa: BLE001  # tried again next time
            log.warning("job_failed", job=job.name, error=repr(error))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(job.every.total_seconds()):
                await stopping.wait()


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


async def _logged(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        log.exception("background_task_failed")
        raise


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
