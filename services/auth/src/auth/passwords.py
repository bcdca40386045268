"""Passwords: hashed with argon2id in a few threads, behind a bounded queue.

A hash takes some 20 ms of a core and 19 MiB. Without bounds a rush of sign-ins would
starve everything else; beyond them we are busy and say so.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from auth.domain import weakness
from auth.errors import WeakPassword
from common.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")

#: OWASP's second choice: 19 MiB, two passes.
MEMORY_KIB = 19_456
PASSES = 2

THREADS = 2
WAITING = 64


def hasher(*, memory: int = MEMORY_KIB, passes: int = PASSES) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1)


@cache
def common_passwords() -> frozenset[str]:
    listed = files("auth").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(listed.split())


def refuse_weak(password: str, *, email: str, field: str = "password") -> None:
    """Raises WeakPassword for one that is tried first by whoever guesses."""
    reason = weakness(password, email=email, common=common_passwords())
    if reason is not None:
        raise WeakPassword(reason, field=field)


class Passwords:
    """Hashes and verifies; all of it raises Busy when too many wait."""

    def __init__(
        self,
        hasher: PasswordHasher,
        *,
        threads: int = THREADS,
        waiting: int = WAITING,
    ) -> None:
        self._hasher = hasher
        self._most = threads + waiting
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._at_work = 0
        #: Verified where there is nothing to verify, so that both take as long.
        self._dummy = hasher.hash(secrets.token_hex())

    async def hash(self, password: str) -> str:
        return await self._run(self._hasher.hash, _normal(password))

    async def verify(self, hashed: str | None, password: str) -> bool:
        """One hash of work, whether or not there is a password to compare with."""
        matches = await self._run(
            self._matches, hashed or self._dummy, _normal(password)
        )
        return matches and hashed is not None

    async def digest(self, said: bytes, *, salt: bytes) -> bytes:
        """The same for the same, and as slow to guess from as a password's hash."""
        return (await self._run(self._hasher.hash, said, salt=salt)).encode()

    def outdated(self, hashed: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def refuse_when_full(self) -> None:
        """Raises Busy before a guess is counted that could not be looked at."""
        if self._at_work >= self._most:
            raise Busy

    async def _run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        self.refuse_when_full()
        self._at_work += 1
        running = self._threads.submit(work, *args, **kwargs)
        loop = asyncio.get_running_loop()
        running.add_done_callback(lambda done: _notify(loop, done, self._done))
        return await asyncio.wrap_future(running)

    def _done(self) -> None:
        self._at_work -= 1


def _notify(
    loop: asyncio.AbstractEventLoop, _done: Future[R], count: Callable[[], None]
) -> None:
    """Count a hash as done when it is, also after its request hung up."""
    loop.call_soon_threadsafe(count)


def _normal(password: str) -> str:
    """The same password however a keyboard composes its accents."""
    return unicodedata.normalize("NFC", password)
