"""Messages in: each envelope becomes timers, then it is acknowledged."""

import asyncio
import contextlib

import structlog
from nats.aio.msg import Msg

from common import faults
from common.inbox import SUSPECT
from common.jetstream import ACK_TIMEOUT, Bus, BusError, deliveries, jittered
from common.listener import LIST, PUT_OFF
from common.messages import OrderCreated
from common.topology import stream_of
from expiration.service import CONSUMER, Timers

log = structlog.get_logger()


class Listener:
    """Pulls OrderCreated, sets timers, acknowledges."""

    def __init__(self, bus: Bus, timers: Timers) -> None:
        self._bus = bus
        self._timers = timers

    async def run(self, stopping: asyncio.Event) -> None:
        """Until told to stop; a list's timers are set side by side."""
        stream = stream_of(OrderCreated.subject)
        async with self._bus.pulling(stream, CONSUMER, stopping=stopping) as pull:
            while not stopping.is_set():
                arrived = await pull.next(LIST)
                await asyncio.gather(*(self._take(message) for message in arrived))

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
