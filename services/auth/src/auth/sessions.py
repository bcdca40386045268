"""Sessions: begun by signing in, listed, ended, and obeyed here at once.

Other services learn of an end by message; auth asks its own table.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from auth.domain import SESSION_MEMORY, session_life
from auth.errors import NoSuchSession
from auth.models import Session, User
from auth.repository import Sessions
from common.clock import Clock
from common.database import Database, Transaction
from common.errors import SignedOut
from common.forgetting import forget
from common.identity import Identity, Verifier
from common.ids import new_id
from common.messages import SessionRevoked

#: `last_used_at` is written at most this often.
_USE_NOTED = timedelta(minutes=1)


class Device(msgspec.Struct, frozen=True):
    """Where a request comes from."""

    address: str
    agent: str | None = None


class SessionBook:
    """The use cases of sessions."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, tx: Transaction, user: User, device: Device) -> Session:
        now = self._clock().replace(microsecond=0)
        session = Session(
            id=new_id(),
            user_id=user.id,
            device=device.agent,
            address=device.address,
            created_at=now,
            last_used_at=now,
            expires_at=now + session_life(user.kind),
        )
        Sessions(tx.session).add(session)
        return session

    async def end(
        self,
        tx: Transaction,
        user_id: UUID,
        *,
        only: UUID | None = None,
        keeping: UUID | None = None,
    ) -> int:
        """End a person's sessions, or only one, or all but one; how many ended."""
        now = self._clock()
        living = await Sessions(tx.session).to_end(user_id, now=now, only=only)
        ended = [session for session in living if session.id != keeping]
        for session in ended:
            session.end(now)
            tx.say(SessionRevoked(session_id=session.id, expires_at=session.expires_at))
        return len(ended)

    async def listed(
        self, identity: Identity, *, after: UUID | None, limit: int
    ) -> Sequence[Session]:
        """One more than the limit, when there are more."""
        async with self._database.transaction() as tx:
            return await Sessions(tx.session).living_of(
                identity.user_id, now=self._clock(), after=after, limit=limit + 1
            )

    async def get(self, identity: Identity, session_id: UUID) -> Session:
        """Raises NoSuchSession, also for those of other people."""
        async with self._database.transaction() as tx:
            session = await Sessions(tx.session).living(session_id, now=self._clock())
        if session is None or session.user_id != identity.user_id:
            raise NoSuchSession
        return session

    async def end_one(self, identity: Identity, session_id: UUID) -> None:
        """Raises NoSuchSession, also for those of other people."""
        async with self._database.transaction() as tx:
            if not await self.end(tx, identity.user_id, only=session_id):
                raise NoSuchSession

    async def end_others(self, identity: Identity) -> None:
        """End every session of this person but the one that asks."""
        async with self._database.transaction() as tx:
            await self.end(tx, identity.user_id, keeping=identity.session_id)

    async def check(self, session_id: UUID) -> None:
        """Raises SignedOut when a session has ended; notes that it was used."""
        now = self._clock()
        async with self._database.transaction() as tx:
            session = await Sessions(tx.session).living(session_id, now=now)
            if session is None:
                raise SignedOut
            if now - session.last_used_at > _USE_NOTED:
                session.last_used_at = now

    async def forget_old(self) -> None:
        before = self._clock() - SESSION_MEMORY
        await forget(self._database, "sessions", "expires_at", before=before)


class SessionVerifier:
    """Verifies tokens as every service does, then asks the table of sessions."""

    def __init__(self, tokens: Verifier, sessions: SessionBook) -> None:
        self._tokens = tokens
        self._sessions = sessions

    async def identify(self, token: str) -> Identity:
        identity = await self._tokens.identify(token)
        await self._sessions.check(identity.session_id)
        return identity
