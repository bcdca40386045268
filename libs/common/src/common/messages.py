"""What services tell each other: every message, every field.

Messages travel in envelopes, `{id, occurred_at, messages: [...]}`, all of one type and
on that type's subject. A *state* message carries the aggregate's whole public state
and its version: the newest wins. A *fact* is judged against the receiver's own state.

New fields are optional with a default of ``UNSET`` (absent means unchanged, null means
none); receivers ignore unknown fields and set aside unknown values of an enumeration.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Literal, TypeVar
from uuid import UUID

import msgspec

#: Most messages in one envelope, and most bytes of one: fits NATS's 1 MiB payload.
ENVELOPE_MESSAGES = 512
ENVELOPE_BYTES = 512 * 1024


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a message."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Anything said on the bus."""

    #: Where it is published: ``<owner>.<past verb>``.
    subject: ClassVar[str]
    #: Name of the field that holds the aggregate's id.
    key: ClassVar[str]

    #: W3C traceparent of the request that caused this message.
    trace: str | None = None

    @property
    def aggregate_id(self) -> UUID:
        return getattr(self, self.key)

    @property
    def revision(self) -> int:
        """The aggregate's version; 0 for facts, which have none."""
        return getattr(self, "version", 0)


M = TypeVar("M", bound=Message)


def newest(messages: Iterable[M]) -> list[M]:
    """Fold state messages to the newest of each aggregate, in key order."""
    latest: dict[UUID, M] = {}
    for message in messages:
        known = latest.get(message.aggregate_id)
        if known is None or known.revision < message.revision:
            latest[message.aggregate_id] = message
    return [latest[key] for key in sorted(latest)]


class SessionRevoked(Message, frozen=True, kw_only=True):
    """A session ended before its token did; said by auth, obeyed by all within 5 s."""

    subject: ClassVar[str] = "auth.session-revoked"
    key: ClassVar[str] = "session_id"

    session_id: UUID
    #: When the session's last token expires, and this message stops to matter.
    expires_at: datetime


class Venue(Value, frozen=True, kw_only=True):
    """Where an event takes place."""

    name: str
    city: str
    #: ISO 3166 alpha-2.
    country: str
    street: str | None = None
    postal_code: str | None = None


class EventInfo(Value, frozen=True, kw_only=True):
    """The event that a ticket admits to, as the tickets service knows it now."""

    id: UUID
    status: Literal["draft", "published", "cancelled"]
    name: str
    venue: Venue
    #: IANA name; the wall clock in it is the truth.
    timezone: str
    starts_at: datetime
    #: Wall clock without offset, e.g. ``2026-12-31T20:00:00``.
    starts_at_local: str
    ends_at: datetime | None = None


class TicketState(Message, frozen=True, kw_only=True):
    """A ticket on offer, whole."""

    key: ClassVar[str] = "ticket_id"

    ticket_id: UUID
    version: int
    seller_id: UUID
    title: str
    #: Minor units of ``currency``; the buyer pays ``price + fee``.
    price: int
    fee: int
    #: ISO 4217, lower case.
    currency: str
    #: Units the seller offers.
    quantity: int
    #: Most units of this ticket that one buyer may hold or own.
    max_per_buyer: int
    sale_starts_at: datetime | None = None
    sale_ends_at: datetime | None = None
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


class OrderItem(Value, frozen=True, kw_only=True):
    """Units of one ticket in an order, priced as ordered."""

    id: UUID
    ticket_id: UUID
    title: str
    unit_price: int
    quantity: int
    #: ``unit_price * quantity``, minor units.
    amount: int


class Fee(Value, frozen=True, kw_only=True):
    """What a buyer pays on top of the items."""

    type: str
    amount: int


class Verdict(Value, frozen=True, kw_only=True):
    """What orders decided about a payment; payments acts on nothing else."""

    payment_id: UUID
    verdict: Literal["accepted", "refused"]


OrderStatus = Literal["created", "awaiting_payment", "complete", "cancelled"]
CancelReason = Literal["buyer", "expired", "withdrawn", "payment_failed", "refunded"]


