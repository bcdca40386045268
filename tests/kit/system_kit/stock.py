"""I1 and I4: what is held and sold is what live orders hold and own, and it fits."""

from system_kit.views import Views

_STOCK = """
    WITH units AS (
        SELECT t.stock_id, t.ticket_id,
               coalesce(sum(i.quantity) FILTER (
                   WHERE o.status IN ('created', 'awaiting_payment')), 0) AS holding,
               coalesce(sum(i.quantity) FILTER (
                   WHERE o.status = 'complete'), 0) AS owning
        FROM ticket_stocks t
        LEFT JOIN order_items i ON i.ticket_id = t.ticket_id
        LEFT JOIN orders o ON o.id = i.order_id
        GROUP BY t.stock_id, t.ticket_id)
    SELECT s.id, s.held, s.sold, s.capacity, u.holding, u.owning
    FROM stocks s
    JOIN (SELECT stock_id, sum(holding) AS holding, sum(owning) AS owning
          FROM units GROUP BY stock_id) u ON u.stock_id = s.id
    WHERE (s.held, s.sold) IS DISTINCT FROM (u.holding, u.owning)
       OR s.held + s.sold > s.capacity
       OR s.capacity < s.quantity - s.withheld
"""
_LINKS = """
    SELECT t.ticket_id, t.held, t.sold FROM ticket_stocks t
    LEFT JOIN (
        SELECT i.ticket_id,
               sum(i.quantity) FILTER (
                   WHERE o.status IN ('created', 'awaiting_payment')) AS holding,
               sum(i.quantity) FILTER (WHERE o.status = 'complete') AS owning
        FROM order_items i JOIN orders o ON o.id = i.order_id GROUP BY i.ticket_id
    ) u ON u.ticket_id = t.ticket_id
    WHERE (t.held, t.sold)
        IS DISTINCT FROM (coalesce(u.holding, 0), coalesce(u.owning, 0))
"""
_OVER_LIMIT = """
    SELECT o.buyer_id, i.ticket_id, sum(i.quantity), r.max_per_buyer
    FROM orders o JOIN order_items i ON i.order_id = o.id
    JOIN ticket_replicas r ON r.ticket_id = i.ticket_id
    WHERE o.status <> 'cancelled'
    GROUP BY o.buyer_id, i.ticket_id, r.max_per_buyer
    HAVING sum(i.quantity) > r.max_per_buyer
"""
_OVERDUE = """
    SELECT id, expires_at FROM orders
    WHERE status IN ('created', 'awaiting_payment')
      AND expires_at < clock_timestamp() - interval '5 seconds'
"""


async def wrong_stock(views: Views) -> list[str]:
    stocks = [
        f"stock {row.id} says {row.held} held, {row.sold} sold of {row.capacity};"
        f" its orders hold {row.holding} and own {row.owning}"
        for row in await views.rows("orders", _STOCK)
    ]
    links = [
        f"ticket {row.ticket_id} says {row.held} held and {row.sold} sold"
        for row in await views.rows("orders", _LINKS)
    ]
    greedy = [
        f"buyer {row.buyer_id} has {row.sum} of ticket {row.ticket_id},"
        f" of which one may have {row.max_per_buyer}"
        for row in await views.rows("orders", _OVER_LIMIT)
    ]
    return stocks + links + greedy


async def overdue(views: Views) -> list[str]:
    return [
        f"order {row.id} is still open after {row.expires_at}"
        for row in await views.rows("orders", _OVERDUE)
    ]
