"""Messages in: one sentence each."""

from collections.abc import Sequence
from typing import Any

from common.database import Transaction
from common.inbox import Consumer
from common.messages import StockChanged
from tickets.service import Tickets

SERVICE = "tickets"


def consumers(tickets: Tickets) -> Sequence[Consumer[Any]]:
    async def show_stock(messages: list[StockChanged], tx: Transaction) -> None:
        await tickets.show_stock(messages, tx)

    return (Consumer(SERVICE, StockChanged, show_stock),)
