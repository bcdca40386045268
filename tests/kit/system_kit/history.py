"""I6, I9 and I10: what was said, that it arrived, and that it was legal."""

from collections import Counter

from common.topology import DATABASES, SAYS, stream_of
from system_kit.views import Views

_PUBLISHED = "SELECT subject, count(*) FROM outbox GROUP BY subject"
_SET_ASIDE = "SELECT consumer, error, dead_at FROM set_aside"
_STEPS = """
    WITH said AS (
        SELECT DISTINCT m ->> 'order_id' AS id, (m ->> 'version')::bigint AS version,
               m ->> 'status' AS status, m ->> 'reason' AS reason
        FROM outbox,
             jsonb_array_elements(convert_from(payload, 'UTF8')::jsonb -> 'messages') m
        WHERE subject IN ('orders.created', 'orders.completed', 'orders.cancelled')),
    steps AS (
        SELECT *, lag(version) OVER w AS from_version,
               lag(status) OVER w AS from_status, lag(reason) OVER w AS from_reason
        FROM said WINDOW w AS (PARTITION BY id ORDER BY version))
    SELECT * FROM steps
    WHERE from_version = version
       OR from_status IS NULL AND status <> 'created'
       OR NOT coalesce(
              from_status IS NULL
           OR status = from_status AND reason IS NOT DISTINCT FROM from_reason
           OR from_status = 'created' AND status = 'awaiting_payment'
           OR from_status IN ('created', 'awaiting_payment') AND (
                  status = 'complete' OR reason IN ('buyer', 'expired', 'withdrawn'))
           OR from_reason = 'expired' AND status = 'complete'
           OR from_status = 'complete' AND reason IN ('payment_failed', 'refunded'),
           false)
"""


async def illegal_steps(views: Views) -> list[str]:
    """Every state of an order ever said follows legally from the one before."""
    return [
        f"order {row.id} went from {row.from_status}/{row.from_reason}"
        f" (version {row.from_version}) to {row.status}/{row.reason} ({row.version})"
        for row in await views.rows("orders", _STEPS)
    ]


async def unpublished(views: Views) -> list[str]:
    """Every envelope of an outbox is in its stream, at least once."""
    said: Counter[str] = Counter()
    for service in DATABASES:
        for subject, count in await views.rows(service, _PUBLISHED):
            said[subject] += count
    streams = {stream_of(message.subject) for each in SAYS.values() for message in each}
    stored: Counter[str] = Counter()
    for stream in streams | {stream_of(subject) for subject in said}:
        stored.update(await views.stored(stream))
    return [
        f"{count} envelopes say {subject}, and its stream has {stored[subject]}"
        for subject, count in said.items()
        if stored[subject] < count
    ]


async def set_aside(views: Views) -> list[str]:
    return [
        f"{row.consumer} set aside what failed with {row.error}"
        for service in DATABASES
        for row in await views.rows(service, _SET_ASIDE)
    ]
