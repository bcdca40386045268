"""What orders says: orders, the verdicts in them, and what is left."""

from typing import ClassVar, Literal
from uuid import UUID

from common.clock import Moment
from common.messages.base import Message, Value

OrderStatus = Literal["created", "awaiting_payment", "complete", "cancelled"]
CancelReason = Literal["buyer", "expired", "withdrawn", "payment_failed", "refunded"]


class OrderItem(Value, frozen=True, kw_only=True):
    """Units of one ticket in an order, priced as ordered."""

    #: The item; with a number from 1 to ``quantity`` it names an admission.
    id: UUID
    #: The ticket, at tickets.
    ticket_id: UUID
    #: As it was when ordered.
    title: str
    #: Minor units of the order's currency.
    unit_price: int
    #: Units of the ticket.
    quantity: int
    #: ``unit_price * quantity``, minor units.
    amount: int


class Fee(Value, frozen=True, kw_only=True):
    """What a buyer pays on top of the items."""

    #: What it is for.
    type: str
    #: Minor units of the order's currency.
    amount: int


class Verdict(Value, frozen=True, kw_only=True):
    """What orders decided about a payment; payments acts on nothing else."""

    #: The payment, at payments.
    payment_id: UUID
    #: ``accepted``: capture it; ``refused``: void it, or refund what was captured.
    verdict: Literal["accepted", "refused"]


class OrderState(Message, frozen=True, kw_only=True):
    """An order, whole, save the buyer's contact, which stays with orders."""

    key: ClassVar[str] = "order_id"

    #: The order, at orders.
    order_id: UUID
    #: From 1; raised by every change and every new verdict.
    version: int
    #: Eight letters and digits, to be read aloud.
    code: str
    #: The member or guest who ordered.
    buyer_id: UUID
    #: The member whose tickets these are, all of them.
    seller_id: UUID
    #: The event of all items; null: one ticket that stands alone.
    event_id: UUID | None = None
    #: Which of the three messages says it: it is that message's own.
    status: OrderStatus
    #: Why it is cancelled; null while it is not.
    reason: CancelReason | None = None
    #: Each ticket once.
    items: tuple[OrderItem, ...]
    #: What comes on top of the items.
    fees: tuple[Fee, ...] = ()
    #: All the buyer pays, minor units of ``currency``.
    total: int
    #: ISO 4217, lower case.
    currency: str
    #: Whether real money is meant.
    livemode: bool = False
    #: When the hold began.
    created_at: Moment
    #: When the hold may end; orders' database judges.
    expires_at: Moment
    #: Every payment judged so far.
    payments: tuple[Verdict, ...] = ()
    #: The event was cancelled after the order was paid.
    refund_due: bool = False

    @property
    def fee(self) -> int:
        """All of its fees: what of the total is not the seller's."""
        return sum(fee.amount for fee in self.fees)


class OrderCreated(OrderState, frozen=True, kw_only=True):
    """An order holds its tickets, or is said again while it does."""

    subject: ClassVar[str] = "orders.created"


class OrderCompleted(OrderState, frozen=True, kw_only=True):
    """An order's payment was accepted: the tickets are the buyer's."""

    subject: ClassVar[str] = "orders.completed"


class OrderCancelled(OrderState, frozen=True, kw_only=True):
    """An order ended; its tickets are free again."""

    subject: ClassVar[str] = "orders.cancelled"


class TicketStock(Value, frozen=True, kw_only=True):
    """How many units of a ticket are held and sold."""

    #: The ticket, at tickets.
    ticket_id: UUID
    #: Units in unpaid orders.
    held: int
    #: Units in complete orders.
    sold: int


class StockChanged(Message, frozen=True, kw_only=True):
    """What a stock has left, versioned under its row's lock."""

    subject: ClassVar[str] = "orders.stock-changed"
    key: ClassVar[str] = "stock_id"

    #: The stock, at orders.
    stock_id: UUID
    #: From 1; raised under the lock of the stock's row.
    version: int
    #: Units that may be held now; 0 where more are held or sold than offered.
    free: int
    #: Every ticket that draws on the stock.
    tickets: tuple[TicketStock, ...]
