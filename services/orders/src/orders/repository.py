"""Questions asked of the orders database, and what is written for good."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import selectinload

from common.database import Transaction
from common.ids import new_id
from common.messages import TicketState
from common.set_based import SetBased, among
from orders.domain import OPEN
from orders.models import UNSETTLED, Order, OrderPayment
from orders.tables import Stock, TicketReplica, TicketStock

_OPEN_STATUSES = [status.value for status in OPEN]

_JUDGED = SetBased(Order, ("id", "version", "status", "reason"))
_VERDICTS = SetBased(OrderPayment, ("payment_id", "order_id", "verdict"))
_REPLICAS = SetBased(
    TicketReplica, TicketReplica.__table__.columns.keys(), returning="ticket_id"
)
_NOTE_CANCELLED = text("""
    INSERT INTO cancelled_events (event_id, seller_id)
    SELECT * FROM unnest(CAST(:events AS uuid[]), CAST(:sellers AS uuid[]))
    ON CONFLICT DO NOTHING
""")
# From each event to its own orders, whatever the planner knows of the tables: what is
# settled is in no entry of the index, and other events are not looked at.
_UNSETTLED = text(f"""
    SELECT o.id FROM cancelled_events c CROSS JOIN LATERAL (
        SELECT id FROM orders
        WHERE seller_id = c.seller_id AND event_id = c.event_id AND {UNSETTLED}
        OFFSET 0) o
    LIMIT :limit
""")  # noqa: S608  # of the fragment above
_FORGET_CANCELLED = text(f"""
    DELETE FROM cancelled_events c
    WHERE heard_at < now() - CAST(:watched AS interval) AND NOT EXISTS (
        SELECT FROM orders
        WHERE seller_id = c.seller_id AND event_id = c.event_id AND {UNSETTLED})
""")  # noqa: S608  # the same
_CREATE_STOCKS = text("""
    WITH fresh AS (
        INSERT INTO ticket_stocks (ticket_id, stock_id)
        SELECT ticket_id, stock_id
        FROM unnest(CAST(:tickets AS uuid[]), CAST(:stocks AS uuid[]))
             AS t (ticket_id, stock_id) ORDER BY ticket_id
        ON CONFLICT DO NOTHING RETURNING ticket_id, stock_id)
    INSERT INTO stocks (id, quantity, capacity)
    SELECT f.stock_id, q.quantity, q.quantity
    FROM fresh f
    JOIN unnest(CAST(:tickets AS uuid[]), CAST(:quantities AS integer[]))
         AS q (ticket_id, quantity) ON q.ticket_id = f.ticket_id
    RETURNING id
