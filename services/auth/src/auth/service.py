"""The use cases of people: sign up, visit, sign in, sign out, mind one's account."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from auth.domain import ADOPTED, Kind, normal_email
from auth.errors import EmailTaken, WrongPassword
from auth.guesses import GuessGuard
from auth.models import Session, User
from auth.passwords import Passwords, refuse_weak
from auth.repository import GuessCounts, Users
from auth.sessions import Device, SessionBook
from auth.signing import KeyRing
from common.database import Database, Transaction
from common.errors import Fault, Invalid, SignedOut
from common.idempotency import Keyed, once
from common.identity import Identity
from common.ids import new_id

_NO_CONTENT = 204
_NOT_YOURS = Fault("not-your-password", "Is not your password.")


class SignedIn(msgspec.Struct, frozen=True):
    """Who somebody is from now on, and the token that proves it."""

    user: User
    session: Session
    token: str


class Accounts:
    """People and what they do with their accounts."""

    def __init__(
        self,
        database: Database,
        *,
        sessions: SessionBook,
        passwords: Passwords,
        keys: KeyRing,
        guesses: GuessGuard,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._passwords = passwords
        self._keys = keys
        self._guesses = guesses

    async def sign_up(
        self,
        *,
        email: str,
        password: str,
        name: str | None,
        visitor: Identity | None,
        device: Device,
    ) -> SignedIn:
        """Make a member; a guest becomes one and keeps the id.

        Raises EmailTaken, WeakPassword or Busy.
        """
        email = normal_email(email)
        refuse_weak(password, email=email)
        hashed = await self._passwords.hash(password)
        async with self._database.transaction() as tx:
            user = await _newcomer(tx, visitor)
            user.become_member(email=email, name=name, password_hash=hashed)
            await _flush_member(tx.session)
            return await self._enter(tx, user, visitor, device)

    async def visit(self, *, visitor: Identity | None, device: Device) -> SignedIn:
        """Make a guest: an id to hold and buy with, and no password."""
        async with self._database.transaction() as tx:
            user = await _newcomer(tx, visitor)
            await tx.session.flush()
            return await self._enter(tx, user, visitor, device)

    async def sign_in(
        self, *, email: str, password: str, visitor: Identity | None, device: Device
    ) -> SignedIn:
        """Raises WrongPassword, also for addresses nobody has, or TooManyGuesses."""
        self._passwords.refuse_when_full()
        email = normal_email(email)
        async with self._guesses.sign_in(email, address=device.address) as scope:
            known = await self._verified(email, password)
        newer = await self._newer_hash(known, password)
        async with self._database.transaction() as tx:
            await GuessCounts(tx.session).forget(scope)
            user = await Users(tx.session).get_for_update(known.id)
            if user is None or user.password_hash != known.password_hash:
                raise WrongPassword  # it was changed while we were hashing
            if newer is not None:
                user.change_password(newer)
            return await self._enter(tx, user, visitor, device)

    async def sign_out(self, visitor: Identity | None) -> None:
        """End the session everywhere; nothing to end is no error."""
        if visitor is None:
            return
        async with self._database.transaction() as tx:
            await self._sessions.end(tx, visitor.user_id, only=visitor.session_id)

    async def current(self, identity: Identity) -> User:
        async with self._database.transaction() as tx:
            return await _existing(tx, identity)

    async def rename(self, member: Identity, name: str | None) -> User:
        async with self._database.transaction() as tx:
            user = await _existing(tx, member)
            user.rename(name)
            return user

    async def change_password(
        self, member: Identity, *, old: str, new: str, keyed: Keyed | None
    ) -> bool:
        """End every other session with it; whether the same request had before.

        Raises Invalid when `old` is wrong.
        """
        scope = await self._guesses.own_password(member.user_id)
        keyed = keyed and await self._sealed(keyed)
        async with self._database.transaction() as tx:
            # Rolled back when the guess turns out wrong: then it stays counted.
            await GuessCounts(tx.session).forget(scope)

            async def change() -> UUID:
                user = await _existing(tx, member)
                await self._replace_password(user, old, new)
                await self._sessions.end(tx, user.id, keeping=member.session_id)
                return user.id

            _, replayed = await once(tx, keyed, change, status=_NO_CONTENT)
            return replayed

    async def _sealed(self, keyed: Keyed) -> Keyed:
        """A key's row is kept for a day: what it knows a request by is passwords."""
        salt = sha256(keyed.user_id.bytes + keyed.key.encode()).digest()
        said = await self._passwords.digest(keyed.fingerprint, salt=salt)
        return msgspec.structs.replace(keyed, fingerprint=said)

    async def _verified(self, email: str, password: str) -> User:
        """Compare once, whether or not anybody has that address."""
        async with self._database.transaction() as tx:
            user = await Users(tx.session).by_email(email)
        hashed = None if user is None else user.password_hash
        if not await self._passwords.verify(hashed, password) or user is None:
            raise WrongPassword
        return user

    async def _newer_hash(self, user: User, password: str) -> str | None:
        if user.password_hash and self._passwords.outdated(user.password_hash):
            return await self._passwords.hash(password)
        return None

    async def _replace_password(self, user: User, old: str, new: str) -> None:
        if not await self._passwords.verify(user.password_hash, old):
            raise Invalid.field("old", _NOT_YOURS)
        refuse_weak(new, email=user.email or "", field="new")
        user.change_password(await self._passwords.hash(new))

    async def _enter(
        self, tx: Transaction, user: User, visitor: Identity | None, device: Device
    ) -> SignedIn:
        """Begin a session in place of the one the visitor came with."""
        guests: Sequence[UUID] = ()
        if user.kind == Kind.MEMBER:
            guests = await _adopt(tx, user, visitor)
        if visitor is not None:
            await self._leave(tx, user, visitor)
        session = self._sessions.begin(tx, user, device)
        return SignedIn(user, session, self._keys.sign(user, session, guests))

    async def _leave(self, tx: Transaction, user: User, visitor: Identity) -> None:
        """End the session one came with; whose guest one was, every one of it.

        For a guest may have several, and each of them opens what is a member's now.
        """
        was_guest = visitor.kind == Kind.GUEST and user.kind == Kind.MEMBER
        only = None if was_guest else visitor.session_id
        await self._sessions.end(tx, visitor.user_id, only=only)


async def _adopt(
    tx: Transaction, user: User, visitor: Identity | None
) -> Sequence[UUID]:
    """The guests whose holds and orders are this member's as well."""
    users = Users(tx.session)
    if visitor is not None and visitor.kind == Kind.GUEST:
        guest = await users.get_for_update(visitor.user_id)
        if guest is not None and guest.adoptable:
            guest.be_adopted(user)
            await tx.session.flush()
    return await users.adopted(user.id, limit=ADOPTED)


async def _newcomer(tx: Transaction, visitor: Identity | None) -> User:
    """The guest who is here already, or somebody new."""
    users = Users(tx.session)
    if visitor is not None and visitor.kind == Kind.GUEST:
        guest = await users.get_for_update(visitor.user_id)
        if guest is not None and guest.adoptable:
            return guest
    newcomer = User(id=new_id(), kind=Kind.GUEST)
    users.add(newcomer)
    return newcomer


async def _existing(tx: Transaction, identity: Identity) -> User:
    user = await Users(tx.session).get(identity.user_id)
    if user is None:
        raise SignedOut
    return user


async def _flush_member(session: AsyncSession) -> None:
    """The database decides whose an address is: two may sign up at once."""
    try:
        await session.flush()
    except IntegrityError as error:
        if "users_email_idx" in str(error.orig):
            raise EmailTaken from None
        raise
