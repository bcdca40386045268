"""What has just been found sold out is refused again without asking the database.

For a moment only, and never to a request with an `Idempotency-Key`: that one may have
been answered before, and is asked after.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from orders.book import Book, Offer, Request, Stock
from orders.errors import AllHeld, SoldOut

#: Seconds; a unit that comes back is offered to strangers this much later at most.
MEMORY = 0.25
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Seen:
    """A ticket of which nothing was free."""

    until: float
    offer: Offer
    #: Units that are held, and may come back.
    held: int


class Gone:
    """Tickets of which nothing was free a moment ago."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: dict[UUID, _Seen] = {}

    def note(self, book: Book, refused: Iterable[UUID]) -> None:
        """Remember tickets that a batch refused, if it left nothing of them."""
        if len(self._seen) > _REMEMBERED:
            self._seen.clear()
        until = self._now() + MEMORY
        for ticket_id in refused:
            stock, offer = book.stocks[ticket_id], book.offers[ticket_id]
            if stock.free == 0:
                self._seen[ticket_id] = _Seen(until, offer, _may_return(stock))

    def forget(self, tickets: Iterable[UUID]) -> None:
        """Units of these came back by our own hand."""
        for ticket_id in tickets:
            self._seen.pop(ticket_id, None)

    def refuse(self, request: Request) -> None:
        """Raises `SoldOut` or `AllHeld` for an order of one such ticket alone."""
        [wanted, *others] = request.items
        seen = self._seen.get(wanted.ticket_id)
        if seen is None or others or _elsewhere(request, seen.offer):
            return
        if seen.until < self._now():
            del self._seen[wanted.ticket_id]
            return
        refusal = AllHeld if wanted.quantity <= seen.held else SoldOut
        raise refusal(items=[_told(seen.offer)])


def _elsewhere(request: Request, offer: Offer) -> bool:
    """Whether the request names another event, which is a fault of its own."""
    return request.event_id is not None and request.event_id != offer.event_id


def _may_return(stock: Stock) -> int:
    return stock.quantity - stock.sold


def _told(offer: Offer) -> dict[str, object]:
    return {
        "ticket_id": offer.ticket_id,
        "available": 0,
        "max": offer.max_per_buyer,
        "sale_starts_at": offer.opens_at,
    }