""")


class Repository:
    """The rows of one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def now(self) -> datetime:
        """The clock that deadlines are judged by; read it after locks are held."""
        moment = await self._session.scalar(select(func.clock_timestamp()))
        assert moment is not None
        return moment

    async def lock_orders(self, ids: Iterable[UUID]) -> list[Order]:
        """The orders, whole, locked in id order."""
        return await self._locked(
            _whole().where(among(Order.id, ids)).order_by(Order.id)
        )

    async def lock_unjudged(self, ids: Iterable[UUID]) -> list[Order]:
        """As `lock_orders`, for `write_judged` to write."""
        orders = await self.lock_orders(ids)
        for order in orders:
            self._session.expunge(order)
        return orders

    async def write_judged(
        self, orders: Sequence[Order], verdicts: Sequence[OrderPayment]
    ) -> None:
        """Write what verdicts made of orders, and the verdicts themselves."""
        if verdicts:
            await self._session.execute(_JUDGED.change, _JUDGED.of(orders))
            await self._session.execute(_VERDICTS.insertion, _VERDICTS.of(verdicts))

    async def lock_due(self, limit: int) -> list[Order]:
        """Open orders past their time that nobody else has locked.

        By the moment the transaction began, for an index cannot answer what the clock
        may change; they are judged by the clock once they are locked.
        """
        due = (
            _whole()
            .where(Order.status.in_(_OPEN_STATUSES))
            .where(Order.expires_at <= func.now())
            .order_by(Order.expires_at)
            .limit(limit)
        )
        return await self._locked(due, skip_locked=True)

    async def most_overdue(self) -> timedelta:
        """By how much the open order longest past its time is late."""
        late = func.clock_timestamp() - func.min(Order.expires_at)
        latest = await self._session.scalar(
            select(late).where(Order.status.in_(_OPEN_STATUSES))
        )
        return max(latest or timedelta(0), timedelta(0))

    async def note_cancelled(self, events: Mapping[UUID, UUID]) -> None:
        """Events that will not take place, by their sellers."""
        await self._session.execute(
            _NOTE_CANCELLED,
            {"events": list(events), "sellers": [events[event] for event in events]},
        )

    async def lock_of_cancelled_events(self, limit: int) -> list[Order]:
        """Orders that still hold tickets of them, or were paid and are not yet due."""
        found = await self._session.scalars(_UNSETTLED, {"limit": limit})
        left = _whole().where(among(Order.id, found), text(UNSETTLED))
        return await self._locked(left.order_by(Order.id), skip_locked=True)

    async def forget_cancelled(self, watched: timedelta) -> None:
        """Look no more after what was cancelled long enough ago and is all settled."""
        await self._session.execute(_FORGET_CANCELLED, {"watched": watched})

    async def lock_stocks(self, tickets: Iterable[UUID]) -> Mapping[UUID, Stock]:
        """Stock by ticket, locked in id order, read as the last holder left it."""
        stocks, _ = await self.lock_drawn(tickets)
        return stocks

    async def lock_drawn(
        self, tickets: Iterable[UUID]
    ) -> tuple[Mapping[UUID, Stock], Mapping[UUID, TicketStock]]:
        """As `lock_stocks`, with what each ticket holds and sold of it."""
        wanted = sorted(set(tickets))
        drawn = select(TicketStock.stock_id).where(among(TicketStock.ticket_id, wanted))
        stocks = await self._session.scalars(
            select(Stock)
            .where(Stock.id.in_(drawn))
            .order_by(Stock.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        by_id = {stock.id: stock for stock in stocks}
        links = await self.ticket_stocks(wanted)
        return {ticket: by_id[link.stock_id] for ticket, link in links.items()}, links

    async def ticket_stocks(self, tickets: Sequence[UUID]) -> dict[UUID, TicketStock]:
        rows = await self._session.scalars(
            select(TicketStock)
            .where(among(TicketStock.ticket_id, tickets))
            .order_by(TicketStock.ticket_id)
            .execution_options(populate_existing=True)
        )
        return {row.ticket_id: row for row in rows}

    async def get(self, order_id: UUID) -> tuple[Order, TicketReplica | None] | None:
        """An order, whole, with the event it admits to as it is now."""
        order = await self._session.scalar(_whole().where(Order.id == order_id))
        if order is None:
            return None
        replicas = await self.replicas([order.items[0].ticket_id])
        return order, replicas.get(order.items[0].ticket_id)

    async def find(self, ids: Iterable[UUID]) -> list[Order]:
        """Orders, whole, newest first."""
        rows = await self._session.scalars(
            _whole().where(among(Order.id, ids)).order_by(Order.id.desc())
        )
        return list(rows)

    async def page(
        self,
        *,
        owners: Iterable[UUID],
        status: str | None,
        before: UUID | None,
        limit: int,
    ) -> list[Order]:
        """One's own orders, newest first."""
        query = _whole().where(Order.buyer_id.in_(sorted(owners)))
        if status is not None:
            query = query.where(Order.status == status)
        if before is not None:
            query = query.where(Order.id < before)
        rows = await self._session.scalars(query.order_by(Order.id.desc()).limit(limit))
        return list(rows)

    async def versions(self, ids: Sequence[UUID]) -> dict[UUID, int]:
        rows = await self._session.execute(
            select(Order.id, Order.version).where(among(Order.id, ids))
        )
        return {row.id: row.version for row in rows}

    async def replicas(self, tickets: Iterable[UUID]) -> dict[UUID, TicketReplica]:
        rows = await self._session.scalars(
            select(TicketReplica).where(among(TicketReplica.ticket_id, tickets))
        )
        return {row.ticket_id: row for row in rows}

    async def unknown_tickets(self, tickets: Iterable[UUID]) -> set[UUID]:
        """Tickets that have not reached us, or never were."""
        wanted = set(tickets)
        known = await self._session.scalars(
            select(TicketStock.ticket_id).where(among(TicketStock.ticket_id, wanted))
        )
        return wanted - set(known)

    async def keep_replicas(self, replicas: Sequence[TicketReplica]) -> set[UUID]:
        """Take what is newer than what we have; the tickets that changed."""
        kept = await self._session.scalars(_REPLICAS.newest, _REPLICAS.of(replicas))
        return set(kept)

    async def create_stocks(self, tickets: Sequence[TicketState]) -> list[UUID]:
        """Stock for tickets that have none yet; the new ones."""
        created = await self._session.scalars(
            _CREATE_STOCKS,
            {
                "tickets": [ticket.ticket_id for ticket in tickets],
                "stocks": [new_id() for _ in tickets],
                "quantities": [ticket.quantity for ticket in tickets],
            },
        )
        return list(created)

    async def _locked(
        self, query: Select[Order], *, skip_locked: bool = False
    ) -> list[Order]:
        rows = await self._session.scalars(
            query.with_for_update(
                of=Order, key_share=True, skip_locked=skip_locked
            ).execution_options(populate_existing=True)
        )
        return list(rows)


def _whole() -> Select[Order]:
    return select(Order).options(
        selectinload(Order.items), selectinload(Order.payments)
    )
