"""Tickets: what is on offer, when it sells, what its seller may change. No I/O."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from common.errors import Fault, Invalid
from common.money import step
from tickets.domain.events import EventStatus, known_currency
from tickets.domain.rules import Rule, countable, require
from tickets.errors import HoldsOrSales

CURRENCY: Final = "usd"

_BEFORE_SALE: Final = Fault("before-sale", "Must be after the start of the sale.")
_STAYS: Final = Fault(
    "stays", "A ticket stays at its event: take it off, and offer another."
)


class TicketStatus(StrEnum):
    SCHEDULED = "scheduled"
    ON_SALE = "on_sale"
    ALL_HELD = "all_held"
    SOLD_OUT = "sold_out"
    ENDED = "ended"


#: Statuses of tickets that a buyer can still hope for.
HOPEFUL: Final = frozenset(
    {TicketStatus.SCHEDULED, TicketStatus.ON_SALE, TicketStatus.ALL_HELD}
)
#: Statuses in which other buyers change what is left.
MOVING: Final = frozenset({TicketStatus.ON_SALE, TicketStatus.ALL_HELD})
#: What an event's sale comes to: the first of these that any of its tickets has.
BRIGHTEST: Final = (
    TicketStatus.ON_SALE,
    TicketStatus.ALL_HELD,
    TicketStatus.SCHEDULED,
    TicketStatus.SOLD_OUT,
    TicketStatus.ENDED,
)
#: Seconds.
POLL_SOON: Final = 2
POLL_LATE: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTerms:
    """What a seller says of a ticket."""

    title: str
    price: int
    quantity: int = 1
    #: None: its event's, else `CURRENCY`.
    currency: str | None = None
    event_id: UUID | None = None
    max_per_buyer: int = 50
    sale_starts_at: datetime | None = None
    sale_ends_at: datetime | None = None

    def __post_init__(self) -> None:
        begins, ends = self.sale_starts_at, self.sale_ends_at
        require(
            known_currency(self.currency),
            countable("sale_starts_at", begins),
            countable("sale_ends_at", ends),
            Rule(
                begins is None or ends is None or begins < ends,
                "sale_ends_at",
                _BEFORE_SALE,
            ),
            _chargeable(self.price, self.currency),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSearch:
    """Which tickets to list; what is None does not matter."""

    #: Nothing is found by no words at all.
    words: list[str] | None = None
    event_id: UUID | None = None
    seller_id: UUID | None = None
    #: The last ticket of the page before.
    before: UUID | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Level:
    """What orders said is left, held and sold of a ticket."""

    free: int
    held: int
    sold: int

    @property
    def taken(self) -> int:
        return self.held + self.sold


NOTHING_SAID: Final = Level(free=0, held=0, sold=0)


def least(levels: Iterable[Level]) -> Level | None:
    """The level of a ticket that draws on several stocks; None before any is known."""
    known = list(levels)
    if not known:
        return None
    return Level(
        free=min(level.free for level in known),
        held=max(level.held for level in known),
        sold=max(level.sold for level in known),
    )


@dataclass(frozen=True, slots=True)
class Sale:
    """When a ticket sells: its own window, within its event's time."""

    begins_at: datetime | None
    ends_at: datetime | None
    event: EventStatus | None = None

    def begun(self, now: datetime) -> bool:
        early = self.begins_at is not None and now < self.begins_at
        return not early and self.event is not EventStatus.DRAFT

    def ended(self, now: datetime) -> bool:
        late = self.ends_at is not None and self.ends_at <= now
        return late or self.event is EventStatus.CANCELLED


def earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


def agree(wanted: str | None, *settled: str | None) -> str:
    """The currency of a price beside others of its event: an order has but one.

    Raises `Invalid`.
    """
    currency = next(filter(None, settled), None)
    if currency and wanted not in (None, currency):
        sentence = "Must be {currency}, like the other prices of the event."
        raise Invalid.field(
            "currency", Fault("other-currency", sentence, currency=currency)
        )
    return currency or wanted or CURRENCY


