"""Events: what people attend, where and when. Pure rules, no I/O.

draft ──> published ──> cancelled
  └── seen by its owner alone
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from common.errors import Fault, Invalid
from common.zones import NO_ZONE, zones
from tickets.domain.codes import COUNTRIES, CURRENCIES
from tickets.domain.rules import Rule, countable, one_of, require
from tickets.domain.wall_clock import (
    NoSuchTime,
    TwoSuchTimes,
    in_other_zone,
    in_utc,
    local_of,
    moment_of,
    refuse_unclear,
)
from tickets.errors import EventCancelled, HoldsOrSales, TooManyTickets

#: Most tickets on offer of one event: its page shows them all.
MOST_TICKETS: Final = 1000

_NO_COUNTRY: Final = Fault("country", "Must be a country of ISO 3166, such as DE.")
_NO_CURRENCY: Final = Fault("currency", "Must be a currency of ISO 4217, such as usd.")
_BEFORE_START: Final = Fault("before-start", "Must be after the start.")
_NO_STATUS: Final = Fault("status", "Must be draft or published.")
_NO_SUCH_TIME: Final = Fault(
    "no-such-time",
    "Does not exist in this timezone: the clocks go forward past it that day.",
)
_TWO_SUCH_TIMES: Final = Fault(
    "two-such-times",
    "Comes twice in this timezone, as the clocks go back: say starts_at instead.",
)


class EventStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Venue:
    name: str
    street: str | None
    city: str
    postal_code: str | None
    #: ISO 3166 alpha-2.
    country: str


@dataclass(frozen=True, slots=True)
class When:
    """An event's times. The wall clock is the truth, the moments follow from it."""

    timezone: str
    starts_at_local: datetime
    starts_at: datetime
    ends_at: datetime | None

    @classmethod
    def at(cls, starts_at: datetime, timezone: str, ends_at: datetime | None) -> "When":
        """Raises `Invalid` for an unknown zone, or an end not after the start."""
        require(_known_zone(timezone), countable("starts_at", starts_at))
        local = local_of(starts_at, timezone)
        return cls(timezone, local, starts_at.astimezone(UTC), None).until(ends_at)

    @classmethod
    def at_local(
        cls, local: datetime, timezone: str, ends_at: datetime | None
    ) -> "When":
        """Raises `Invalid`, also for a time that does not exist or comes twice."""
        aware = local.replace(tzinfo=UTC)
        require(_known_zone(timezone), countable("starts_at_local", aware))
        try:
            refuse_unclear(local, timezone)
        except NoSuchTime:
            raise Invalid.field("starts_at_local", _NO_SUCH_TIME) from None
        except TwoSuchTimes:
            raise Invalid.field("starts_at_local", _TWO_SUCH_TIMES) from None
        return cls(timezone, local, moment_of(local, timezone), None).until(ends_at)

    def until(self, ends_at: datetime | None) -> "When":
        late = ends_at is None or ends_at > self.starts_at
        require(
            countable("ends_at", ends_at),
            Rule(late, "ends_at", _BEFORE_START),
        )
        return replace(self, ends_at=in_utc(ends_at))

    def in_zone(self, timezone: str) -> "When":
        """The same wall clock elsewhere: a zone that was entered wrong is mended."""
        if timezone == self.timezone:
            return self
        moved = When.at_local(self.starts_at_local, timezone, None)
        return moved.until(
            self.ends_at
            and in_other_zone(self.ends_at, old=self.timezone, new=timezone)
        )

    @property
    def over_at(self) -> datetime:
        return self.ends_at or self.starts_at


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetails:
    """What a seller says of an event."""

    name: str
    venue: Venue
    when: When
    description: str | None = None
    #: Of all its tickets; None: theirs, whichever it is.
    currency: str | None = None
    #: None: as it is; a new event is published.
    status: EventStatus | None = None

    def __post_init__(self) -> None:
        require(
            one_of("venue.country", self.venue.country, COUNTRIES, _NO_COUNTRY),
            known_currency(self.currency),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSearch:
    """Which events to list; what is None does not matter."""

    #: Nothing is found by no words at all.
    words: list[str] | None = None
    city: str | None = None
    country: str | None = None
    seller_id: UUID | None = None
    status: EventStatus | None = None
    #: Starts; None: from what is not over.
    starts_from: datetime | None = None
    starts_to: datetime | None = None
    #: Start and id of the last event of the page before.
    after: tuple[datetime, UUID] | None = None
    limit: int = 20

    def __post_init__(self) -> None:
        require(
            one_of("query.country", self.country, COUNTRIES, _NO_COUNTRY),
            countable("query.from", self.starts_from),
            countable("query.to", self.starts_to),
            countable("query.cursor", self.after and self.after[0]),
        )


def next_status(present: EventStatus | None, wanted: EventStatus | None) -> EventStatus:
    """Raises `EventCancelled` for bringing an event back, `Invalid` for cancelling.

    Cancelling ends holds and refunds buyers: it has a route of its own.
    """
    if wanted is None or wanted is present:
        return present or EventStatus.PUBLISHED
    if present is EventStatus.CANCELLED:
        raise EventCancelled
    if wanted is EventStatus.CANCELLED:
        raise Invalid.field("status", _NO_STATUS)
    return wanted


def refuse_joining(status: EventStatus, *, others: int) -> None:
    """Raises `EventCancelled` or `TooManyTickets` for one more ticket."""
    if status is EventStatus.CANCELLED:
        raise EventCancelled
    if others >= MOST_TICKETS:
        raise TooManyTickets


def refuse_hiding(taken: Iterable[int]) -> None:
    """Raises `HoldsOrSales`: what people have bought is not taken out of sight."""
    if any(taken):
        raise HoldsOrSales("Units of its tickets are held or sold: it stays published.")


def known_currency(code: str | None) -> Rule:
    return one_of("currency", code, CURRENCIES, _NO_CURRENCY)


def _known_zone(name: str) -> Rule:
    return one_of("timezone", name, zones(), NO_ZONE)
