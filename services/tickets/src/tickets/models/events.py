"""The table of events."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    Enum,
    Index,
)
from sqlalchemy.dialects.postgresql import TSVECTOR, Range
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from common.ids import new_id
from common.messages import EventInfo
from common.messages import Venue as VenueInfo
from tickets.domain.events import (
    EventDetails,
    EventStatus,
    Venue,
    When,
    next_status,
    refuse_hiding,
)
from tickets.domain.words import fold, words_of
from tickets.errors import EventIsDraft
from tickets.models.base import Base, counted, currency_code, length

if TYPE_CHECKING:
    from tickets.models.tickets import Ticket

_LASTS = "tstzrange(starts_at, coalesce(ends_at, starts_at), '[]')"


class Event(Base):
    """What people attend."""

    __tablename__ = "events"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seller_id: Mapped[UUID]
    status: Mapped[EventStatus] = mapped_column(
        Enum(EventStatus, native_enum=False, length=16, values_callable=list)
    )
    name: Mapped[str]
    description: Mapped[str | None]
    venue_name: Mapped[str]
    venue_street: Mapped[str | None]
    venue_city: Mapped[str]
    venue_postal_code: Mapped[str | None]
    venue_country: Mapped[str]
    timezone: Mapped[str]
    starts_at_local: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    #: From the start to the end, the moment of the start where no end is known.
    lasts: Mapped[Range[datetime]] = mapped_column(
        Computed(_LASTS, persisted=True), deferred=True, deferred_raiseload=True
    )
    #: Of all its tickets; null: theirs.
    currency: Mapped[str | None]
    #: Folded, to be found by: words of name, venue and city; the city alone.
    words: Mapped[list[str]]
    city_key: Mapped[str]
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed("array_to_tsvector(words)", persisted=True),
        deferred=True,
        deferred_raiseload=True,
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger)

    venue: Mapped[Venue] = composite(
        "venue_name",
        "venue_street",
        "venue_city",
        "venue_postal_code",
        "venue_country",
    )
    when: Mapped[When] = composite(
        "timezone", "starts_at_local", "starts_at", "ends_at"
    )
    #: What is on offer, in the order it was put there.
    tickets: Mapped[list["Ticket"]] = relationship(
        primaryjoin="and_(Ticket.event_id == Event.id, Ticket.deleted_at.is_(None))",
        order_by="Ticket.id",
        lazy="raise",
        viewonly=True,
    )

    __table_args__ = (
        Index("events_starts_at_idx", "starts_at", "id"),
        Index("events_lasts_idx", "lasts", postgresql_using="gist"),
        Index("events_search_idx", "search", postgresql_using="gin"),
        Index("events_city_key_idx", "city_key", "starts_at", "id"),
        Index("events_venue_country_idx", "venue_country", "starts_at", "id"),
        Index("events_seller_id_idx", "seller_id", "starts_at", "id"),
        CheckConstraint("status IN ('draft', 'published', 'cancelled')", name="status"),
        length("name"),
        length("venue_name"),
        length("venue_city"),
        CheckConstraint("venue_country ~ '^[A-Z]{2}$'", name="venue_country"),
        length("description", least=0, most=10_000),
        CheckConstraint("ends_at > starts_at", name="ends_at"),
        currency_code(),
        counted(),
    )

    @classmethod
    def announce(
        cls, details: EventDetails, *, seller_id: UUID, now: datetime
    ) -> "Event":
        event = cls(id=new_id(), seller_id=seller_id, version=1, created_at=now)
        event.status = next_status(None, details.status)
        event._take(details, now)
        return event

    def edit(self, details: EventDetails, now: datetime) -> bool:
        """Take what its seller says now; whether that is news.

        Raises `EventCancelled`, `HoldsOrSales` or `Invalid`.
        """
        status = next_status(self.status, details.status)
        if status is EventStatus.DRAFT is not self.status:
            refuse_hiding(ticket.taken for ticket in self.tickets)
        if replace(details, status=status) == self.details:
            return False
        self.status = status
        self.version += 1
        self._take(details, now)
        return True

    def cancel(self, now: datetime) -> bool:
        """For good; whether that is news. Raises `EventIsDraft`."""
        if self.status is EventStatus.DRAFT:
            raise EventIsDraft
        if self.status is EventStatus.CANCELLED:
            return False
        self.status, self.updated_at = EventStatus.CANCELLED, now
        self.version += 1
        return True

    def _take(self, details: EventDetails, now: datetime) -> None:
        self.name, self.description = details.name, details.description
        self.venue, self.when = details.venue, details.when
        self.currency = details.currency
        self.words = words_of(details.name, details.venue.name, details.venue.city)
        self.city_key = fold(details.venue.city)
        self.updated_at = now

    @property
    def details(self) -> EventDetails:
        return EventDetails(
            name=self.name,
            venue=self.venue,
            when=self.when,
            description=self.description,
            currency=self.currency,
            status=self.status,
        )

    @property
    def info(self) -> EventInfo:
        """What every ticket says of its event."""
        return EventInfo(
            id=self.id,
            status=self.status.value,
            name=self.name,
            venue=VenueInfo(**asdict(self.venue)),
            timezone=self.when.timezone,
            starts_at=self.when.starts_at,
            starts_at_local=self.when.starts_at_local.isoformat(),
            ends_at=self.when.ends_at,
        )
