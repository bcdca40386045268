"""Guessing slowed down: per account in the database, per address in memory.

A guess is counted before it is verified, so that a thousand at once are a thousand.
Addresses that the owner signed in from before have a count of their own: strangers who
guess make strangers wait, not the owner. Mail addresses nobody has are counted like
any other, so that waiting tells nothing either.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hashlib import sha256
from uuid import UUID

from auth.domain import GUESSES_FORGOTTEN, SESSION_MEMORY
from auth.errors import TooManyGuesses
from auth.repository import GuessCounts, Sessions
from common.clock import Clock
from common.database import Database
from common.errors import TooMany
from common.forgetting import forget
from common.limits import Limits, limits

#: Wrong guesses from one address: so many at once, then one every so many seconds.
ADDRESS_BURST = 20
ADDRESS_RATE = 1 / 5


def address_limits(*, on: bool) -> Limits:
    return limits(on=on, rate=ADDRESS_RATE, burst=ADDRESS_BURST)


class GuessGuard:
    """Lets a guess be verified, or raises TooManyGuesses."""

    def __init__(
        self, database: Database, *, clock: Clock, addresses: Limits, on: bool
    ) -> None:
        self._database = database
        self._clock = clock
        self.addresses = addresses
        self._on = on

    @asynccontextmanager
    async def sign_in(self, email: str, *, address: str) -> AsyncGenerator[str]:
        """Around the verification; gives the scope to forget when it was right."""
        self._take(address)
        scope = await self._scope(email, address)
        await self._count(scope)
        yield scope
        self.addresses.give_back(address)

    async def own_password(self, user_id: UUID) -> str:
        """Before somebody signed in confirms with the password; gives the scope."""
        scope = _hashed("own", str(user_id))
        await self._count(scope)
        return scope

    async def forget_old(self) -> None:
        before = self._clock() - GUESSES_FORGOTTEN
        await forget(self._database, "guesses", "last_at", before=before)

    def _take(self, address: str) -> None:
        try:
            self.addresses.take(address)
        except TooMany as error:
            raise TooManyGuesses(
                retry_after=int(error.headers["Retry-After"])
            ) from None

    async def _scope(self, email: str, address: str) -> str:
        since = self._clock() - SESSION_MEMORY
        async with self._database.transaction() as tx:
            known = await Sessions(tx.session).used_from(
                address, email=email, since=since
            )
        return _hashed("known", email, address) if known else _hashed("new", email)

    async def _count(self, scope: str) -> None:
        """Commit the count before the guess is looked at."""
        if not self._on:
            return
        now = self._clock()
        async with self._database.transaction() as tx:
            guesses = await GuessCounts(tx.session).get_for_update(scope, now=now)
            guesses.take(now)


def _hashed(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
