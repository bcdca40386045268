"""The orders side: real orders, real stock and real verdicts, on rows in memory."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from common.database import Transaction
from common.ids import new_id
from common.messages import (
    Message,
    PaymentCreated,
    PaymentFact,
    PaymentFailed,
    PaymentRefunded,
    PaymentStarted,
)
from orders import verdicts
from orders.book import Book, Draft, Offer, Request, Standing, Wanted
from orders.book import Stock as BookStock
from orders.domain import LENGTHENING, OPEN, Reason, Status
from orders.errors import Refused
from orders.models import Order, OrderItem
from orders.stock import Allowances, LockedStock
from orders.tables import Stock, TicketReplica, TicketStock

Say = Callable[[Message], None]

HOLD = timedelta(minutes=15)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
_NO_TRANSACTION = cast("Transaction", None)  # nothing is written


class Office:
    """One ticket with a few units, and everybody who wants one."""

    def __init__(self, say: Say, *, quantity: int, price: int) -> None:
        self._say = say
        self.orders: dict[UUID, Order] = {}
        stock_id = new_id()
        self.ticket = TicketReplica(
            ticket_id=new_id(),
            version=1,
            seller_id=new_id(),
            event_id=None,
            title="Floor",
            price=price,
            fee=0,
            currency="usd",
            max_per_buyer=1,
            opens_at=None,
            closes_at=None,
            published=True,
            withdrawn=False,
            event=None,
        )
        self.stock = Stock(
            id=stock_id,
            version=1,
            quantity=quantity,
            capacity=quantity,
            held=0,
            sold=0,
            withheld=0,
        )
        self.link = TicketStock(
            ticket_id=self.ticket.ticket_id, stock_id=stock_id, held=0, sold=0
        )

    # What buyers, sellers and time do.

    def order(self, buyer_id: UUID) -> Order | None:
        """Hold a unit, if the real book gives one."""
        wanted = Wanted(self.ticket.ticket_id, 1)
        request = Request(
            buyer_id=buyer_id, owners=frozenset((buyer_id,)), items=(wanted,)
        )
        try:
            order = _opened(self._book().take(request))
        except Refused:
            return None
        self.stock.held += 1
        self.link.held += 1
        self.orders[order.id] = order
        self._say(order.message())
        return order

    def end(self, order: Order, reason: Reason) -> None:
        """Cancel an open order; another one is nobody's to end."""
        if order.open:
            order.cancel(reason)
            self._locked().release_held(order)
            self._say(order.message())

    def withdraw(self) -> None:
        self.ticket.withdrawn = True

    def call_off(self) -> None:
        """The event is cancelled: holds end, and what was paid is due."""
        self.ticket.published = False
        for order in self.orders.values():
            self.end(order, Reason.WITHDRAWN)
            if order.status == Status.COMPLETE and not order.refund_due:
                order.owe_back()
                self._say(order.message())

    # What it hears of payments.

    def hear(self, messages: Sequence[Message]) -> None:
        """Take a list of one type, as its consumer does."""
        payments = [m for m in messages if isinstance(m, PaymentFact)]
        if isinstance(payments[0], PaymentStarted):
            self._await(payments)
        elif isinstance(payments[0], PaymentCreated):
            self._judge(payments)
        elif isinstance(payments[0], PaymentFailed):
            self._note(payments, verdicts._fail)
        elif isinstance(payments[0], PaymentRefunded):
            self._note(payments, verdicts._refund)

    def _await(self, messages: Sequence[PaymentFact]) -> None:
        waiting = [
            message
            for message in messages
            if self.orders[message.order_id].await_payment(LENGTHENING)
        ]
        self._tell(waiting)

    def _judge(self, messages: Sequence[PaymentFact]) -> None:
        stock, allowances = self._locked(), self._allowances()
        for message in messages:
            assert isinstance(message, PaymentCreated)
            order = self.orders[message.order_id]
            if order.verdict_on(message.payment_id) is None:
                verdicts._judge(order, message, stock, allowances)
        self._tell(messages)

    def _note(self, messages: Sequence[PaymentFact], note: Callable[..., bool]) -> None:
        stock = self._locked()
        changed = [m for m in messages if note(self.orders[m.order_id], m, stock)]
        self._tell(changed)

    def _tell(self, messages: Sequence[PaymentFact]) -> None:
        for order_id in sorted({m.order_id for m in messages}):
            self._say(self.orders[order_id].message())

    # Rows as a transaction would read them.

    def _locked(self) -> LockedStock:
        ticket_id = self.ticket.ticket_id
        return LockedStock(
            _NO_TRANSACTION, {ticket_id: self.stock}, {ticket_id: self.link}
        )

    def _allowances(self) -> Allowances:
        return Allowances({self.ticket.ticket_id: self.ticket}, self._standing())

    def _standing(self) -> Standing:
        kept = [o for o in self.orders.values() if o.status != Status.CANCELLED]
        return Standing(
            open_orders=Counter(o.buyer_id for o in kept if Status(o.status) in OPEN),
            kept=Counter((order.buyer_id, order.place) for order in kept),
            units=Counter(
                (order.buyer_id, item.ticket_id)
                for order in kept
                for item in order.items
            ),
        )

    def _book(self) -> Book:
        ticket_id = self.ticket.ticket_id
        stock = BookStock(
            id=self.stock.id,
            quantity=self.stock.quantity - self.stock.withheld,
            held=self.stock.held,
            sold=self.stock.sold,
        )
        return Book(
            now=NOW,
            hold=HOLD,
            offers={ticket_id: _offer(self.ticket)},
            stocks={ticket_id: stock},
            standing=self._standing(),
        )


def _offer(ticket: TicketReplica) -> Offer:
    names = Offer.__dataclass_fields__
    values: dict[str, Any] = {name: getattr(ticket, name) for name in names}
    return Offer(**values)


def _opened(draft: Draft) -> Order:
    """The row that is written for a draft."""
    [line] = draft.lines
    item = OrderItem(
        id=line.id,
        order_id=draft.id,
        position=0,
        ticket_id=line.ticket_id,
        title=line.title,
        unit_price=line.unit_price,
        quantity=line.quantity,
    )
    return Order(
        id=draft.id,
        version=1,
        code=draft.code,
        buyer_id=draft.request.buyer_id,
        seller_id=draft.seller_id,
        event_id=draft.event_id,
        status=Status.CREATED.value,
        reason=None,
        fees=[],
        total=draft.total,
        amount_refunded=0,
        refund_due=False,
        currency=draft.currency,
        livemode=False,
        contact_name=None,
        contact_email=None,
        created_at=draft.created_at,
        expires_at=draft.expires_at,
        items=[item],
        payments=[],
    )
