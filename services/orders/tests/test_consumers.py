"""Messages twice, in any order, with poisoned ones among them: the same in the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import msgspec
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from orders_desk import Desk, authorized, person, ticket
from sqlalchemy import text

from common.clock import utcnow
from common.database import Transaction
from common.ids import new_id
from common.inbox import Consumer
from common.messages import (
    ExpirationComplete,
    Message,
    PaymentCreated,
    PaymentFailed,
    PaymentRefunded,
    PaymentStarted,
    SessionRevoked,
    TicketDeleted,
    TicketState,
    TicketUpdated,
)
from common.revocations import store
from common.testing.deliveries import Deliveries, randoms
from common.testing.snapshots import Snapshot
from common.topology import HEARS
from orders.consumers import SERVICE, consumers
from orders.models import Order
from orders.verdicts import Verdicts


@dataclass
class Story:
    """Orders as they are before anything is heard, and what is heard then."""

    messages: Sequence[Message]
    poison: PaymentCreated
    deliveries: Deliveries


def expired(order: Order) -> ExpirationComplete:
    return ExpirationComplete(order_id=order.id, expires_at=order.expires_at)


def started(order: Order) -> PaymentStarted:
    return PaymentStarted(**_facts(authorized(order)))


def failed(payment: PaymentCreated) -> PaymentFailed:
    return PaymentFailed(**_facts(payment))


def refunded(payment: PaymentCreated, amount: int) -> PaymentRefunded:
    return PaymentRefunded(**_facts(payment), amount_refunded=amount)


def next_of(
    offered: TicketState, kind: type[TicketState], by: int, **changes: Any
) -> TicketState:
    facts: dict[str, Any] = msgspec.structs.asdict(offered)
    changed: dict[str, Any] = {"version": offered.version + by, **changes}
    return kind(**(facts | changed))


def _facts(payment: PaymentCreated) -> dict[str, Any]:
    return msgspec.structs.asdict(payment)


@pytest_asyncio.fixture
async def story(desk: Desk) -> Story:
    """Held, paid late, paid wrongly, given up by the bank, given back, left, sold."""
    floor = await desk.offer(quantity=20)
    balcony, gone = await desk.offer(quantity=5), await desk.offer(quantity=5)
    held, paid, late, wrong, lost, left, sold, odd = [
        await desk.order(person(), floor) for _ in range(8)
    ]
    buyer = person()
    given_back = await desk.order(buyer, floor)
    await desk.orders.cancel(given_back.id, buyer)
    accepted = authorized(sold)
    await desk.hear(Verdicts().judge, accepted)
    for order in (late, left):
        await desk.make_due(order.id)
    too_little = authorized(wrong, amount=1)
    new = ticket()
    messages: list[Message] = [
        expired(held),
        started(held),
        started(paid),
        authorized(paid),
        started(paid),
        expired(late),
        authorized(late),
        too_little,
        failed(too_little),
        failed(authorized(lost)),
        expired(left),
        refunded(accepted, 1),
        refunded(accepted, sold.total),
        authorized(given_back),
        expired(given_back),
        next_of(balcony, TicketUpdated, 1, quantity=9),
        next_of(balcony, TicketUpdated, 2, quantity=7, title="Balcony"),
        next_of(gone, TicketUpdated, 1, quantity=3),
        next_of(gone, TicketDeleted, 2),
        new,
        next_of(new, TicketUpdated, 1, price=1),
        SessionRevoked(session_id=new_id(), expires_at=utcnow() + timedelta(hours=1)),
    ]
    before = await Snapshot.of(desk.database)
    deliveries = Deliveries(
        desk.database, every_consumer(desk), state=books, prepare=before.restore
    )
    return Story(messages, authorized(odd), deliveries)


async def books(tx: Transaction) -> dict[str, list[tuple[Any, ...]]]:
    """All but versions, which count the verdicts in the order they were made."""
    queries = {
        "orders": "SELECT id, status, reason, amount_refunded FROM orders",
        "verdicts": "SELECT order_id, payment_id, verdict FROM order_payments",
        "tickets": "SELECT ticket_id, version, title, price, withdrawn"
        " FROM ticket_replicas",
        "stocks": "SELECT t.ticket_id, quantity, capacity, s.held, s.sold"
        " FROM ticket_stocks t JOIN stocks s ON s.id = stock_id",
        "sessions": "SELECT session_id FROM revoked_sessions",
    }
    return {
        name: sorted(map(tuple, await tx.session.execute(text(query))), key=repr)
        for name, query in queries.items()
    }


def every_consumer(desk: Desk) -> list[Consumer[Any]]:
    ended = Consumer(SERVICE, SessionRevoked, store)
    return [*consumers(desk.orders, Verdicts()), ended]


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(random=randoms())
async def test_any_delivery_ends_in_the_same_books(
    desk: Desk, story: Story, random: Random
) -> None:
    await story.deliveries.check(story.messages, random, poison=story.poison)
    await desk.check_books()


def test_every_message_that_orders_hears_is_in_the_story(
    desk: Desk, story: Story
) -> None:
    heard = {consumer.message for consumer in every_consumer(desk)}
    assert heard == set(HEARS[SERVICE])
    assert heard == {type(message) for message in story.messages}