def available(level: Level | None, quantity: int) -> int:
    """Units that people are shown; never more than a quantity just lowered leaves."""
    if level is None:
        return 0
    return max(0, min(level.free, quantity - level.taken))


def status_at(
    now: datetime, sale: Sale, level: Level | None, quantity: int
) -> TicketStatus:
    if sale.ended(now):
        return TicketStatus.ENDED
    if level is None or not sale.begun(now):
        return TicketStatus.SCHEDULED
    if available(level, quantity):
        return TicketStatus.ON_SALE
    return TicketStatus.ALL_HELD if level.held else TicketStatus.SOLD_OUT


def refuse_edit(old: TicketTerms, new: TicketTerms, level: Level) -> None:
    """Raises `HoldsOrSales` for what buyers of held or sold units would suffer from.

    Raises `Invalid` for another event: somebody may be buying at this very moment, and
    would be let into the one while paying for the other.
    """
    if new.event_id != old.event_id:
        raise Invalid.field("event_id", _STAYS)
    if not level.taken:
        return
    if new.quantity < level.taken:
        raise HoldsOrSales(f"{level.taken} units are held or sold.")
    if new.currency != old.currency:
        raise HoldsOrSales("Units are held or sold: the currency must stay.")
    if level.taken >= old.quantity and _dearer_part(new) != _dearer_part(old):
        raise HoldsOrSales(
            "Every unit is held or sold: only words, the sale window and a larger"
            " quantity may change."
        )


def refuse_withdrawal(level: Level) -> None:
    if level.taken:
        raise HoldsOrSales(f"{level.taken} units are held or sold.")


def _chargeable(price: int, currency: str | None) -> Rule:
    """Cards cannot be charged single thousandths, for one."""
    unit = step(currency or CURRENCY)
    fault = Fault("multiple", "Must be a multiple of {step}.", step=unit)
    return Rule(price % unit == 0, "price", fault)


def _dearer_part(terms: TicketTerms) -> tuple[int, int]:
    return terms.price, terms.max_per_buyer


class OnOffer(Protocol):
    """A ticket, as far as its event's page sums it up."""

    @property
    def total(self) -> int: ...
    @property
    def sale(self) -> Sale: ...
    @property
    def available(self) -> int: ...
    def status(self, now: datetime) -> TicketStatus: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Tickets of an event that are alike in status and currency, taken as one."""

    state: TicketStatus
    #: Of the cheapest.
    total: int
    currency: str
    #: Of all of them.
    available: int
    #: That opens next.
    sale: Sale

    def status(self, now: datetime) -> TicketStatus:  # noqa: ARG002  # as `OnOffer` asks
        """As it was at the `now` they were read for."""
        return self.state


@dataclass(frozen=True, slots=True)
class Offer:
    """What an event's tickets come to."""

    price_from: int | None
    available: int
    next_sale_at: datetime | None
    sale: TicketStatus | None

    def poll_after(self, now: datetime) -> int:
        """Seconds after which looking again is worth it: often while anything moves."""
        if self.sale in MOVING:
            return POLL_SOON
        if self.next_sale_at is None:
            return POLL_LATE
        wait = math.ceil((self.next_sale_at - now).total_seconds())
        return min(max(wait, POLL_SOON), POLL_LATE)


def offer_of(tickets: Iterable[OnOffer], now: datetime) -> Offer:
    statuses = [(ticket, ticket.status(now)) for ticket in tickets]
    hopeful = [ticket for ticket, status in statuses if status in HOPEFUL]
    shown = {status for _, status in statuses}
    begins = (ticket.sale.begins_at for ticket in hopeful)
    return Offer(
        price_from=min((ticket.total for ticket in hopeful), default=None),
        available=sum(ticket.available for ticket in hopeful),
        next_sale_at=earliest(*(at for at in begins if at and at > now)),
        sale=next((status for status in BRIGHTEST if status in shown), None),
    )
