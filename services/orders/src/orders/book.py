"""Who gets what, without I/O.

`Book` is the heart: what a transaction knows once it holds its locks. It takes requests
one after the other, in the order they arrived, and each sees what the ones before took.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from common.errors import Fault, Invalid
from common.ids import new_id
from orders.errors import (
    AllHeld,
    NotOnSale,
    OverLimit,
    PriceChanged,
    Refused,
    SoldOut,
    TicketUnknown,
    TooManyHolds,
)

#: Open orders of one buyer; requests of the same moment may pass it by a few.
OPEN_ORDERS = 50
#: Orders of one buyer at one place that are held or paid; beyond it is over the limit.
KEPT_ORDERS = 500
#: Minor units; eight digits, as card networks take them.
LARGEST_TOTAL = 99_999_999

_TOO_DEAR = Fault("total", "The total must be at most {max}.", max=LARGEST_TOTAL)
_OTHER_EVENT = Fault("event", "Is not the event of these tickets.")
_ALONE = Fault("alone", "A ticket without an event is ordered alone.")

#: Letters and digits that are not taken for one another when read aloud.
_CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 8
#: Of each byte a letter; 32 letters, so that each is as likely as any other.
_CODE_LETTERS = _CODE_ALPHABET.encode() * 8


def new_code() -> str:
    return secrets.token_bytes(_CODE_LENGTH).translate(_CODE_LETTERS).decode()


class Wanted(msgspec.Struct, frozen=True):
    """Units of one ticket that a buyer asks for."""

    ticket_id: UUID
    quantity: int


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A valid request for an order."""

    #: The order's id, once it is made.
    id: UUID = msgspec.field(default_factory=new_id)
    buyer_id: UUID
    #: The buyer, and every guest the buyer was: limits count all of them.
    owners: frozenset[UUID]
    items: tuple[Wanted, ...]
    event_id: UUID | None = None
    expected_total: int | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    #: What the order's message carries, as a batch says those of many requests.
    trace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A ticket as sellers offer it now."""

    ticket_id: UUID
    seller_id: UUID
    event_id: UUID | None
    title: str
    price: int
    fee: int
    currency: str
    max_per_buyer: int
    opens_at: datetime | None
    closes_at: datetime | None
    #: Of a published event, or of none.
    published: bool
    withdrawn: bool
    #: What orders show of the event.
    event: Mapping[str, Any] | None = None

    @property
    def place(self) -> UUID:
        """Where limits of a buyer count: its event, else its seller."""
        return self.event_id or self.seller_id

    def on_sale(self, now: datetime) -> bool:
        begun = self.opens_at is None or self.opens_at <= now
        over = self.closes_at is not None and self.closes_at <= now
        return self.published and not self.withdrawn and begun and not over


@dataclass(slots=True)
class Stock:
    """What is scarce, as it stands under its lock."""

    id: UUID
    #: Without what is withheld.
    quantity: int
    held: int
    sold: int

    @property
    def free(self) -> int:
        return max(0, self.quantity - self.held - self.sold)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a drafted order."""

    id: UUID
    ticket_id: UUID
    title: str
    unit_price: int
    quantity: int

    @property
    def amount(self) -> int:
        return self.unit_price * self.quantity


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An order that may be written: its units are taken from the book."""

    id: UUID
    code: str
    request: Request
    seller_id: UUID
    event_id: UUID | None
    event: Mapping[str, Any] | None
    currency: str
    lines: tuple[Line, ...]
    fee: int
    #: All the buyer pays: lines and fee.
    total: int
    created_at: datetime
    expires_at: datetime


#: A buyer, and where: an event, or the seller of a ticket without one.
At = tuple[UUID, UUID]


@dataclass(slots=True)
class Standing:
    """What some buyers have already, as far as limits count it."""

    #: Unpaid orders by buyer, wherever.
    open_orders: Counter[UUID] = field(default_factory=Counter)
    #: Orders held or paid; no more of them are counted than may be.
    kept: Counter[At] = field(default_factory=Counter)
    #: Units held or owned, by buyer and ticket, of buyers who may have more.
    units: Counter[tuple[UUID, UUID]] = field(default_factory=Counter)

    # `get`, as a Counter counts what it lacks by a call of Python.
    def held_by(self, owners: Iterable[UUID]) -> int:
        """Unpaid orders of one person, by all the names that person has."""
        return sum([self.open_orders.get(owner, 0) for owner in owners])

    def allowance(
        self, ticket_id: UUID, limit: int, *, owners: Iterable[UUID], place: UUID
    ) -> int:
        """Units of a ticket that one may take, by all the names one has."""
        if sum([self.kept.get((owner, place), 0) for owner in owners]) >= KEPT_ORDERS:
            return 0
        had = sum([self.units.get((owner, ticket_id), 0) for owner in owners])
        return max(0, limit - had)

    def note(self, buyer: At, units: Iterable[tuple[UUID, int]]) -> None:
        """Count an order just taken, by its tickets and their units."""
        self.open_orders[buyer[0]] += 1
        self.kept[buyer] += 1
        for ticket_id, quantity in units:
            self.units[buyer[0], ticket_id] += quantity


@dataclass(kw_only=True)
class Book:
    """What a transaction knows under its locks."""

    now: datetime
    hold: timedelta
    offers: Mapping[UUID, Offer]
    #: By ticket; two tickets may draw on one stock.
    stocks: Mapping[UUID, Stock]
    standing: Standing = field(default_factory=Standing)

    def take(self, request: Request) -> Draft:
        """Take the units of one request, all or none of them.

        Raises `TicketUnknown`, `Invalid`, `Refused` with every failing item,
        `TooManyHolds` or `PriceChanged`.
        """
        offers = self._offers_of(request)
        self._refuse_failing(request, offers)
        if self.standing.held_by(request.owners) >= OPEN_ORDERS:
            raise TooManyHolds
        draft = self._draft(request, offers)
        if request.expected_total not in (None, draft.total):
            raise PriceChanged(total=draft.total)
        self._note(request, offers[0].place)
        return draft

    def _offers_of(self, request: Request) -> list[Offer]:
        offers: list[Offer] = []
        for item in request.items:
            offer = self.offers.get(item.ticket_id)
            if offer is None or item.ticket_id not in self.stocks:
                raise TicketUnknown(headers={"Retry-After": "1"})
            offers.append(offer)
        check_together(offers, request.event_id)
        return offers

    def _refuse_failing(self, request: Request, offers: Sequence[Offer]) -> None:
        failing = [
            (refusal, self._told(offer, request))
            for item, offer in zip(request.items, offers, strict=True)
            if (refusal := self._refusal(item, offer, request)) is not None
        ]
        if failing:
            worst = min((refusal for refusal, _ in failing), key=_PRECEDENCE.index)
            raise worst(items=[told for _, told in failing])

    def _refusal(
        self, item: Wanted, offer: Offer, request: Request
    ) -> type[Refused] | None:
        stock = self.stocks[offer.ticket_id]
        if not offer.on_sale(self.now):
            return NotOnSale
        if item.quantity > self._allowance(offer, request.owners):
            return OverLimit
        if item.quantity <= stock.free - self._taken_beside(item, request):
            return None
        return AllHeld if item.quantity <= stock.quantity - stock.sold else SoldOut

    def _taken_beside(self, item: Wanted, request: Request) -> int:
        """Units that earlier items of the same order take from the same stock."""
        taken = 0
        for other in request.items:
            if other is item:
                break
            if self.stocks[other.ticket_id] is self.stocks[item.ticket_id]:
                taken += other.quantity
        return taken

    def _allowance(self, offer: Offer, owners: Iterable[UUID]) -> int:
        return self.standing.allowance(
            offer.ticket_id, offer.max_per_buyer, owners=owners, place=offer.place
        )

    def _told(self, offer: Offer, request: Request) -> dict[str, object]:
        return {
            "ticket_id": offer.ticket_id,
            "available": self.stocks[offer.ticket_id].free,
            "max": self._allowance(offer, request.owners),
            "sale_starts_at": offer.opens_at,
        }

    def _draft(self, request: Request, offers: Sequence[Offer]) -> Draft:
        pairs = list(zip(request.items, offers, strict=True))
        lines = tuple([_line(item, offer) for item, offer in pairs])
        fee = sum([offer.fee * item.quantity for item, offer in pairs])
        total = sum([line.amount for line in lines]) + fee
        if total > LARGEST_TOTAL:
            raise Invalid.field("items", _TOO_DEAR)
        return Draft(
            id=request.id,
            code=new_code(),
            request=request,
            seller_id=offers[0].seller_id,
            event_id=offers[0].event_id,
            event=offers[0].event,
            currency=offers[0].currency,
            lines=lines,
            fee=fee,
            total=total,
            created_at=self.now,
            expires_at=self.now + self.hold,
        )

    def _note(self, request: Request, place: UUID) -> None:
        for item in request.items:
            self.stocks[item.ticket_id].held += item.quantity
        self.standing.note(
            (request.buyer_id, place),
            [(item.ticket_id, item.quantity) for item in request.items],
        )


#: Which refusal an order with several failing items is told by.
_PRECEDENCE: list[type[Refused]] = [NotOnSale, OverLimit, SoldOut, AllHeld]


def check_together(offers: Sequence[Offer], event_id: UUID | None) -> None:
    """Raises `Invalid`: one event, one seller, one currency; else a ticket alone."""
    first = offers[0]
    if event_id is not None and event_id != first.event_id:
        raise Invalid.field("query.event_id", _OTHER_EVENT)
    if len(offers) == 1:
        return
    if first.event_id is None:
        raise Invalid.field("items", _ALONE)
    for index, offer in enumerate(offers):
        for thing, same in (
            ("event", offer.event_id == first.event_id),
            ("seller", offer.seller_id == first.seller_id),
            ("currency", offer.currency == first.currency),
        ):
            if not same:
                apart = Fault(
                    "apart", "Is of another {thing} than the first.", thing=thing
                )
                raise Invalid.field(f"items.{index}.ticket_id", apart)


def _line(item: Wanted, offer: Offer) -> Line:
    return Line(
        id=new_id(),
        ticket_id=offer.ticket_id,
        title=offer.title,
        unit_price=offer.price,
        quantity=item.quantity,
    )
