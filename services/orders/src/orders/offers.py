"""Tickets as their owner says them: replicas of the offers, and the stock behind."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from common.database import Transaction
from common.messages import EventInfo, TicketDeleted, TicketState, newest
from orders.repository import Repository
from orders.reservations import say_stocks
from orders.tables import TicketReplica


async def take_offers(messages: Sequence[TicketState], tx: Transaction) -> None:
    """Keep what is newer, create stock for what is new, tell stock its quantity.

    The first message of a ticket creates its stock, whichever it is; a tombstone never
    does. Order and repetition change nothing: the newest version wins.
    """
    repository = Repository(tx)
    latest = {message.ticket_id: message for message in newest(messages)}
    kept = await repository.keep_replicas([*map(_replica, latest.values())])
    changed = [latest[ticket_id] for ticket_id in sorted(kept)]
    offered = [m for m in changed if not isinstance(m, TicketDeleted)]
    created = await repository.create_stocks(offered) if offered else []
    told = await _tell_quantities(changed, tx)
    if cancelled := _cancelled(changed):
        await repository.note_cancelled(cancelled)
    await say_stocks(tx, {*created, *told})


async def _tell_quantities(
    changed: Iterable[TicketState], tx: Transaction
) -> list[UUID]:
    """Tell each stock the seller's quantity; the ones for which that is news."""
    quantities = {m.ticket_id: _offered_units(m) for m in changed}
    stocks = await Repository(tx).lock_stocks(quantities)
    told: list[UUID] = []
    for ticket_id, stock in stocks.items():
        if stock.quantity != quantities[ticket_id]:
            stock.tell(quantities[ticket_id])
            stock.version += 1
            told.append(stock.id)
    await tx.session.flush()
    return told


def _cancelled(messages: Iterable[TicketState]) -> dict[UUID, UUID]:
    """Events that will not take place, with their sellers."""
    return {
        m.event.id: m.seller_id
        for m in messages
        if m.event is not None and m.event.status == "cancelled"
    }


def _offered_units(message: TicketState) -> int:
    return 0 if isinstance(message, TicketDeleted) else message.quantity


def _replica(message: TicketState) -> TicketReplica:
    event = message.event
    return TicketReplica(
        ticket_id=message.ticket_id,
        version=message.version,
        seller_id=message.seller_id,
        event_id=event.id if event else None,
        title=message.title,
        price=message.price,
        fee=message.fee,
        currency=message.currency,
        max_per_buyer=message.max_per_buyer,
        opens_at=message.sale_starts_at,
        closes_at=closes_at(message.sale_ends_at, event),
        published=event is None or event.status == "published",
        withdrawn=isinstance(message, TicketDeleted),
        event=msgspec.to_builtins(event) if event else None,
    )


def closes_at(
    sale_ends_at: datetime | None, event: EventInfo | None
) -> datetime | None:
    """Sales end at the event's end, else at its start, at the latest."""
    limits = [sale_ends_at]
    if event is not None:
        limits.append(event.ends_at or event.starts_at)
    return min((moment for moment in limits if moment is not None), default=None)
