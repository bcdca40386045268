"""Stock under its lock: units of orders moved between held, sold, free and withheld."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self
from uuid import UUID

from common.database import Transaction
from orders.book import Standing
from orders.models import Order
from orders.repository import Repository
from orders.reservations import say_stocks
from orders.standing import standing
from orders.tables import Stock, TicketReplica, TicketStock


class LockedStock:
    """The stock that some orders draw on. The orders are locked before."""

    def __init__(
        self,
        tx: Transaction,
        stocks: Mapping[UUID, Stock],
        links: Mapping[UUID, TicketStock],
    ) -> None:
        self._tx = tx
        self._stocks = stocks
        self._links = links
        self._moved: set[UUID] = set()

    @classmethod
    async def of(cls, tx: Transaction, orders: Iterable[Order]) -> Self:
        tickets = sorted({item.ticket_id for o in orders for item in o.items})
        stocks, links = await Repository(tx).lock_drawn(tickets)
        return cls(tx, stocks, links)

    def release_held(self, order: Order) -> None:
        for stock, link, units in self._drawn(order):
            stock.release(held=units)
            link.held -= units

    def release_sold(self, order: Order) -> None:
        for stock, link, units in self._drawn(order):
            stock.release(sold=units)
            link.sold -= units

    def withhold_sold(self, order: Order) -> None:
        for stock, link, units in self._drawn(order):
            stock.withhold(units)
            link.sold -= units

    def sell_held(self, order: Order) -> None:
        for stock, link, units in self._drawn(order):
            stock.hold_to_sold(units)
            link.held -= units
            link.sold += units

    def sell_free(self, order: Order) -> None:
        """Sell what is free, for an order that lost its hold; see `has_free`."""
        for stock, link, units in self._drawn(order):
            stock.sell(units)
            link.sold += units

    def has_free(self, order: Order) -> bool:
        wanted: Counter[UUID] = Counter()
        for item in order.items:
            wanted[self._stocks[item.ticket_id].id] += item.quantity
        free = {stock.id: stock.free for stock in self._stocks.values()}
        return all(free[stock_id] >= units for stock_id, units in wanted.items())

    async def say(self) -> None:
        """Write what moved, and say it once per stock."""
        for stock in {s.id: s for s in self._stocks.values()}.values():
            if stock.id in self._moved:
                stock.version += 1
        await self._tx.session.flush()
        await say_stocks(self._tx, self._moved)

    def _drawn(self, order: Order) -> list[tuple[Stock, TicketStock, int]]:
        drawn = [
            (self._stocks[item.ticket_id], self._links[item.ticket_id], item.quantity)
            for item in order.items
        ]
        self._moved |= {stock.id for stock, _, _ in drawn}
        return drawn


class Allowances:
    """Whether late payments may revive their orders: limits and withdrawal as now."""

    def __init__(
        self,
        replicas: Mapping[UUID, TicketReplica],
        had: Standing,
    ) -> None:
        self._replicas = replicas
        self._had = had

    @classmethod
    async def of(cls, tx: Transaction, orders: Iterable[Order]) -> Self:
        """Read after the stock is locked, or the counts are stale."""
        orders = list(orders)
        if not orders:
            return cls({}, Standing())
        tickets = {item.ticket_id for o in orders for item in o.items}
        buyers = [[(order.buyer_id, order.place)] for order in orders]
        replicas = await Repository(tx).replicas(tickets)
        return cls(replicas, await standing(tx, buyers, tickets))

    def allow(self, order: Order) -> bool:
        return all(
            self._offered(item.ticket_id)
            and item.quantity <= self._allowance(order, item.ticket_id)
            for item in order.items
        )

    def note(self, order: Order) -> None:
        self._had.note(
            (order.buyer_id, order.place),
            [(item.ticket_id, item.quantity) for item in order.items],
        )

    def _allowance(self, order: Order, ticket_id: UUID) -> int:
        return self._had.allowance(
            ticket_id,
            self._replicas[ticket_id].max_per_buyer,
            owners=[order.buyer_id],
            place=order.place,
        )

    def _offered(self, ticket_id: UUID) -> bool:
        replica = self._replicas[ticket_id]
        return replica.published and not replica.withdrawn
