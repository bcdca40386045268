"""Questions that a seller asks of the orders: one seller's rows alone, always.

Everything goes by the index (seller_id, event_id, id). Taking an order writes nothing
for this: names are folded as they are searched, sums are made as they are asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from common.database import Transaction
from orders.models import Order
from orders.repository import Repository
from orders.tally import ORIGIN, Cell, Steps, TicketSales

#: Words of a search that count.
_WORDS = 8

#: Case, accents and strokes of letters are no difference; most text has none.
_FOLD = r"""CASE WHEN octet_length({0}) = length({0}) THEN lower({0}) ELSE
    translate(replace(replace(replace(regexp_replace(
        casefold(normalize({0}, NFKD) COLLATE pg_unicode_fast),
        '[\u0300-\u036f]', '', 'g'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        'øłđðı', 'olddi') END"""
_NAMED = "concat_ws(' ', code, contact_name, contact_email)"
#: Escaped once it is folded: a full-width percent sign folds to a wildcard.
_LITERALLY = rf"regexp_replace({_FOLD.format('word')}, '([\\%_])', '\\\1', 'g')"
_MATCHING = f"""{_FOLD.format(_NAMED)} LIKE ALL (ARRAY(
    SELECT '%' || {_LITERALLY} || '%'
    FROM unnest(CAST(:words AS text[])) AS asked (word)))"""  # noqa: S608  # of the fragments above

_OFFERED = """
    SELECT t.ticket_id, r.event_id, r.title, r.currency, s.quantity, t.held, t.sold,
           s.withheld, 0 AS revenue
    FROM ticket_replicas r
    JOIN ticket_stocks t ON t.ticket_id = r.ticket_id
    JOIN stocks s ON s.id = t.stock_id
    WHERE r.seller_id = :seller
      AND (NOT r.withdrawn OR t.held + t.sold + s.withheld > 0){event}
    ORDER BY r.ticket_id
"""
_SPAN = "SELECT min(created_at) AS first, max(created_at) AS last FROM orders WHERE "
#: What went back counts against items by their share of the order. Steps and tickets
#: are told apart: both at once are as many rows as orders.
_COUNTED = """
    SELECT date_bin(:step, o.created_at AT TIME ZONE :zone, :origin) AS at,
           o.currency, o.status, o.reason,
           o.status = 'complete' AND o.refund_due AS owed,
           i.ticket_id,
           count(*) FILTER (WHERE i.position = 0) AS orders,
           sum(i.quantity) AS units,
           CAST(coalesce(sum(p.amount - CASE WHEN o.amount_refunded = 0 THEN 0 ELSE
               p.amount * o.amount_refunded / o.total END)
               FILTER (WHERE o.status = 'complete'), 0) AS bigint) AS amount
    FROM (SELECT * FROM orders WHERE {where}) o
    JOIN order_items i ON i.order_id = o.id
    CROSS JOIN LATERAL (
        SELECT CAST(i.unit_price AS bigint) * i.quantity AS amount) p
    GROUP BY GROUPING SETS ((1, 2, 3, 4, 5), (6))
"""
_EVENTS = text("""
    SELECT DISTINCT event_id FROM orders WHERE seller_id = :seller
    ORDER BY event_id DESC NULLS LAST
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which of a seller's orders are asked for."""

    seller_id: UUID
    event_id: UUID | None = None
    #: Only orders of tickets without an event.
    eventless: bool = False
    status: str | None = None
    #: Words that code, name and e-mail hold together, all of them.
    words: str = ""

    def conditions(self) -> list[str]:
        conditions = ["seller_id = :seller"]
        if self.event_id is not None:
            conditions.append("event_id = :event")
        if self.eventless:
            conditions.append("event_id IS NULL")
        if self.status is not None:
            conditions.append("status = :status")
        if self.words.split():
            conditions.append(_MATCHING)
        return conditions

    def values(self) -> dict[str, Any]:
        values = {
            "seller": self.seller_id,
            "event": self.event_id,
            "status": self.status,
            "words": self.words.split()[:_WORDS] or None,
        }
        return {name: value for name, value in values.items() if value is not None}


class SalesRepository:
    """The rows of one transaction that are a seller's."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._orders = Repository(tx)

    async def page(
        self, asked: Asked, *, before: UUID | None, limit: int
    ) -> list[Order]:
        """Orders, whole, newest first."""
        values = asked.values() | {"limit": limit}
        conditions = asked.conditions()
        if before is not None:
            conditions.append("id < :before")
            values["before"] = before
        ids = await self._session.scalars(text(_page_of_ids(asked, conditions)), values)
        return await self._orders.find(list(ids))

    async def events(self, seller_id: UUID) -> list[UUID | None]:
        """Events that the seller has orders of; None stands for those without."""
        return list(await self._session.scalars(_EVENTS, {"seller": seller_id}))

    async def offered(self, asked: Asked) -> list[TicketSales]:
        """What the seller has on offer, or has sold."""
        event = " AND r.event_id = :event" if asked.event_id else ""
        query = text(_OFFERED.format(event=event))
        rows = await self._session.execute(query, asked.values())
        return [TicketSales(**row) for row in rows.mappings()]

    async def span(self, asked: Asked) -> tuple[datetime | None, datetime | None]:
        """When the first and the last order were taken."""
        query = text(_SPAN + _all_of(asked.conditions()))
        row = (await self._session.execute(query, asked.values())).one()
        return row.first, row.last

    async def count(
        self, asked: Asked, steps: Steps
    ) -> tuple[list[Cell], dict[UUID, int]]:
        """Orders by step, and what each ticket earned, in one pass over them."""
        query = text(_COUNTED.format(where=_all_of(asked.conditions())))
        cut = {"step": steps.length, "zone": steps.zone, "origin": ORIGIN}
        rows = await self._session.execute(query, asked.values() | cut)
        cells, revenue = list[Cell](), dict[UUID, int]()
        for row in rows.mappings():
            facts = dict(row)
            ticket_id = facts.pop("ticket_id")
            if ticket_id is None:
                cells.append(Cell(**facts))
            else:
                revenue[ticket_id] = facts["amount"]
        return cells, revenue


def _page_of_ids(asked: Asked, conditions: Sequence[str]) -> str:
    """Of all events, the seller's rows first: else all sellers' are walked by id."""
    mine = f"SELECT id FROM orders WHERE {_all_of(conditions)}"  # noqa: S608  # fragments above
    if asked.event_id is None and not asked.eventless:
        mine = f"WITH mine AS MATERIALIZED ({mine}) SELECT id FROM mine"  # noqa: S608  # the same
    return f"{mine} ORDER BY id DESC LIMIT :limit"


def _all_of(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions)