class OrderState(Message, frozen=True, kw_only=True):
    """An order, whole, save the buyer's contact, which stays with orders."""

    key: ClassVar[str] = "order_id"

    order_id: UUID
    version: int
    #: Eight letters and digits, to be read aloud.
    code: str
    buyer_id: UUID
    seller_id: UUID
    event_id: UUID | None = None
    status: OrderStatus
    reason: CancelReason | None = None
    items: tuple[OrderItem, ...]
    fees: tuple[Fee, ...] = ()
    #: All the buyer pays, minor units of ``currency``.
    total: int
    currency: str
    livemode: bool = False
    created_at: datetime
    #: When the hold may end; orders' database judges.
    expires_at: datetime
    #: Every payment judged so far.
    payments: tuple[Verdict, ...] = ()
    #: The event was cancelled after the order was paid.
    refund_due: bool = False


class OrderCreated(OrderState, frozen=True, kw_only=True):
    """An order holds its tickets, or is said again while it does."""

    subject: ClassVar[str] = "orders.created"


class OrderCompleted(OrderState, frozen=True, kw_only=True):
    """An order's payment was accepted: the tickets are the buyer's."""

    subject: ClassVar[str] = "orders.completed"


class OrderCancelled(OrderState, frozen=True, kw_only=True):
    """An order ended; its tickets are free again."""

    subject: ClassVar[str] = "orders.cancelled"


class TicketStock(Value, frozen=True, kw_only=True):
    """How many units of a ticket are held and sold."""

    ticket_id: UUID
    held: int
    sold: int


class StockChanged(Message, frozen=True, kw_only=True):
    """What a stock has left, versioned under its row's lock."""

    subject: ClassVar[str] = "orders.stock-changed"
    key: ClassVar[str] = "stock_id"

    stock_id: UUID
    version: int
    free: int
    tickets: tuple[TicketStock, ...]


class PaymentFact(Message, frozen=True, kw_only=True):
    """Something that happened to a payment."""

    key: ClassVar[str] = "payment_id"

    payment_id: UUID
    order_id: UUID
    buyer_id: UUID
    #: Minor units of ``currency``.
    amount: int
    currency: str
    livemode: bool = False


class PaymentCreated(PaymentFact, frozen=True, kw_only=True):
    """A payment is authorized and waits for its verdict; nothing is taken yet."""

    subject: ClassVar[str] = "payments.created"


class PaymentCaptured(PaymentFact, frozen=True, kw_only=True):
    """An accepted payment's money was taken. Public: no service decides by it."""

    subject: ClassVar[str] = "payments.captured"


class PaymentFailed(PaymentFact, frozen=True, kw_only=True):
    """An authorized payment can never be captured."""

    subject: ClassVar[str] = "payments.failed"

    error: str | None = None


class PaymentRefunded(PaymentFact, frozen=True, kw_only=True):
    """Captured money went back to the buyer."""

    subject: ClassVar[str] = "payments.refunded"

    #: All that went back so far; ``amount`` once the payment is refunded whole.
    amount_refunded: int
    #: Whether the seller put the units on sale again.
    restock: bool = True


class ExpirationComplete(Message, frozen=True, kw_only=True):
    """The timer of a hold went off; orders judges whether it has ended."""

    subject: ClassVar[str] = "expiration.complete"
    key: ClassVar[str] = "order_id"

    order_id: UUID
    expires_at: datetime


class DeadLettered(Message, frozen=True, kw_only=True):
    """A consumer gave a message up; an operator decides."""

    subject: ClassVar[str] = "dead-letters.given-up"
    key: ClassVar[str] = "id"

    id: UUID
    service: str
    consumer: str
    envelope_id: UUID | None
    #: Place in its envelope; -1: the envelope whole.
    index: int
    error: str
    tries: int
    #: The message as it came, JSON where it is readable.
    payload: str


#: Every message by its subject.
MESSAGES: dict[str, type[Message]] = {
    message.subject: message
    for message in (
        SessionRevoked,
        TicketCreated,
        TicketUpdated,
        TicketDeleted,
        OrderCreated,
        OrderCompleted,
        OrderCancelled,
        StockChanged,
        PaymentCreated,
        PaymentCaptured,
        PaymentFailed,
        PaymentRefunded,
        ExpirationComplete,
        DeadLettered,
    )
}
