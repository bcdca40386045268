"""The bus in one table: streams, who says what, who hears what, and so who may what.

`provision` applies it to JetStream and the NATS configuration takes its users from it,
so a right that is not in this table does not exist.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from common.messages import (
    DeadLettered,
    ExpirationComplete,
    Message,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    PaymentCaptured,
    PaymentCreated,
    PaymentFailed,
    PaymentRefunded,
    PaymentStarted,
    SessionRevoked,
    StockChanged,
    TicketCreated,
    TicketDeleted,
    TicketUpdated,
)

SERVICES = ("auth", "tickets", "orders", "payments", "expiration")
#: Those that keep data, each in a database of its own; they are also who `serve`.
DATABASES = ("auth", "tickets", "orders", "payments")
ADMIN = "admin"

#: Schedules of the expiration service: one subject per timer.
SCHEDULES = "expiration.schedule"


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """A JetStream stream with limits retention."""

    name: str
    subjects: tuple[str, ...]
    #: Longer than any outage to be survived; outboxes hold 7 days to rebuild from.
    max_age: timedelta = timedelta(hours=72)
    #: Schedules: cannot refuse when full, so a stream of their own (`discard: old`).
    schedules: bool = False


STREAMS: tuple[Stream, ...] = (
    Stream(name="AUTH", subjects=("auth.>",)),
    Stream(name="TICKETS", subjects=("tickets.>",)),
    Stream(name="ORDERS", subjects=("orders.>",)),
    Stream(name="PAYMENTS", subjects=("payments.>",)),
    Stream(name="EXPIRATION", subjects=("expiration.>",), schedules=True),
    Stream(name="DEAD_LETTERS", subjects=("dead-letters.>",)),
)

SAYS: Mapping[str, tuple[type[Message], ...]] = {
    "auth": (SessionRevoked,),
    "tickets": (TicketCreated, TicketUpdated, TicketDeleted),
    "orders": (OrderCreated, OrderCancelled, OrderCompleted, StockChanged),
    "payments": (
        PaymentStarted,
        PaymentCreated,
        PaymentCaptured,
        PaymentFailed,
        PaymentRefunded,
    ),
    "expiration": (ExpirationComplete,),
}

HEARS: Mapping[str, tuple[type[Message], ...]] = {
    "auth": (),
    "tickets": (StockChanged, SessionRevoked),
    "orders": (
        TicketCreated,
        TicketUpdated,
        TicketDeleted,
        ExpirationComplete,
        PaymentStarted,
        PaymentCreated,
        PaymentFailed,
        PaymentRefunded,
        SessionRevoked,
    ),
    "payments": (OrderCreated, OrderCancelled, OrderCompleted, SessionRevoked),
    "expiration": (OrderCreated,),
}

#: Streams that each service's `work` tells operators of before they are full.
WATCHES: Mapping[str, tuple[str, ...]] = {
    "auth": ("AUTH",),
    "tickets": ("TICKETS",),
    "orders": ("ORDERS",),
    "payments": ("PAYMENTS",),
    "expiration": ("EXPIRATION", "DEAD_LETTERS"),
}

#: Said for people and other systems; no service listens.
PUBLIC: tuple[type[Message], ...] = (PaymentCaptured, DeadLettered)


def stream_of(subject: str) -> str:
    """The stream that stores a subject."""
    owner = subject.split(".", 1)[0]
    return next(s.name for s in STREAMS if f"{owner}.>" in s.subjects)


def durable_name(service: str, message: type[Message]) -> str:
    return f"{service}-{message.subject.replace('.', '-')}"


def inbox_prefix(user: str) -> str:
    """Each user's replies arrive under a prefix that no other user may read."""
    return f"_INBOX_{user}"


def permissions(user: str) -> dict[str, dict[str, list[str]]]:
    """A user's rights, in the form of nats-server's configuration."""
    if user == ADMIN:
        return {"publish": {"allow": [">"]}, "subscribe": {"allow": [">"]}}
    publish = [message.subject for message in SAYS[user]]
    publish.append(DeadLettered.subject)
    if user == "expiration":
        publish.append(f"{SCHEDULES}.>")
    for message in HEARS[user]:
        place = f"{stream_of(message.subject)}.{durable_name(user, message)}"
        publish += [
            f"$JS.API.CONSUMER.MSG.NEXT.{place}",
            f"$JS.API.CONSUMER.INFO.{place}",
            f"$JS.ACK.{place}.>",
        ]
    publish += [f"$JS.API.STREAM.INFO.{stream}" for stream in WATCHES[user]]
    return {
        "publish": {"allow": publish},
        "subscribe": {"allow": [f"{inbox_prefix(user)}.>"]},
    }


def nats_users(passwords: Mapping[str, str]) -> list[dict[str, Any]]:
    """Users of nats-server's configuration; `passwords` by user, admin included."""
    return [
        {"user": user, "password": passwords[user], "permissions": permissions(user)}
        for user in (ADMIN, *SERVICES)
    ]
