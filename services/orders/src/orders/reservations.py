"""The one hot path: many requests, one transaction, set-based statements.

Locks are taken in one order everywhere: order rows by id, then stock rows by id. What
is decided is read after the stock is locked, in statements of their own, for only
those see what the holders of the lock before us wrote.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text

from common.clock import utcnow
from common.database import Transaction
from common.messages import Fee, OrderCreated, OrderItem, StockChanged, TicketStock
from orders.book import Book, Draft, Line, Offer, Request, Stock
from orders.standing import standing

T = TypeVar("T")

_LOCK_STOCKS = """
    SELECT id FROM stocks WHERE id IN (
        SELECT stock_id FROM ticket_stocks WHERE ticket_id = ANY(:tickets))
    ORDER BY id FOR NO KEY UPDATE
"""
_WAIT_FOR_STOCKS = text(_LOCK_STOCKS)
_TAKE_FREE_STOCKS = text(f"{_LOCK_STOCKS} SKIP LOCKED")
_STOCKS = text("""
    SELECT t.ticket_id, s.id, s.quantity - s.withheld AS quantity, s.held, s.sold,
           clock_timestamp() AS now
    FROM ticket_stocks t JOIN stocks s ON s.id = t.stock_id
    WHERE t.ticket_id = ANY(:tickets)
""")
_OFFERS = text("""
    SELECT ticket_id, seller_id, event_id, title, price, fee, currency, max_per_buyer,
           opens_at, closes_at, published, withdrawn, event
    FROM ticket_replicas WHERE ticket_id = ANY(:tickets)
""")
_WRITE_ORDERS = text("""
    INSERT INTO orders (id, code, buyer_id, seller_id, event_id, fees, total, currency,
                        livemode, contact_name, contact_email, created_at, expires_at)
    SELECT id, code, buyer_id, seller_id, event_id, CAST(fees AS jsonb), total,
           currency, :livemode, contact_name, contact_email, created_at, expires_at
    FROM unnest(CAST(:id AS uuid[]), CAST(:code AS text[]), CAST(:buyer_id AS uuid[]),
                CAST(:seller_id AS uuid[]), CAST(:event_id AS uuid[]),
                CAST(:fees AS text[]), CAST(:total AS integer[]),
                CAST(:currency AS text[]), CAST(:contact_name AS text[]),
                CAST(:contact_email AS text[]), CAST(:created_at AS timestamptz[]),
                CAST(:expires_at AS timestamptz[]))
         AS t (id, code, buyer_id, seller_id, event_id, fees, total, currency,
               contact_name, contact_email, created_at, expires_at)
""")
_WRITE_ITEMS = text("""
    INSERT INTO order_items
        (id, order_id, position, ticket_id, title, unit_price, quantity)
    SELECT * FROM unnest(
        CAST(:id AS uuid[]), CAST(:order_id AS uuid[]), CAST(:position AS integer[]),
        CAST(:ticket_id AS uuid[]), CAST(:title AS text[]),
        CAST(:unit_price AS integer[]), CAST(:quantity AS integer[]))
""")
_HOLD = text("""
    WITH held AS (
        UPDATE ticket_stocks t SET held = t.held + n.units
        FROM unnest(CAST(:tickets AS uuid[]), CAST(:units AS integer[]))
             AS n (ticket_id, units)
        WHERE t.ticket_id = n.ticket_id RETURNING t.stock_id, n.units)
    UPDATE stocks s SET held = s.held + d.units, version = s.version + 1
    FROM (SELECT stock_id, sum(units) AS units FROM held GROUP BY stock_id) d
    WHERE s.id = d.stock_id
""")
_STOCK_STATES = text("""
    SELECT s.id, s.version,
           greatest(0, s.quantity - s.withheld - s.held - s.sold) AS free,
           array_agg(t.ticket_id ORDER BY t.ticket_id) AS tickets,
           array_agg(t.held ORDER BY t.ticket_id) AS held,
           array_agg(t.sold ORDER BY t.ticket_id) AS sold
    FROM stocks s JOIN ticket_stocks t ON t.stock_id = s.id
    WHERE s.id = ANY(:stocks) GROUP BY s.id ORDER BY s.id
""")


@dataclass(frozen=True, slots=True)
class Locked:
    """Stock in hand, by ticket, and the tickets whose stock somebody else has."""

    now: datetime
    stocks: Mapping[UUID, Stock]
    taken: Collection[UUID]


async def lock_stocks(
    tx: Transaction, tickets: Iterable[UUID], *, wait: bool
) -> Locked:
    """Lock what the tickets draw on, in id order, and read it and the clock then.

    With `wait` none is taken: a lock that does not come raises what the driver raises.
    """
    wanted = {"tickets": sorted(set(tickets))}
    lock = _WAIT_FOR_STOCKS if wait else _TAKE_FREE_STOCKS
    locked = set(await tx.session.scalars(lock, wanted))
    rows = list(await tx.session.execute(_STOCKS, wanted))
    mine = [row for row in rows if row.id in locked]
    stocks = {row.id: Stock(row.id, row.quantity, row.held, row.sold) for row in mine}
    return Locked(
        now=rows[0].now if rows else utcnow(),  # without stock there is no deadline
        stocks={row.ticket_id: stocks[row.id] for row in mine},
        taken={row.ticket_id for row in rows if row.id not in locked},
    )


async def places(tx: Transaction, tickets: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Where tickets are on offer; one that nobody offers stands for itself."""
    offers = await _offers(tx, sorted(tickets))
    return {t: offers[t].place if t in offers else t for t in tickets}


