"""Messages in: one sentence each."""

from collections.abc import Sequence
from typing import Any

from common.database import Transaction
from common.inbox import Consumer
from common.messages import OrderCancelled, OrderCompleted, OrderCreated, OrderState
from payments.service import Payments

SERVICE = "payments"


def consumers(payments: Payments) -> Sequence[Consumer[Any]]:
    async def follow_orders(messages: list[OrderState], tx: Transaction) -> None:
        await payments.follow(messages, tx)

    return (
        Consumer(SERVICE, OrderCreated, follow_orders),
        Consumer(SERVICE, OrderCancelled, follow_orders),
        Consumer(SERVICE, OrderCompleted, follow_orders),
    )
