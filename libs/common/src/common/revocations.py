"""Sessions that ended before their tokens did, obeyed within seconds.

`work` stores what SessionRevoked says; every `serve` process loads what is new, every
second, so that verifying a token asks nobody.
"""

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import text

from common.clock import utcnow
from common.database import Database, Transaction
from common.forgetting import forget
from common.messages import SessionRevoked

#: Rows become visible at their commit, later than their `revoked_at` says.
_OVERLAP = 30.0

_STORE = text("""
    INSERT INTO revoked_sessions (session_id, expires_at)
    SELECT * FROM unnest(CAST(:sessions AS uuid[]), CAST(:moments AS timestamptz[]))
    ORDER BY 1
    ON CONFLICT DO NOTHING
""")
_NEW = text("""
    SELECT session_id, extract(epoch FROM expires_at)::float AS expires_at
    FROM revoked_sessions
    WHERE revoked_at > now() - make_interval(secs => :age)
""")


async def store(messages: Sequence[SessionRevoked], tx: Transaction) -> None:
    """Remember ended sessions; the consumer of SessionRevoked."""
    ended = {message.session_id: message.expires_at for message in messages}
    moments = list(ended.values())
    await tx.session.execute(_STORE, {"sessions": list(ended), "moments": moments})


class Revocations:
    """The revoked session ids, in memory: `session_id in revocations`."""

    def __init__(
        self, database: Database, *, now: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._now = now
        self._ended: dict[UUID, float] = {}
        self._loaded: float | None = None

    def __contains__(self, session_id: object) -> bool:
        return session_id in self._ended

    async def load(self) -> None:
        """Load what is new since the last time; all of it the first time."""
        started = self._now()
        async with self._database.transaction() as tx:
            rows = await tx.session.execute(_NEW, {"age": self._age(started)})
            self._ended.update({row.session_id: row.expires_at for row in rows})
        self._loaded = started

    def _age(self, now: float) -> float:
        since = 0.0 if self._loaded is None else self._loaded
        return now - since + _OVERLAP

    async def forget(self) -> None:
        """Drop from memory what no token can say any more."""
        now = self._now()
        self._ended = {key: end for key, end in self._ended.items() if end > now}

    async def forget_stored(self) -> None:
        """Delete expired rows; for `work`."""
        await forget(self._database, "revoked_sessions", "expires_at", before=utcnow())
