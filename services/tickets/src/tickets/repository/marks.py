"""Marks: whether what is left of an event's tickets may have changed, for a glance."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from common.database import Transaction

#: What an event, its tickets and their stocks say is versioned, each for itself: a sum
#: over their hashes changes when any of them does, in whatever order they commit.
_MARKS = text("""
    SELECT e.id, concat_ws(' ', e.version, sum(hashtextextended(
        concat_ws(' ', t.id, t.version, p.stock_id, s.version), 0))) AS mark
    FROM events e
    LEFT JOIN tickets t ON t.event_id = e.id AND t.deleted_at IS NULL
    LEFT JOIN ticket_stocks p ON p.ticket_id = t.id
    LEFT JOIN stocks s ON s.id = p.stock_id
    WHERE e.id = ANY(CAST(:ids AS uuid[]))
    GROUP BY e.id
""")


async def read_marks(tx: Transaction, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    rows = await tx.session.execute(_MARKS, {"ids": ids})
    return {row.id: row.mark for row in rows}
