"""Listeners: from the bus to a consumer's inbox, and the acknowledgement after it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Generic

import structlog
from nats.aio.msg import Msg

from common.database import Database
from common.inbox import SUSPECT, Consumer, Inbox, Received, receive
from common.jetstream import ACK_TIMEOUT, Bus, Pull, deliveries, hand_back, jittered
from common.messages import M
from common.running import Process, pause

log = structlog.get_logger()

#: Envelopes taken in one transaction.
LIST = 64
#: Seconds that the next list gathers for each message just handled, and at most: what
#: a transaction costs, here and at all who hear of it, is shared by more in a rush.
GATHER, LONGEST = 0.002, 0.05
#: Before an envelope that met a transient failure is delivered again.
PUT_OFF = 1.0
#: Before a listener that failed begins again.
_RETRY = 1.0


class Listener(Generic[M]):
    """Pulls a consumer's envelopes, hands them to its inbox, acknowledges."""

    def __init__(self, bus: Bus, database: Database, consumer: Consumer[M]) -> None:
        self._bus = bus
        self._database = database
        self._consumer = consumer
        self._inbox = Inbox(database, consumer)

    async def run(self, stopping: asyncio.Event) -> None:
        """Until told to stop."""
        stream, name = self._consumer.stream, self._consumer.name
        async with self._bus.pulling(stream, name, stopping=stopping) as pull:
            while not stopping.is_set():
                await self._step(pull, stopping)

    async def _step(self, pull: Pull, stopping: asyncio.Event) -> None:
        arrived = await pull.next(LIST)
        handled = 0
        for portion in portions(arrived):
            received = [self._receive(message) for message in portion]
            try:
                await self._inbox.take(received)
            except Exception as error:  # noqa: BLE001  # what is transient gets here
                log.warning(
                    "list_put_off", consumer=self._consumer.name, error=repr(error)
                )
                await hand_back(portion, delay=jittered(PUT_OFF))
                if not await self._database_answers():
                    await hand_back(arrived, delay=jittered(PUT_OFF))
                    await self._rest(pull, stopping)
                    return
            else:
                await self._acknowledge(portion)
                handled += sum(len(envelope.entries) for envelope in received)
        if handled:
            await pause(min(handled * GATHER, LONGEST), stopping)

    def _receive(self, message: Msg) -> Received[M]:
        suspect = deliveries(message) >= SUSPECT
        return receive(self._consumer, message.data, suspect=suspect)

    async def _acknowledge(self, handled: Sequence[Msg]) -> None:
        """A lost acknowledgement costs a redelivery, which the inbox answers."""
        outcomes = await asyncio.gather(
            *(message.ack_sync(timeout=ACK_TIMEOUT) for message in handled),
            return_exceptions=True,
        )
        lost = [o for o in outcomes if isinstance(o, BaseException)]
        if lost:
            log.warning(
                "acknowledgements_lost",
                consumer=self._consumer.name,
                count=len(lost),
                error=repr(lost[0]),
            )

    async def _rest(self, pull: Pull, stopping: asyncio.Event) -> None:
        """Fetch nothing until the database answers."""
        await pull.stop(delay=jittered(PUT_OFF))
        delay = 0.2
        while not await self._database_answers():
            await pause(jittered(delay), stopping)
            if stopping.is_set():
                return
            delay = min(delay * 2, 5.0)
        await pull.start()

    async def _database_answers(self) -> bool:
        try:
            await self._database.ping()
        except Exception as error:  # noqa: BLE001  # whatever the driver raises
            log.warning("database_away", error=repr(error))
            return False
        return True


async def listen(
    run: Callable[[asyncio.Event], Awaitable[None]],
    *,
    consumer: str,
    bus: Bus,
    process: Process,
) -> None:
    """Run a listener until told to stop, whatever happens."""
    await process.unless_stopping(bus.ready())
    while not process.stopping.is_set():
        try:
            await run(process.stopping)
        except Exception as error:  # noqa: BLE001  # a listener never gives up
            log.warning("listener_failed", consumer=consumer, error=repr(error))
            await pause(jittered(_RETRY), process.stopping)


def portions(arrived: Sequence[Msg]) -> Iterator[Sequence[Msg]]:
    """New envelopes together; one that came before alone, as it may be at fault."""
    new = [message for message in arrived if deliveries(message) == 1]
    if new:
        yield new
    for message in arrived:
        if deliveries(message) > 1:
            yield [message]
