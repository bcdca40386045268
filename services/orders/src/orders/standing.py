"""What buyers have already, as far as limits count it, asked of the database.

Read from each buyer to the buyer's own orders of one place, whatever the planner knows
of the tables: a sale fills them within a minute, and by ticket or by status every batch
would read every hold of the sale. `OFFSET 0` keeps each step to its own index. What is
cancelled and what was bought elsewhere is in no entry that is read, and of one place no
more than may count: who has many orders makes nobody else wait.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import text

from common.database import Transaction
from orders.book import KEPT_ORDERS, At, Standing

_KEPT = """
    SELECT id FROM orders
    WHERE buyer_id = b.id AND status <> 'cancelled'
      AND status IN ('created', 'awaiting_payment', 'complete')
      AND coalesce(event_id, seller_id) = b.place
"""
_BUYERS = "unnest(CAST(:buyers AS uuid[]), CAST(:places AS uuid[])) AS b (id, place)"
_COUNTS = text(f"""
    SELECT b.id AS buyer_id, b.place, o.open, k.kept FROM {_BUYERS}
    CROSS JOIN LATERAL (
        SELECT count(*) AS open FROM orders
        WHERE buyer_id = b.id AND status <> 'cancelled'
          AND status IN ('created', 'awaiting_payment')) o
    CROSS JOIN LATERAL (
        SELECT count(*) AS kept FROM ({_KEPT} LIMIT {KEPT_ORDERS}) own) k
    WHERE o.open > 0 OR k.kept > 0
""")  # noqa: S608  # of the fragments above
_UNITS = text(f"""
    SELECT b.id AS buyer_id, i.ticket_id, sum(i.quantity) AS units FROM {_BUYERS}
    CROSS JOIN LATERAL ({_KEPT} OFFSET 0) o
    CROSS JOIN LATERAL (
        SELECT ticket_id, quantity FROM order_items WHERE order_id = o.id OFFSET 0) i
    WHERE i.ticket_id = ANY(:tickets)
    GROUP BY b.id, i.ticket_id
""")  # noqa: S608  # the same


async def standing(
    tx: Transaction, buyers: Collection[Collection[At]], tickets: Iterable[UUID]
) -> Standing:
    """What those have who ask, each with all the names they bought by."""
    found = Standing()
    asked = {at for own in buyers for at in own}
    for row in await tx.session.execute(_COUNTS, _columns(asked)):
        found.open_orders[row.buyer_id] = row.open
        found.kept[row.buyer_id, row.place] = row.kept
    counted = {
        at
        for own in buyers
        if 0 < sum(found.kept.get(at, 0) for at in own) < KEPT_ORDERS
        for at in own
    }
    if counted:
        wanted = _columns(counted) | {"tickets": sorted(set(tickets))}
        for row in await tx.session.execute(_UNITS, wanted):
            found.units[row.buyer_id, row.ticket_id] = row.units
    return found


def _columns(buyers: Collection[At]) -> dict[str, object]:
    return {
        "buyers": [buyer for buyer, _ in buyers],
        "places": [place for _, place in buyers],
    }
