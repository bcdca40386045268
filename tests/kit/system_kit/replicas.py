"""I7: copies agree with what they are copies of."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from system_kit.views import Views

_TICKETS = """
    SELECT t.id, t.version, t.seller_id, t.event_id, t.title, t.price, t.currency,
           t.max_per_buyer, t.deleted_at IS NOT NULL AS withdrawn, t.quantity
    FROM tickets t
"""
_TICKET_REPLICAS = """
    SELECT r.ticket_id AS id, r.version, r.seller_id, r.event_id, r.title, r.price,
           r.currency, r.max_per_buyer, r.withdrawn,
           (SELECT s.quantity FROM stocks s JOIN ticket_stocks l ON l.stock_id = s.id
            WHERE l.ticket_id = r.ticket_id) AS quantity
    FROM ticket_replicas r
"""
_ORDERS = """
    SELECT id, version, buyer_id, status, reason, total, currency FROM orders
"""
_ORDER_REPLICAS = """
    SELECT order_id AS id, version, buyer_id, status, reason, total, currency
    FROM order_replicas
"""
_STOCKS = """
    SELECT l.ticket_id AS id, s.id AS stock_id, s.version,
           greatest(0, s.quantity - s.withheld - s.held - s.sold) AS free,
           l.held, l.sold
    FROM stocks s JOIN ticket_stocks l ON l.stock_id = s.id
"""
_STOCK_REPLICAS = """
    SELECT l.ticket_id AS id, s.id AS stock_id, s.version, s.free, l.held, l.sold
    FROM stocks s JOIN ticket_stocks l ON l.stock_id = s.id
"""


async def wrong_tickets(views: Views) -> list[str]:
    """A withdrawn ticket's stock has quantity 0; a tombstone alone has no stock."""
    tickets = await _by_id(views, "tickets", _TICKETS)
    copies = await _by_id(views, "orders", _TICKET_REPLICAS)
    for ticket in tickets.values():
        if ticket["withdrawn"]:
            ticket["quantity"] = 0
    for copy in copies.values():
        copy["quantity"] = copy["quantity"] or 0
    return _differences("ticket", tickets, copies)


async def wrong_orders(views: Views) -> list[str]:
    orders = await _by_id(views, "orders", _ORDERS)
    return _differences(
        "order", orders, await _by_id(views, "payments", _ORDER_REPLICAS)
    )


async def wrong_availability(views: Views) -> list[str]:
    stocks = await _by_id(views, "orders", _STOCKS)
    shown = await _by_id(views, "tickets", _STOCK_REPLICAS)
    return _differences("stock of ticket", stocks, shown)


async def _by_id(views: Views, service: str, query: str) -> dict[UUID, dict[str, Any]]:
    rows = await views.rows(service, query)
    return {row.id: dict(row._mapping) for row in rows}


def _differences(
    what: str,
    owned: Mapping[UUID, Mapping[str, Any]],
    copied: Mapping[UUID, Mapping[str, Any]],
) -> list[str]:
    faults: list[str] = []
    for key in owned.keys() | copied.keys():
        mine, theirs = owned.get(key), copied.get(key)
        if mine is None or theirs is None:
            faults.append(f"{what} {key}: the owner has {mine}, the copy {theirs}")
        elif mine != theirs:
            parts = [
                f"{name} {mine[name]!r} is copied as {theirs[name]!r}"
                for name in mine
                if mine[name] != theirs[name]
            ]
            faults.append(f"{what} {key}: {', '.join(parts)}")
    return faults
