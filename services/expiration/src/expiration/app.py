"""The expiration service put together: one process, no database."""

from datetime import timedelta

import structlog

from common import faults
from common.jetstream import Bus, jittered
from common.running import Job, Process, pause
from common.upkeep import watch_streams
from expiration.consumers import Listener
from expiration.service import SERVICE, Timers
from expiration.settings import Settings

log = structlog.get_logger()

_RETRY = 1.0
_MEASURED = timedelta(seconds=5)


async def work(settings: Settings) -> int:
    """Set timers until told to stop; the exit code."""
    faults.arm(settings.fault_point)
    bus = Bus(settings.nats_url, user=SERVICE, password=settings.nats_password)

    async def nats_ready() -> str | None:
        return None if bus.connected else "not connected"

    async def measure() -> None:
        await watch_streams(SERVICE, bus)

    async with Process(
        host=settings.host, ops_port=settings.ops_port, checks={"nats": nats_ready}
    ) as process:
        process.beside("bus", bus.connect())
        process.beside("bus closed", bus.lost())
        process.until_stopped("listener", listen(bus, process))
        process.repeat(Job(name="measure", every=_MEASURED, run=measure))
        process.finish_with(bus.close_quietly)
        await process.stopping.wait()
    return process.exit_code


async def listen(bus: Bus, process: Process) -> None:
    """Whatever happens, go on until told to stop."""
    listener = Listener(bus, Timers(bus))
    await process.unless_stopping(bus.ready())
    while not process.stopping.is_set():
        try:
            await listener.run(process.stopping)
        except Exception as error:  # noqa: BLE001  # a listener never gives up
            log.warning("listener_failed", error=repr(error))
            await pause(jittered(_RETRY), process.stopping)
