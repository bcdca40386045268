"""A service put together, and its two processes: `serve` and `work`.

`serve` answers HTTP and publishes what it committed. `work` hears messages, publishes
what was left behind, tries again what was set aside and runs the service's jobs. Both
stop on SIGTERM or SIGINT: accept nothing more, finish, publish, give back, exit.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import structlog
from litestar import Litestar
from sqlalchemy import text

from common import faults, outbox
from common.asgi import ASGIApp
from common.database import Database
from common.health import Check
from common.inbox import Consumer
from common.jetstream import Bus
from common.listener import Listener, listen
from common.retries import Retries
from common.running import Job, Process
from common.server import Listening, serve_asgi
from common.settings import ServiceSettings
from common.upkeep import Upkeep

log = structlog.get_logger()

_PROBE = 2.0


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
    #: Called when `serve` is told to stop, to end the answers that have no end.
    ending: Callable[[], None] | None = None
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
        listening = Listening(self.settings.host, self.settings.port)
        async with self._running(self.serve_jobs, {"serving": listening}) as process:
            process.until_stopped("ending", self._end(process.stopping))
            if await process.unless_stopping(self._start()):
                await serve_asgi(
                    cast("ASGIApp", self.api),
                    host=self.settings.host,
                    port=self.settings.port,
                    stopping=process.stopping,
                )
        return process.exit_code

    async def work(self) -> int:
        """Hear messages and run jobs until told to stop; the exit code."""
        upkeep = Upkeep(self.name, self.database, self.bus, self.retries)
        jobs = [*upkeep.jobs(), *self.jobs]
        async with self._running(jobs, {"nats": self.bus.check}) as process:
            for consumer in self.consumers:
                process.until_stopped(consumer.name, self._listen(consumer, process))
            await process.stopping.wait()
        return process.exit_code

    @asynccontextmanager
    async def _running(
        self, jobs: Sequence[Job], checks: Mapping[str, Check]
    ) -> AsyncGenerator[Process]:
        """The block runs beside the bus, the outbox, jobs and the inner port."""
        own = outbox.OwnOutbox(self.bus)
        self.database.committed = own.committed
        settings = self.settings
        checks = {"database": self._database_ready, **checks}
        process = Process(host=settings.host, ops_port=settings.ops_port, checks=checks)
        try:
            async with process:
                process.beside("bus", self.bus.connect())
                process.beside("bus closed", self.bus.lost())
                process.beside("outbox", own.run(self._mark))
                for job in jobs:
                    process.repeat(job)
                process.finish_with(own.drained)
                yield process
        finally:
            await self.bus.close_quietly()
            await self.database.dispose()

    async def _start(self) -> None:
        if self.starting is not None:
            await self.starting()

    async def _end(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        if self.ending is not None:
            self.ending()

    async def _listen(self, consumer: Consumer[Any], process: Process) -> None:
        listener = Listener(self.bus, self.database, consumer)
        await listen(
            listener.run, consumer=consumer.name, bus=self.bus, process=process
        )

    async def _mark(self, ids: Sequence[UUID]) -> None:
        try:
            async with self.database.transaction() as tx:
                await outbox.mark_published(tx.session, ids)
        except Exception as error:  # noqa: BLE001  # the poll publishes them again
            log.warning("mark_failed", error=repr(error))

    async def _database_ready(self) -> str | None:
        return await answers(self.database)


async def answers(database: Database) -> str | None:
    """None when the database answers and is migrated, else why not."""
    try:
        async with asyncio.timeout(_PROBE), database.probe.connect() as connection:
            await connection.execute(text("SELECT 1 FROM alembic_version"))
    except Exception as error:  # noqa: BLE001  # whatever is wrong, it is not ready
        return type(error).__name__
    return None
