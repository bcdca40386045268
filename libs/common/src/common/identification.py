"""All that a service needs to know who asks, for its `app.py` to wire.

`verifier` for its API, `starting` before it serves, the jobs of both processes, and
the consumer of SessionRevoked.
"""

from collections.abc import Sequence
from datetime import timedelta

from common.database import Database
from common.identity import TokenVerifier
from common.inbox import Consumer
from common.keys import KeyStore, fetch_from
from common.messages import SessionRevoked
from common.revocations import Revocations, store
from common.running import Job


class Identification:
    """Keys from auth, revocations from the bus, one verifier of both."""

    def __init__(self, service: str, database: Database, *, auth_url: str) -> None:
        self.keys = KeyStore(fetch_from(auth_url), database)
        self.revocations = Revocations(database)
        self.verifier = TokenVerifier(self.keys, revoked=self.revocations)
        self.consumer = Consumer(service, SessionRevoked, store)

    async def starting(self) -> None:
        """Start with what the database remembers, then ask auth."""
        await self.keys.load()
        await self.revocations.load()
        await self.keys.refresh()

    def serve_jobs(self) -> Sequence[Job]:
        load, forget = self.revocations.load, self.revocations.forget
        return (
            Job(name="revocations", every=timedelta(seconds=1), run=load),
            Job(name="revocations-memory", every=timedelta(minutes=5), run=forget),
            Job(name="keys", every=timedelta(minutes=1), run=self.keys.update),
        )

    def work_jobs(self) -> Sequence[Job]:
        forget = self.revocations.forget_stored
        every = timedelta(minutes=10)
        return (Job(name="revocations-forget", every=every, run=forget),)
