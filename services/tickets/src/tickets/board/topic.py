"""One event that people look at: what is left, and who is told when it changes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from time import monotonic
from typing import NamedTuple
from uuid import UUID

import msgspec

from common.http.conditional import digest
from common.http.streams import PING, Reader, frame
from tickets.domain.events import EventStatus
from tickets.domain.tickets import Offer, earliest, offer_of
from tickets.models import Event
from tickets.schemas import AvailabilityRead, TicketLeft


class Left(NamedTuple):
    """What is left of an event's tickets, and a tag that changes with it."""

    event: Event
    shown: AvailabilityRead
    tag: str


class Topic:
    """An event as it was read last; its readers hear how what is left changes."""

    def __init__(self, event: Event, now: datetime) -> None:
        self.event = event
        self.mark: str | None = None
        self.readers: set[Reader] = set()
        #: When somebody asked, when something was said, when it was found unchanged.
        self.asked_at = self.spoke_at = self._seen_at = monotonic()
        self._left: Mapping[UUID, TicketLeft] = {}
        self._tag = ""
        #: As it is until then: whoever looks meanwhile costs nothing by the ticket.
        self._offer: Offer
        self._turns_at: datetime | None = None
        self._show(now)

    def left(self, now: datetime, wait: Callable[[int], int]) -> Left:
        """What is left now; `wait` turns when asking again is worth it into when to."""
        self._turn(now)
        soon = wait(self._offer.poll_after(now))
        shown = AvailabilityRead(now, list(self._left.values()), soon)
        return Left(self.event, shown, self._tag)

    def join(self, reader: Reader, now: datetime) -> None:
        self._turn(now)
        reader.tell(self._snapshot(now))
        self.readers.add(reader)

    def leave(self, reader: Reader) -> None:
        self.readers.discard(reader)
        self.asked_at = monotonic()

    def take(self, event: Event, mark: str, now: datetime) -> None:
        """Show what was read; a draft's readers have to ask whether they may see it."""
        hidden = event.status is EventStatus.DRAFT is not self.event.status
        self.event, self.mark, self._seen_at = event, mark, monotonic()
        self._show(now)
        if hidden:
            self._end()

    def seen(self, at: float, now: datetime) -> None:
        """It was found unchanged, but time alone begins and ends a sale."""
        self._seen_at = max(self._seen_at, at)
        self._turn(now)

    def stale(self, seconds: float) -> bool:
        return monotonic() - self._seen_at > seconds

    def idle(self, seconds: float) -> bool:
        return not self.readers and monotonic() - self.asked_at > seconds

    def ping(self) -> None:
        self._tell(PING)

    def _end(self) -> None:
        for reader in self.readers:
            reader.end()

    def _turn(self, now: datetime) -> None:
        if self._turns_at is not None and self._turns_at <= now:
            self._show(now)

    def _show(self, now: datetime) -> None:
        before, self._left = self._left, _left(self.event, now)
        self._offer = offer_of(self.event.tickets, now)
        self._turns_at = _turn(self.event, now)
        if before == self._left:
            return
        left = list(self._left.values())
        self._tag = digest(msgspec.json.encode(left))
        if before.keys() != self._left.keys():
            self._tell(self._snapshot(now))
        else:
            changed = (each for each in left if before[each.id] != each)
            self._tell(self._frame("change", changed, now))

    def _snapshot(self, now: datetime) -> bytes:
        return self._frame("snapshot", self._left.values(), now)

    def _frame(self, event: str, left: Iterable[TicketLeft], now: datetime) -> bytes:
        told = AvailabilityRead(now, list(left), self._offer.poll_after(now))
        return frame(event, msgspec.json.encode(told), key=self._tag)

    def _tell(self, said: bytes) -> None:
        self.spoke_at = monotonic()
        for reader in self.readers:
            reader.tell(said)


def _left(event: Event, now: datetime) -> Mapping[UUID, TicketLeft]:
    return {ticket.id: TicketLeft.of(ticket, now) for ticket in event.tickets}


def _turn(event: Event, now: datetime) -> datetime | None:
    """When the clock alone changes a status next."""
    sales = [ticket.sale for ticket in event.tickets]
    moments = [at for sale in sales for at in (sale.begins_at, sale.ends_at)]
    return earliest(*(at for at in moments if at is not None and at > now))
