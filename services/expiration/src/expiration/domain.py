"""Which timers an envelope of orders asks for: pure, and the same each time.

Subject and id of a timer follow from the envelope's id and the moment, so that an
envelope handled twice sets the same timer again instead of another one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from common.messages import ExpirationComplete, OrderCreated
from common.topology import SCHEDULES

#: Holds that ended longer ago are found by the sweep in orders.
STALE: Final = timedelta(hours=1)
_NAMESPACE: Final = UUID("0f1d2a61-7d3c-5b0e-9c1f-4a5be2d7c6a4")


@dataclass(frozen=True, slots=True)
class Timer:
    """When to say that these holds are over."""

    #: Of the timer, and of the envelope it brings.
    id: UUID
    at: datetime
    messages: tuple[ExpirationComplete, ...]

    @property
    def subject(self) -> str:
        return f"{SCHEDULES}.{self.id.hex}"

    @property
    def schedule(self) -> str:
        """The moment as JetStream reads it."""
        return f"@at {self.at.isoformat().replace('+00:00', 'Z')}"


def timers_of(
    envelope_id: UUID, orders: Iterable[OrderCreated], *, now: datetime
) -> list[Timer]:
    """One timer for each moment at which holds of this envelope end, soonest first."""
    by_moment: dict[datetime, dict[UUID, ExpirationComplete]] = {}
    for order in orders:
        if order.status == "created" and order.expires_at > now - STALE:
            moment = order.expires_at.astimezone(UTC)
            ended = ExpirationComplete(
                order_id=order.order_id, expires_at=moment, trace=order.trace
            )
            by_moment.setdefault(moment, {})[order.order_id] = ended
    return [
        Timer(
            derived_id(envelope_id, moment.isoformat()), moment, tuple(ended.values())
        )
        for moment, ended in sorted(by_moment.items())
    ]


def derived_id(envelope_id: UUID, part: str) -> UUID:
    """An id that is always the same for this part of an envelope."""
    return uuid5(_NAMESPACE, f"{envelope_id}/{part}")
