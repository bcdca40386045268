"""What events have on offer, summed up where the tickets are: lists show no more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from common.database import Transaction
from tickets.domain.tickets import Kind, Sale, TicketStatus

#: `status_at`, `available` and `least` of the domain, as SQL.
_OFFERS = text("""
    SELECT t.event_id, t.status, min(t.price + t.fee) AS total, t.currency,
        CAST(sum(t.available) AS bigint) AS available,
        min(t.sale_starts_at) FILTER (WHERE t.sale_starts_at > :now) AS begins_at
    FROM (
        SELECT t.*, left_of.available,
            CASE
                WHEN e.status = 'cancelled' OR least(
                    t.sale_ends_at, coalesce(e.ends_at, e.starts_at)) <= :now
                THEN 'ended'
                WHEN level.free IS NULL OR t.sale_starts_at > :now
                    OR e.status = 'draft'
                THEN 'scheduled'
                WHEN left_of.available > 0 THEN 'on_sale'
                WHEN level.held > 0 THEN 'all_held'
                ELSE 'sold_out'
            END AS status
        FROM events e
        JOIN tickets t ON t.event_id = e.id AND t.deleted_at IS NULL
        CROSS JOIN LATERAL (
            SELECT min(s.free) AS free, max(p.held) AS held, max(p.sold) AS sold
            FROM ticket_stocks p JOIN stocks s ON s.id = p.stock_id
            WHERE p.ticket_id = t.id) AS level
        CROSS JOIN LATERAL (
            SELECT coalesce(greatest(0, least(
                level.free, t.quantity - level.held - level.sold)), 0) AS available
            ) AS left_of
        WHERE e.id = ANY(CAST(:ids AS uuid[]))) AS t
    GROUP BY t.event_id, t.status, t.currency
""")


async def read_offers(
    tx: Transaction, ids: Sequence[UUID], now: datetime
) -> Mapping[UUID, Sequence[Kind]]:
    """What each of these events has on offer, whatever the number of its tickets."""
    offers: defaultdict[UUID, list[Kind]] = defaultdict(list)
    for row in await tx.session.execute(_OFFERS, {"ids": ids, "now": now}):
        offers[row.event_id].append(
            Kind(
                state=TicketStatus(row.status),
                total=row.total,
                currency=row.currency,
                available=row.available,
                sale=Sale(row.begins_at, None),
            )
        )
    return offers