async def open_book(
    tx: Transaction, requests: Sequence[Request], locked: Locked, *, hold: timedelta
) -> Book:
    """Read what decides about requests whose stock is locked."""
    tickets = sorted({item.ticket_id for r in requests for item in r.items})
    offers = await _offers(tx, tickets)
    buyers = {
        frozenset([(owner, offer.place) for owner in request.owners])
        for request in requests
        if (offer := offers.get(request.items[0].ticket_id))
    }
    return Book(
        now=locked.now,
        hold=hold,
        offers=offers,
        stocks=locked.stocks,
        standing=await standing(tx, buyers, tickets),
    )


async def write(
    tx: Transaction, drafts: Sequence[Draft], book: Book, *, livemode: bool
) -> None:
    """Write the orders, take their units from stock, and say so."""
    await tx.session.execute(
        _WRITE_ORDERS, _columns(drafts, _ORDER) | {"livemode": livemode}
    )
    lines = [(d, n, line) for d in drafts for n, line in enumerate(d.lines)]
    await tx.session.execute(_WRITE_ITEMS, _columns(lines, _LINE))
    units: Counter[UUID] = Counter()
    for _, _, line in lines:
        units[line.ticket_id] += line.quantity
    held = {"tickets": sorted(units), "units": [units[t] for t in sorted(units)]}
    await tx.session.execute(_HOLD, held)
    tx.say(*(created(draft, livemode=livemode) for draft in drafts))
    await say_stocks(tx, {book.stocks[ticket].id for ticket in units})


async def say_stocks(tx: Transaction, stocks: Iterable[UUID]) -> None:
    """Say what each stock has left, once; its row is locked and its version raised."""
    rows = await tx.session.execute(_STOCK_STATES, {"stocks": sorted(set(stocks))})
    for row in rows:
        tickets = tuple(
            TicketStock(ticket_id=ticket, held=held, sold=sold)
            for ticket, held, sold in zip(row.tickets, row.held, row.sold, strict=True)
        )
        tx.say(
            StockChanged(
                stock_id=row.id, version=row.version, free=row.free, tickets=tickets
            )
        )


async def _offers(tx: Transaction, tickets: Sequence[UUID]) -> Mapping[UUID, Offer]:
    rows = await tx.session.execute(_OFFERS, {"tickets": tickets})
    return {row["ticket_id"]: Offer(**row) for row in rows.mappings()}


def fees_of(draft: Draft) -> tuple[Fee, ...]:
    return (Fee(type="service", amount=draft.fee),) if draft.fee else ()


def created(draft: Draft, *, livemode: bool) -> OrderCreated:
    return OrderCreated(
        order_id=draft.id,
        version=1,
        code=draft.code,
        buyer_id=draft.request.buyer_id,
        seller_id=draft.seller_id,
        event_id=draft.event_id,
        status="created",
        items=tuple(
            OrderItem(
                id=line.id,
                ticket_id=line.ticket_id,
                title=line.title,
                unit_price=line.unit_price,
                quantity=line.quantity,
                amount=line.amount,
            )
            for line in draft.lines
        ),
        fees=fees_of(draft),
        total=draft.total,
        currency=draft.currency,
        livemode=livemode,
        created_at=draft.created_at,
        expires_at=draft.expires_at,
        trace=draft.request.trace,
    )


def _fees_json(draft: Draft) -> str:
    return f'[{{"type": "service", "amount": {draft.fee}}}]' if draft.fee else "[]"


_ORDER: Mapping[str, Callable[[Draft], object]] = {
    "id": lambda d: d.id,
    "code": lambda d: d.code,
    "buyer_id": lambda d: d.request.buyer_id,
    "seller_id": lambda d: d.seller_id,
    "event_id": lambda d: d.event_id,
    "fees": _fees_json,
    "total": lambda d: d.total,
    "currency": lambda d: d.currency,
    "contact_name": lambda d: d.request.contact_name,
    "contact_email": lambda d: d.request.contact_email,
    "created_at": lambda d: d.created_at,
    "expires_at": lambda d: d.expires_at,
}
_LINE: Mapping[str, Callable[[tuple[Draft, int, Line]], object]] = {
    "id": lambda row: row[2].id,
    "order_id": lambda row: row[0].id,
    "position": lambda row: row[1],
    "ticket_id": lambda row: row[2].ticket_id,
    "title": lambda row: row[2].title,
    "unit_price": lambda row: row[2].unit_price,
    "quantity": lambda row: row[2].quantity,
}


def _columns(
    rows: Sequence[T], columns: Mapping[str, Callable[[T], object]]
) -> dict[str, object]:
    return {name: [read(row) for row in rows] for name, read in columns.items()}
