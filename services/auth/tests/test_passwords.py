"""Hashing, bounded; and what it stores."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from auth_desk import CheapHasher

from auth.passwords import Passwords, hasher
from common.errors import Busy
from common.testing.waiting import eventually


class StuckHasher(CheapHasher):
    """Hashes when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002  # its name there
        self.gate.wait(10)
        return super().verify(hash, password)


@pytest.fixture
def passwords(hasher: CheapHasher) -> Passwords:
    return Passwords(hasher)


def full(passwords: Passwords) -> Callable[[], bool]:
    def is_full() -> bool:
        try:
            passwords.refuse_when_full()
        except Busy:
            return True
        return False

    return is_full


class TestParameters:
    def test_they_are_argon2id_with_19_mib_and_two_passes(self) -> None:
        stored = extract_parameters(hasher().hash("x"))
        assert stored.type is Type.ID
        assert (stored.memory_cost, stored.time_cost) == (19_456, 2)
        assert stored.parallelism == 1

    def test_older_ones_are_outdated(self, passwords: Passwords) -> None:
        older = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash("x")
        assert passwords.outdated(older)
        assert not passwords.outdated(CheapHasher().hash("x"))


class TestVerify:
    async def test_only_the_password_will_do(self, passwords: Passwords) -> None:
        hashed = await passwords.hash("correct horse")
        assert await passwords.verify(hashed, "correct horse")
        assert not await passwords.verify(hashed, "correct Horse")
        assert not await passwords.verify("no hash at all", "correct horse")

    async def test_accents_may_be_composed_in_either_way(
        self, passwords: Passwords
    ) -> None:
        hashed = await passwords.hash("caf\u00e9 au lait")
        assert await passwords.verify(hashed, "cafe\u0301 au lait")

    async def test_where_there_is_none_as_much_is_done(
        self, passwords: Passwords, hasher: CheapHasher
    ) -> None:
        hashed = await passwords.hash("correct horse")
        hasher.worked.clear()
        assert not await passwords.verify(None, "correct horse")
        known, hasher.worked = hasher.worked, []
        assert not await passwords.verify(hashed, "wrong")
        assert hasher.worked == known == ["verify"]


class TestBounds:
    async def test_one_too_many_is_told_so_at_once(self) -> None:
        stuck = StuckHasher()
        passwords = Passwords(stuck, threads=1, waiting=2)
        stuck.gate.clear()
        tries = [asyncio.create_task(passwords.verify(None, "x")) for _ in range(3)]
        await eventually(full(passwords))
        with pytest.raises(Busy):
            await passwords.verify(None, "x")
        stuck.gate.set()
        assert await asyncio.gather(*tries) == [False] * 3
        assert not await passwords.verify(None, "x")

    async def test_a_hang_up_does_not_make_room_before_its_hash_is_done(self) -> None:
        stuck = StuckHasher()
        passwords = Passwords(stuck, threads=1, waiting=0)
        stuck.gate.clear()
        hung_up = asyncio.create_task(passwords.verify(None, "x"))
        await eventually(full(passwords))
        hung_up.cancel()
        await asyncio.gather(hung_up, return_exceptions=True)
        with pytest.raises(Busy):
            passwords.refuse_when_full()
        stuck.gate.set()
        passwords.close()
