"""The expiration service put together: one process, no database."""

from datetime import timedelta

from common import faults
from common.jetstream import Bus
from common.listener import listen
from common.running import Job, Process
from common.upkeep import watch_streams
from expiration.consumers import Listener
from expiration.service import CONSUMER, SERVICE, Timers
from expiration.settings import Settings

_MEASURED = timedelta(seconds=5)


async def work(settings: Settings) -> int:
    """Set timers until told to stop; the exit code."""
    faults.arm(settings.fault_point)
    bus = Bus(settings.nats_url, user=SERVICE, password=settings.nats_password)

    async def measure() -> None:
        await watch_streams(SERVICE, bus)

    async with Process(
        host=settings.host, ops_port=settings.ops_port, checks={"nats": bus.check}
    ) as process:
        process.beside("bus", bus.connect())
        process.beside("bus closed", bus.lost())
        process.until_stopped(
            CONSUMER,
            listen(
                Listener(bus, Timers(bus)).run,
                consumer=CONSUMER,
                bus=bus,
                process=process,
            ),
        )
        process.repeat(Job(name="measure", every=_MEASURED, run=measure))
        process.finish_with(bus.close_quietly)
        await process.stopping.wait()
    return process.exit_code
