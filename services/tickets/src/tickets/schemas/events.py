"""Bodies of events."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from common.clock import Moment
from common.errors import Fault, Invalid
from common.http import Body
from tickets.domain.events import EventDetails, EventStatus, Venue, When
from tickets.domain.tickets import Kind, TicketStatus, agree, offer_of
from tickets.models import Event, Ticket
from tickets.schemas.fields import (
    Country,
    Currency,
    Name,
    local_time,
    patched,
)
from tickets.schemas.tickets import TicketRead

_ONE_START = Fault("one-start", "Say this or starts_at, not both.")
_NO_START = Fault("no-start", "Is required, or starts_at_local.")

Street = Annotated[str, Meta(min_length=1, max_length=200)]
PostalCode = Annotated[str, Meta(min_length=1, max_length=20)]
Timezone = Annotated[
    str, Meta(description="IANA name.", examples=["Europe/Berlin"], max_length=64)
]
Description = Annotated[str, Meta(max_length=10_000)]
Status = Literal["draft", "published"]
LocalTime = Annotated[
    str,
    Meta(
        description="What a clock on the wall shows at the venue, without an offset.",
        examples=["2026-12-31T20:00:00"],
        max_length=32,
    ),
]


class VenueWrite(Body, frozen=True, kw_only=True):
    name: Name
    street: Street | None = None
    city: Name
    postal_code: PostalCode | None = None
    country: Country


class VenuePatch(Body, frozen=True, kw_only=True):
    name: Name | UnsetType = UNSET
    street: Street | UnsetType | None = UNSET
    city: Name | UnsetType = UNSET
    postal_code: PostalCode | UnsetType | None = UNSET
    country: Country | UnsetType = UNSET


class EventWrite(Body, frozen=True, kw_only=True):
    """An event, whole. It starts at `starts_at` or `starts_at_local`: say one."""

    name: Name
    venue: VenueWrite
    timezone: Timezone
    starts_at: Moment | None = None
    starts_at_local: LocalTime | None = None
    ends_at: Moment | None = None
    description: Description | None = None
    currency: Currency | None = None
    status: Status | UnsetType = UNSET

    @classmethod
    def of(cls, details: EventDetails) -> "EventWrite":
        """What stands now, save its start and its status."""
        return cls(
            name=details.name,
            venue=VenueWrite(**asdict(details.venue)),
            timezone=details.when.timezone,
            ends_at=details.when.ends_at,
            description=details.description,
            currency=details.currency,
        )

    def details(self, *, starting: When | None = None) -> EventDetails:
        """Raises `Invalid`. `starting` stands in for a start that is not said."""
        return EventDetails(
            name=self.name,
            venue=Venue(**msgspec.structs.asdict(self.venue)),
            when=self._when(starting),
            description=self.description,
            currency=self.currency,
            status=None if self.status is UNSET else EventStatus(self.status),
        )

    def _when(self, starting: When | None) -> When:
        if self.starts_at is not None and self.starts_at_local is not None:
            raise Invalid.field("starts_at_local", _ONE_START)
        if self.starts_at is not None:
            return When.at(self.starts_at, self.timezone, self.ends_at)
        if self.starts_at_local is not None:
            local = local_time(self.starts_at_local)
            return When.at_local(local, self.timezone, self.ends_at)
        if starting is not None:
            return starting.until(self.ends_at)
        raise Invalid.field("starts_at", _NO_START)


class EventPatch(Body, frozen=True, kw_only=True):
    """What is named changes; null returns a field to its default."""

    name: Name | UnsetType = UNSET
    venue: VenuePatch | UnsetType = UNSET
    timezone: Timezone | UnsetType = UNSET
    starts_at: Moment | UnsetType = UNSET
    starts_at_local: LocalTime | UnsetType = UNSET
    ends_at: Moment | UnsetType | None = UNSET
    description: Description | UnsetType | None = UNSET
    currency: Currency | UnsetType | None = UNSET
    status: Status | UnsetType = UNSET

    def onto(self, present: EventDetails) -> EventDetails:
        """Raises `Invalid`. In another zone the wall clock shows the same."""
        when = present.when
        if self.timezone is not UNSET and not self._says_start:
            when = when.in_zone(self.timezone)
        document = EventWrite.of(replace(present, when=when))
        return patched(document, self).details(starting=when)

    @property
    def _says_start(self) -> bool:
        return self.starts_at is not UNSET or self.starts_at_local is not UNSET


class EventRead(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    seller_id: UUID
    status: EventStatus
    name: str
    description: str | None
    venue: Venue
    starts_at: datetime
    #: Wall clock at the venue, without an offset.
    starts_at_local: str
    ends_at: datetime | None
    timezone: str
    currency: str
    #: Least that a unit still to be had costs, fee included; null when there is none.
    price_from: int | None
    #: Units to be had of all its tickets.
    available: int
    next_sale_at: datetime | None
    #: The brightest status of its tickets: on sale as soon as one of them is; null
    #: while there are none.
    sale: TicketStatus | None
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, event: Event, now: datetime) -> "EventRead":
        return cls.listed(event, event.tickets, now)

    @classmethod
    def listed(
        cls, event: Event, on_offer: Sequence[Ticket] | Sequence[Kind], now: datetime
    ) -> "EventRead":
        offer = offer_of(on_offer, now)
        return cls(
            id=event.id,
            seller_id=event.seller_id,
            status=event.status,
            name=event.name,
            description=event.description,
            venue=event.venue,
            starts_at=event.when.starts_at,
            starts_at_local=event.when.starts_at_local.isoformat(),
            ends_at=event.when.ends_at,
            timezone=event.when.timezone,
            currency=agree(event.currency, *(each.currency for each in on_offer)),
            price_from=offer.price_from,
            available=offer.available,
            next_sale_at=offer.next_sale_at,
            sale=offer.sale,
            created_at=event.created_at,
            updated_at=event.updated_at,
            version=event.version,
        )


class EventDetail(EventRead, frozen=True, kw_only=True):
    """An event with its tickets on offer."""

    tickets: list[TicketRead]

    @classmethod
    def of(cls, event: Event, now: datetime) -> "EventDetail":
        shown = msgspec.structs.asdict(EventRead.of(event, now))
        return cls(**shown, tickets=[TicketRead.of(t, now) for t in event.tickets])
