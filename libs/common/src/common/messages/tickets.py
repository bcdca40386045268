"""What tickets says: offers, and the events that they admit to."""

from typing import ClassVar, Literal
from uuid import UUID

from common.clock import Moment
from common.messages.base import Message, Value


class Venue(Value, frozen=True, kw_only=True):
    """Where an event takes place."""

    #: As its seller calls it.
    name: str
    #: Town of the address.
    city: str
    #: ISO 3166 alpha-2.
    country: str
    #: Street and number.
    street: str | None = None
    #: As the country writes it.
    postal_code: str | None = None


class EventInfo(Value, frozen=True, kw_only=True):
    """The event that a ticket admits to, as the tickets service knows it now."""

    #: The event, at tickets.
    id: UUID
    #: ``cancelled`` ends holds and makes paid orders due for a refund.
    status: Literal["draft", "published", "cancelled"]
    #: Its title.
    name: str
    #: Where it takes place.
    venue: Venue
    #: IANA name; the wall clock in it is the truth.
    timezone: str
    #: The beginning, in UTC.
    starts_at: Moment
    #: Wall clock without offset, e.g. ``2026-12-31T20:00:00``.
    starts_at_local: str
    #: The end, in UTC, where it is known.
    ends_at: Moment | None = None


class TicketState(Message, frozen=True, kw_only=True):
    """A ticket on offer, whole."""

    key: ClassVar[str] = "ticket_id"

    #: The ticket, at tickets.
    ticket_id: UUID
    #: From 1; raised by every change of the ticket or its event.
    version: int
    #: The member who offers it.
    seller_id: UUID
    #: What buyers read.
    title: str
    #: Minor units of ``currency``; the buyer pays ``price + fee``.
    price: int
    #: Minor units of ``currency``, for each unit.
    fee: int
    #: ISO 4217, lower case.
    currency: str
    #: Units the seller offers.
    quantity: int
    #: Most units of this ticket that one buyer may hold or own.
    max_per_buyer: int
    #: No order before; null: at once.
    sale_starts_at: Moment | None = None
    #: No order from then on; null: with the event.
    sale_ends_at: Moment | None = None
    #: Null: the ticket stands alone.
    event: EventInfo | None = None


class TicketCreated(TicketState, frozen=True, kw_only=True):
    """A ticket was put on offer."""

    subject: ClassVar[str] = "tickets.created"


class TicketUpdated(TicketState, frozen=True, kw_only=True):
    """A ticket, or the event it admits to, changed."""

    subject: ClassVar[str] = "tickets.updated"


class TicketDeleted(TicketState, frozen=True, kw_only=True):
    """A ticket was withdrawn for good; receivers keep the tombstone."""

    subject: ClassVar[str] = "tickets.deleted"
