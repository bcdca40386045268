"""Setting timers: scheduled messages, which JetStream keeps and brings in time."""

import asyncio
from datetime import UTC
from typing import Final
from uuid import UUID

import msgspec
import structlog
from prometheus_client import Counter

from common.clock import Clock, utcnow
from common.envelopes import open_envelope, seal_as
from common.jetstream import Bus
from common.messages import DeadLettered, ExpirationComplete, OrderCreated
from common.retries import MOST_BYTES
from common.set_aside import WHOLE
from common.topology import durable_name
from expiration.domain import Timer, derived_id, timers_of

log = structlog.get_logger()

SERVICE: Final = "expiration"
CONSUMER: Final = durable_name(SERVICE, OrderCreated)
#: For what has no id of its own.
_NO_ENVELOPE: Final = UUID(int=0)
_UNREADABLE: Final = (ValueError, OverflowError, RecursionError)

TIMERS: Final = Counter("timers_set", "Timers set, repetitions included")
DEAD: Final = Counter("timers_dead_letters", "Messages no timer could be made of")


class Timers:
    """Turns envelopes of OrderCreated into timers.

    There is no database: what cannot be read goes to the dead letters at once, and the
    sweep in orders covers it.
    """

    def __init__(self, bus: Bus, *, clock: Clock = utcnow) -> None:
        self._bus = bus
        self._clock = clock

    async def schedule(self, payload: bytes) -> None:
        """Set the timers of an envelope. Raises what the bus raises: try again then."""
        try:
            opened = open_envelope(payload)
        except _UNREADABLE as error:
            await self.give_up(payload, f"unreadable envelope: {error}")
            return
        orders: list[OrderCreated] = []
        for index, raw in enumerate(opened.messages):
            try:
                orders.append(_read(raw))
            except _UNREADABLE as error:
                await self._bury(opened.id, index, bytes(raw), str(error))
        timers = timers_of(opened.id, orders, now=self._clock())
        await asyncio.gather(*(self._set(timer) for timer in timers))

    async def give_up(self, payload: bytes, reason: str, *, tries: int = 1) -> None:
        """Send an envelope to the dead letters whole."""
        await self._bury(None, WHOLE, payload, reason, tries=tries)

    async def _set(self, timer: Timer) -> None:
        payload = seal_as(timer.id, timer.messages, occurred_at=timer.at)
        headers = {
            "Nats-Schedule": timer.schedule,
            "Nats-Schedule-Target": ExpirationComplete.subject,
        }
        await self._bus.store(
            timer.subject, payload, message_id=str(timer.id), headers=headers
        )
        TIMERS.inc()

    async def _bury(
        self,
        envelope_id: UUID | None,
        index: int,
        raw: bytes,
        reason: str,
        *,
        tries: int = 1,
    ) -> None:
        text = raw[:MOST_BYTES].decode(errors="replace")
        part = f"{index}/{text}"
        letter = DeadLettered(
            id=derived_id(envelope_id or _NO_ENVELOPE, part),
            service=SERVICE,
            consumer=CONSUMER,
            envelope_id=envelope_id,
            index=index,
            error=reason,
            tries=tries,
            payload=text,
        )
        log.error("message_given_up", index=index, error=reason)
        payload = seal_as(letter.id, [letter], occurred_at=self._clock())
        await self._bus.store(letter.subject, payload, message_id=str(letter.id))
        DEAD.inc()


def _read(raw: msgspec.Raw) -> OrderCreated:
    """Raises `OverflowError` for a moment that has no date in UTC."""
    order = msgspec.json.decode(raw, type=OrderCreated)
    ends = order.expires_at.astimezone(UTC)
    return msgspec.structs.replace(order, expires_at=ends)
