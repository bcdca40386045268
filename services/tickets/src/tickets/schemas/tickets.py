"""Bodies of tickets."""

from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from common.clock import Moment
from common.http import Body
from tickets.domain.tickets import TicketStatus, TicketTerms
from tickets.models import Ticket
from tickets.schemas.fields import Currency, Name, Price, Quantity, patched


class TicketWrite(Body, frozen=True, kw_only=True):
    """A ticket, whole."""

    title: Name
    price: Price
    #: Left out: its event's, else usd.
    currency: Currency | None = None
    quantity: Quantity = 1
    event_id: UUID | None = None
    max_per_buyer: Quantity = 50
    sale_starts_at: Moment | None = None
    sale_ends_at: Moment | None = None

    @classmethod
    def of(cls, terms: TicketTerms) -> "TicketWrite":
        return cls(**asdict(terms))

    def terms(self) -> TicketTerms:
        """Raises `Invalid`."""
        return TicketTerms(**msgspec.structs.asdict(self))

    def onto(self, present: TicketTerms) -> TicketTerms:
        """As `terms`; its event stays where none is said."""
        return replace(self.terms(), event_id=self.event_id or present.event_id)


class TicketPatch(Body, frozen=True, kw_only=True):
    """What is named changes; null returns a field to its default."""

    title: Name | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    currency: Currency | UnsetType | None = UNSET
    quantity: Quantity | UnsetType | None = UNSET
    event_id: UUID | UnsetType | None = UNSET
    max_per_buyer: Quantity | UnsetType | None = UNSET
    sale_starts_at: Moment | UnsetType | None = UNSET
    sale_ends_at: Moment | UnsetType | None = UNSET

    def onto(self, present: TicketTerms) -> TicketTerms:
        """Raises `Invalid`."""
        return patched(TicketWrite.of(present), self).terms()


class TicketRead(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    seller_id: UUID
    event_id: UUID | None
    title: str
    #: Minor units of `currency`; buyers pay `price + fee`.
    price: int
    fee: int
    currency: str
    quantity: int
    available: int
    status: TicketStatus
    max_per_buyer: int
    sale_starts_at: datetime | None
    sale_ends_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, ticket: Ticket, now: datetime) -> "TicketRead":
        return cls(
            id=ticket.id,
            seller_id=ticket.seller_id,
            event_id=ticket.event_id,
            title=ticket.title,
            price=ticket.price,
            fee=ticket.fee,
            currency=ticket.currency,
            quantity=ticket.quantity,
            available=ticket.available,
            status=ticket.status(now),
            max_per_buyer=ticket.max_per_buyer,
            sale_starts_at=ticket.sale_starts_at,
            sale_ends_at=ticket.sale_ends_at,
            created_at=ticket.created_at,
            updated_at=ticket.updated_at,
            version=ticket.version,
        )


class TicketLeft(msgspec.Struct, frozen=True):
    """What is left of a ticket."""

    id: UUID
    available: int
    status: TicketStatus

    @classmethod
    def of(cls, ticket: Ticket, now: datetime) -> "TicketLeft":
        return cls(ticket.id, ticket.available, ticket.status(now))


class AvailabilityRead(msgspec.Struct, frozen=True):
    now: datetime
    #: All of the event; in a stream's `change`, those that have changed.
    tickets: list[TicketLeft]
    #: Seconds after which to ask again.
    poll_after: int
