"""SQL of auth."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from auth.models import Guesses, Session, SigningKey, User

#: Names the one lock under which signing keys are made.
_KEYS_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('auth.signing_keys'))")


class Users:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: UUID) -> User | None:
        return await self._session.get(User, user_id)

    async def get_for_update(self, user_id: UUID) -> User | None:
        return await self._session.get(User, user_id, with_for_update=True)

    async def by_email(self, email: str) -> User | None:
        return await self._session.scalar(select(User).where(User.email == email))

    async def adopted(self, user_id: UUID, *, limit: int) -> Sequence[UUID]:
        """The guests that this member was, the newest first."""
        query = select(User.id).where(User.adopted_by == user_id)
        rows = await self._session.scalars(query.order_by(User.id.desc()).limit(limit))
        return rows.all()

    def add(self, user: User) -> None:
        self._session.add(user)


class Sessions:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, session: Session) -> None:
        self._session.add(session)

    async def living(self, session_id: UUID, *, now: datetime) -> Session | None:
        return await self._session.scalar(
            select(Session).where(
                Session.id == session_id,
                Session.ended_at.is_(None),
                Session.expires_at > now,
            )
        )

    async def living_of(
        self, user_id: UUID, *, now: datetime, after: UUID | None, limit: int
    ) -> Sequence[Session]:
        """A person's sessions, newest first, from below one of them on."""
        query = select(Session).where(
            Session.user_id == user_id,
            Session.ended_at.is_(None),
            Session.expires_at > now,
        )
        if after is not None:
            query = query.where(Session.id < after)
        rows = await self._session.scalars(
            query.order_by(Session.id.desc()).limit(limit)
        )
        return rows.all()

    async def to_end(
        self, user_id: UUID, *, now: datetime, only: UUID | None = None
    ) -> Sequence[Session]:
        """A person's living sessions, or one of them, locked in order of their ids."""
        query = select(Session).where(
            Session.user_id == user_id,
            Session.ended_at.is_(None),
            Session.expires_at > now,
        )
        if only is not None:
            query = query.where(Session.id == only)
        rows = await self._session.scalars(query.order_by(Session.id).with_for_update())
        return rows.all()

    async def used_from(self, address: str, *, email: str, since: datetime) -> bool:
        """Whether the owner of an address for mail signed in from there before."""
        query = exists(
            select(Session.id)
            .join(User, User.id == Session.user_id)
            .where(
                User.email == email,
                Session.address == address,
                Session.created_at > since,
            )
        )
        return bool(await self._session.scalar(select(query)))


class GuessCounts:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get_for_update(self, scope: str, *, now: datetime) -> Guesses:
        """The count of a scope, locked; begun when there is none."""
        fresh = insert(Guesses).values(scope=scope, last_at=now)
        # In one statement: between two a right guess may forget the count.
        locked = fresh.on_conflict_do_update(
            index_elements=[Guesses.scope], set_={"scope": fresh.excluded.scope}
        )
        found = await self._session.scalars(locked.returning(Guesses))
        return found.one()

    async def forget(self, scope: str) -> None:
        await self._session.execute(delete(Guesses).where(Guesses.scope == scope))


class SigningKeys:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self) -> None:
        """One process at a time makes keys."""
        await self._session.execute(_KEYS_LOCK)

    async def published(self, *, now: datetime) -> Sequence[SigningKey]:
        """Keys whose tokens may still live, the newest last."""
        rows = await self._session.scalars(
            select(SigningKey)
            .where(
                SigningKey.verifies_until.is_(None) | (SigningKey.verifies_until > now)
            )
            .order_by(SigningKey.signs_from, SigningKey.kid)
        )
        return rows.all()

    def add(self, key: SigningKey) -> None:
        self._session.add(key)

    async def forget(self, *, before: datetime) -> None:
        expired = SigningKey.verifies_until <= before
        await self._session.execute(delete(SigningKey).where(expired))
