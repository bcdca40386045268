"""Messages in: each envelope becomes timers, then it is acknowledged."""

import asyncio
import contextlib
from typing import Final

import structlog
from nats.aio.msg import Msg

from common import faults
from common.jetstream import ACK_TIMEOUT, Bus, BusError, Pull, deliveries, jittered
from common.messages import OrderCreated
from common.topology import stream_of
from expiration.service import CONSUMER, Timers

log = structlog.get_logger()

#: Envelopes turned into timers side by side.
LIST: Final = 64
#: Before an envelope whose timers could not be set is delivered again.
PUT_OFF: Final = 1.0
#: Delivered this often while the dead letters can be reached: it is at fault itself.
SUSPECT: Final = 5


class Listener:
    """Pulls OrderCreated, sets timers, acknowledges."""

    def __init__(self, bus: Bus, timers: Timers) -> None:
        self._bus = bus
        self._timers = timers

    async def run(self, stopping: asyncio.Event) -> None:
        """Until told to stop; what was pulled and not handled is handed back."""
        pull = await self._bus.pull(stream_of(OrderCreated.subject), CONSUMER)
        waking = asyncio.create_task(_wake(pull, stopping))
        try:
            while not stopping.is_set():
                arrived = await pull.next(LIST)
                await asyncio.gather(*(self._take(message) for message in arrived))
        finally:
            waking.cancel()
            await pull.stop()

    async def _take(self, message: Msg) -> None:
        try:
            await self._timers.schedule(message.data)
        except BusError as error:
            suspect = deliveries(message) >= SUSPECT
            await self._put_off(message, error, suspect=suspect)
        except Exception as error:  # noqa: BLE001  # a restart would meet it again
            await self._put_off(message, error, suspect=True)
        else:
            faults.reach("expiration.set")
            await _acknowledge(message)

    async def _put_off(self, message: Msg, error: Exception, *, suspect: bool) -> None:
        """Try again later; what is at fault itself is given up."""
        tries = deliveries(message)
        log.warning("timers_put_off", error=repr(error), tries=tries)
        if suspect:
            with contextlib.suppress(*BusError):
                await self._timers.give_up(message.data, repr(error), tries=tries)
                await _acknowledge(message)
                return
        with contextlib.suppress(*BusError):
            await message.nak(delay=jittered(PUT_OFF))


async def _acknowledge(message: Msg) -> None:
    """A lost acknowledgement costs a redelivery, which sets the same timers again."""
    with contextlib.suppress(*BusError):
        await message.ack_sync(timeout=ACK_TIMEOUT)


async def _wake(pull: Pull, stopping: asyncio.Event) -> None:
    await stopping.wait()
    pull.wake()
