"""What is still under way somewhere, in sentences: none, and the system is at rest."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

from common.messages import Message
from common.topology import DATABASES, HEARS, SAYS, durable_name
from system_kit.views import Views

_UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
_WAITING = "SELECT consumer, error FROM set_aside WHERE dead_at IS NULL"
_SAID = "SELECT id FROM outbox WHERE subject = :subject"
_HANDLED = "SELECT envelope_id FROM inbox WHERE consumer = :consumer"
#: Holds that end within seconds too: the books are read one database after the other.
_DUE = """
    SELECT id FROM orders WHERE status IN ('created', 'awaiting_payment')
    AND expires_at < clock_timestamp() + interval '3 seconds'
"""
_CALLED_OFF = """
    SELECT o.id FROM orders o JOIN cancelled_events USING (event_id)
    WHERE status IN ('created', 'awaiting_payment')
       OR status = 'complete' AND NOT refund_due
"""
_UNSETTLED = """
    SELECT id, status FROM payments
    WHERE status IN ('processing', 'capturing', 'voiding', 'refunding', 'returning')
       OR status = 'authorized'
       OR status = 'captured' AND refund_due_at IS NOT NULL
"""


async def under_way(views: Views) -> list[str]:
    """Look at the cheap things first: the rest is asked once these have settled."""
    for look in (_outboxes, _inboxes, _timers, _orders_and_payments):
        if left := await look(views):
            return left
    return []


async def _outboxes(views: Views) -> list[str]:
    left: list[str] = []
    for service in DATABASES:
        for (count,) in await views.rows(service, _UNPUBLISHED):
            left += [f"{count} envelopes unpublished in {service}"] * bool(count)
        for consumer, error in await views.rows(service, _WAITING):
            left.append(f"{consumer} will try again what failed with {error}")
    return left


async def _inboxes(views: Views) -> list[str]:
    """Every envelope ever said is in the inbox of everybody who hears its type."""
    routes = [
        (speaker, hearer, message)
        for speaker, said in SAYS.items()
        for hearer, heard in HEARS.items()
        for message in said
        if message in heard and {speaker, hearer} <= {*DATABASES}
    ]
    found = await asyncio.gather(*(_unhandled(views, *route) for route in routes))
    return [
        f"{hearer} has not handled {len(missing)} of {message.subject}"
        for (_, hearer, message), missing in zip(routes, found, strict=True)
        if missing
    ]


async def _unhandled(
    views: Views, speaker: str, hearer: str, message: type[Message]
) -> set[UUID]:
    said = await views.ids(speaker, _SAID, subject=message.subject)
    consumer = durable_name(hearer, message)
    return said - await views.ids(hearer, _HANDLED, consumer=consumer)


async def _timers(views: Views) -> list[str]:
    """Expiration has no inbox; the bus itself knows what it has acknowledged."""
    return [
        f"{info.name} has {info.num_pending} to come, {info.num_ack_pending} in hand"
        for info in await views.consumers()
        if info.num_pending or (info.num_ack_pending and _has_no_inbox(info.name))
    ]


def _has_no_inbox(consumer: str) -> bool:
    return consumer.startswith("expiration-")


async def _orders_and_payments(views: Views) -> list[str]:
    due = await views.ids("orders", _DUE)
    called_off = await views.ids("orders", _CALLED_OFF)
    unsettled = await views.rows("payments", _UNSETTLED)
    return [
        *_named("order is past its hold", due),
        *_named("order is of a cancelled event", called_off),
        *(f"payment {payment_id} is {status}" for payment_id, status in unsettled),
    ]


def _named(what: str, ids: Iterable[UUID]) -> list[str]:
    return [f"{what}: {each}" for each in ids]
