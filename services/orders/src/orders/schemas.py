"""HTTP bodies of orders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec

from common.errors import Fault, Invalid
from common.http import Body
from common.identity import Identity
from common.observability import current_trace
from orders.book import Draft, Line, Request, Wanted
from orders.domain import Reason, Status
from orders.models import Order, OrderItem
from orders.tables import TicketReplica

#: Units of one order in all.
MOST_UNITS = 50

_AGAIN = Fault("again", "Names a ticket again.")
_TOO_MANY = Fault("units", "May be at most {max} units in all.", max=MOST_UNITS)

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Email = Annotated[
    str,
    msgspec.Meta(
        max_length=254,
        pattern=r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$",
        examples=["fan@example.com"],
    ),
]


class Contact(Body, frozen=True):
    """Whom the seller may reach about the order."""

    name: Name
    email: Email


class ItemCreate(Body, frozen=True):
    ticket_id: UUID
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)]


class OrderCreate(Body, frozen=True):
    items: Annotated[list[ItemCreate], msgspec.Meta(min_length=1, max_length=20)]
    contact: Contact | None = None
    #: Refuse the order when it would cost anything else.
    expected_total: Annotated[int, msgspec.Meta(ge=0)] | None = None

    def request(self, identity: Identity, event_id: UUID | None) -> Request:
        """Raises `Invalid` for a ticket named twice, or for too many units."""
        check_items(self.items)
        return Request(
            buyer_id=identity.user_id,
            owners=identity.owners,
            items=tuple([Wanted(i.ticket_id, i.quantity) for i in self.items]),
            event_id=event_id,
            expected_total=self.expected_total,
            contact_name=self.contact.name if self.contact else None,
            contact_email=self.contact.email if self.contact else None,
            trace=current_trace(),
        )


class OrderUpdate(Body, frozen=True):
    contact: Contact


class ItemRead(msgspec.Struct, frozen=True):
    id: UUID
    ticket_id: UUID
    title: str
    unit_price: int
    quantity: int
    amount: int

    @classmethod
    def of(cls, item: OrderItem | Line) -> Self:
        return cls(
            item.id,
            item.ticket_id,
            item.title,
            item.unit_price,
            item.quantity,
            item.amount,
        )


class FeeRead(msgspec.Struct, frozen=True):
    type: str
    amount: int


class ContactRead(msgspec.Struct, frozen=True):
    name: str
    email: str


class VenueRead(msgspec.Struct, frozen=True):
    name: str
    city: str
    country: str
    street: str | None = None
    postal_code: str | None = None


class EventRead(msgspec.Struct, frozen=True):
    """The event as it is now."""

    id: UUID
    name: str
    venue: VenueRead
    starts_at: datetime
    starts_at_local: str
    timezone: str

    @classmethod
    def of(cls, event: Mapping[str, Any] | None) -> Self | None:
        return msgspec.convert(event, cls) if event else None


class OrderRead(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    code: str
    buyer_id: UUID
    seller_id: UUID
    status: Status
    reason: Reason | None
    event: EventRead | None
    items: list[ItemRead]
    fees: list[FeeRead]
    total: int
    amount_refunded: int
    currency: str
    livemode: bool
    contact: ContactRead | None
    created_at: datetime
    expires_at: datetime
    #: The server's clock at this answer.
    now: datetime
    version: int

    @classmethod
    def drafted(cls, draft: Draft, *, livemode: bool) -> Self:
        """The order as it was just written."""
        request = draft.request
        return cls(
            id=draft.id,
            code=draft.code,
            buyer_id=request.buyer_id,
            seller_id=draft.seller_id,
            status=Status.CREATED,
            reason=None,
            event=EventRead.of(draft.event),
            items=[ItemRead.of(line) for line in draft.lines],
            fees=[FeeRead(type="service", amount=draft.fee)] if draft.fee else [],
            total=draft.total,
            amount_refunded=0,
            currency=draft.currency,
            livemode=livemode,
            contact=_contact(request),
            created_at=draft.created_at,
            expires_at=draft.expires_at,
            now=draft.created_at,
            version=1,
        )

    @classmethod
    def of(cls, order: Order, replica: TicketReplica | None, now: datetime) -> Self:
        return cls(
            id=order.id,
            code=order.code,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            status=Status(order.status),
            reason=order.why_cancelled,
            event=EventRead.of(replica.event if replica else None),
            items=[ItemRead.of(item) for item in order.items],
            fees=[FeeRead(**fee) for fee in order.fees],
            total=order.total,
            amount_refunded=order.amount_refunded,
            currency=order.currency,
            livemode=order.livemode,
            contact=_contact(order),
            created_at=order.created_at,
            expires_at=order.expires_at,
            now=now,
            version=order.version,
        )


def check_items(items: list[ItemCreate]) -> None:
    if len(items) == 1:
        return
    seen: set[UUID] = set()
    for index, item in enumerate(items):
        if item.ticket_id in seen:
            raise Invalid.field(f"items.{index}.ticket_id", _AGAIN)
        seen.add(item.ticket_id)
    if sum(item.quantity for item in items) > MOST_UNITS:
        raise Invalid.field("items", _TOO_MANY)


def _contact(named: Order | Request) -> ContactRead | None:
    if named.contact_name is None or named.contact_email is None:
        return None
    return ContactRead(named.contact_name, named.contact_email)
