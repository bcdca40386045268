"""Messages in: one sentence each."""

from collections.abc import Sequence
from typing import Any

from common.database import Transaction
from common.inbox import Consumer
from common.messages import (
    ExpirationComplete,
    PaymentCreated,
    PaymentFailed,
    PaymentRefunded,
    PaymentStarted,
    TicketCreated,
    TicketDeleted,
    TicketState,
    TicketUpdated,
)
from orders.offers import take_offers
from orders.service import Orders
from orders.verdicts import Verdicts

SERVICE = "orders"


def consumers(orders: Orders, verdicts: Verdicts) -> Sequence[Consumer[Any]]:
    async def follow_offers(messages: list[TicketState], tx: Transaction) -> None:
        await take_offers(messages, tx)

    async def expire(messages: list[ExpirationComplete], tx: Transaction) -> None:
        await orders.expire(messages, tx)

    return (
        Consumer(SERVICE, TicketCreated, follow_offers),
        Consumer(SERVICE, TicketUpdated, follow_offers),
        Consumer(SERVICE, TicketDeleted, follow_offers),
        Consumer(SERVICE, ExpirationComplete, expire),
        Consumer(SERVICE, PaymentStarted, verdicts.wait),
        Consumer(SERVICE, PaymentCreated, verdicts.judge),
        Consumer(SERVICE, PaymentFailed, verdicts.fail),
        Consumer(SERVICE, PaymentRefunded, verdicts.refund),
    )
