"""What services tell each other: every message, every field.

Messages travel in envelopes, `{id, occurred_at, messages: [...]}`, all of one type and
on that type's subject. A *state* message carries the aggregate's whole public state
and its version: the newest wins. A *fact* is judged against the receiver's own state.

New fields are optional with a default of ``UNSET`` (absent means unchanged, null means
none); receivers ignore unknown fields and set aside unknown values of an enumeration.
"""

from common.messages.auth import SessionRevoked
from common.messages.base import (
    ENVELOPE_BYTES,
    ENVELOPE_MESSAGES,
    M,
    Message,
    Value,
    newest,
)
from common.messages.dead_letters import DeadLettered
from common.messages.expiration import ExpirationComplete
from common.messages.orders import (
    CancelReason,
    Fee,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    OrderItem,
    OrderState,
    OrderStatus,
    StockChanged,
    TicketStock,
    Verdict,
)
from common.messages.payments import (
    PaymentCaptured,
    PaymentCreated,
    PaymentFact,
    PaymentFailed,
    PaymentRefunded,
    PaymentStarted,
)
from common.messages.tickets import (
    EventInfo,
    TicketCreated,
    TicketDeleted,
    TicketState,
    TicketUpdated,
    Venue,
)

__all__ = [
    "ENVELOPE_BYTES",
    "ENVELOPE_MESSAGES",
    "MESSAGES",
    "CancelReason",
    "DeadLettered",
    "EventInfo",
    "ExpirationComplete",
    "Fee",
    "M",
    "Message",
    "OrderCancelled",
    "OrderCompleted",
    "OrderCreated",
    "OrderItem",
    "OrderState",
    "OrderStatus",
    "PaymentCaptured",
    "PaymentCreated",
    "PaymentFact",
    "PaymentFailed",
    "PaymentRefunded",
    "PaymentStarted",
    "SessionRevoked",
    "StockChanged",
    "TicketCreated",
    "TicketDeleted",
    "TicketState",
    "TicketStock",
    "TicketUpdated",
    "Value",
    "Venue",
    "Verdict",
    "newest",
]

#: Every message by its subject.
MESSAGES: dict[str, type[Message]] = {
    message.subject: message
    for message in (
        SessionRevoked,
        TicketCreated,
        TicketUpdated,
        TicketDeleted,
        OrderCreated,
        OrderCompleted,
        OrderCancelled,
        StockChanged,
        PaymentStarted,
        PaymentCreated,
        PaymentCaptured,
        PaymentFailed,
        PaymentRefunded,
        ExpirationComplete,
        DeadLettered,
    )
}
