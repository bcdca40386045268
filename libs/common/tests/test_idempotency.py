"""`Idempotency-Key`: said twice, done once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny.app import said
from tiny.kit import rows

from common.database import Database, Transaction
from common.errors import Invalid, KeyInProgress, KeyReused
from common.idempotency import (
    Kept,
    Keyed,
    claim,
    claim_many,
    keep,
    keep_many,
    keyed,
    valid_key,
)
from common.ids import new_id

USER = new_id()


def request(body: bytes = b"{}", *, key: str = "a-key", user: UUID = USER) -> Keyed:
    return keyed(user_id=user, route="POST /things", key=key, body=body)


async def work(database: Database, asked: Keyed) -> Kept:
    """Do something once for a key, as a use case does."""
    async with database.transaction() as tx:
        kept = await claim(tx, asked)
        if kept is None:
            kept = Kept(201, new_id())
            tx.say(said(kept.thing_id, 1))
            await keep(tx, asked, status=kept.status, thing_id=kept.thing_id)
    return kept


async def done(database: Database) -> int:
    return len(await rows(database, "SELECT 1 FROM outbox"))


class TestAtOnce:
    async def test_the_same_key_from_many_connections_has_one_effect(
        self, database: Database
    ) -> None:
        answers = await asyncio.gather(*(work(database, request()) for _ in range(8)))
        assert len(set(answers)) == 1
        assert await done(database) == 1

    async def test_while_the_first_is_at_work_the_second_is_told_so(
        self, database: Database
    ) -> None:
        async with database.transaction() as tx:
            assert await claim(tx, request()) is None
            with pytest.raises(KeyInProgress):
                await work(database, request())

    async def test_a_claim_committed_before_the_work_is_in_progress(
        self, database: Database
    ) -> None:
        async with database.transaction() as tx:
            await claim(tx, request())
        with pytest.raises(KeyInProgress):
            await work(database, request())
        async with database.transaction() as tx:
            await keep_many(tx, {}, free=[request()])
        assert (await work(database, request())).status == 201


class TestAgain:
    async def test_the_first_answer_is_given_again(self, database: Database) -> None:
        assert await work(database, request()) == await work(database, request())
        assert await done(database) == 1

    async def test_with_another_body_it_is_refused(self, database: Database) -> None:
        await work(database, request(b"one"))
        with pytest.raises(KeyReused):
            await work(database, request(b"two"))

    async def test_another_persons_key_is_another_key(self, database: Database) -> None:
        await work(database, request())
        await work(database, request(user=new_id()))
        assert await done(database) == 2

    async def test_a_refusal_frees_the_key(self, database: Database) -> None:
        async def refuse() -> None:
            async with database.transaction() as tx:
                await claim(tx, request())
                raise LookupError

        with pytest.raises(LookupError):
            await refuse()
        assert await work(database, request(b"another body")) is not None

    async def test_what_is_kept_is_never_released(self, database: Database) -> None:
        await work(database, request())
        async with database.transaction() as tx:
            await keep_many(tx, {}, free=[request()])
        await work(database, request())
        assert await done(database) == 1

    async def test_after_24_hours_it_is_a_new_key(self, database: Database) -> None:
        first = await work(database, request(b"one"))
        past = "created_at - interval '24 hours'"
        await rows(database, f"UPDATE idempotency_keys SET created_at = {past}")
        second = await work(database, request(b"two"))
        assert first.thing_id != second.thing_id


class TestMany:
    """What one of many waits for, all of them would."""

    @pytest.fixture
    async def hasty(self, database: Database) -> AsyncIterator[Database]:
        """Waits for no lock, and says so."""
        hasty = Database(database.url, lock=timedelta(milliseconds=1))
        yield hasty
        await hasty.dispose()

    async def test_a_claim_at_work_elsewhere_is_told_and_costs_its_neighbours_nothing(
        self, database: Database, hasty: Database
    ) -> None:
        stuck, free = request(key="stuck"), request(key="free")
        for first in (claim_one, claim_alone):
            async with database.transaction() as elsewhere, hasty.transaction() as tx:
                await first(elsewhere, stuck)
                told = await claim_many(tx, {stuck: USER, free: USER}, status=201)
                assert list(told) == [stuck]
                assert isinstance(told[stuck], KeyInProgress)
                await elsewhere.session.rollback()
                await tx.session.rollback()

    async def test_an_answer_that_is_being_kept_is_not_waited_for(
        self, database: Database, hasty: Database
    ) -> None:
        stuck, free = request(key="stuck"), request(key="free")
        async with database.transaction() as tx:
            await claim_many(tx, {stuck: USER}, status=None)
        async with database.transaction() as elsewhere, hasty.transaction() as tx:
            await keep_many(elsewhere, {stuck: Kept(201, USER)})
            told = await claim_many(tx, {stuck: USER, free: USER}, status=None)
        assert list(told) == [stuck]
        assert isinstance(told[stuck], KeyInProgress)

    async def test_as_for_one_the_first_answer_is_given_again(
        self, database: Database
    ) -> None:
        asked, thing = request(), new_id()
        for told in ({}, {asked: Kept(201, thing)}):
            async with database.transaction() as tx:
                assert await claim_many(tx, {asked: thing}, status=201) == told
        past = "created_at - interval '24 hours'"
        await rows(database, f"UPDATE idempotency_keys SET created_at = {past}")
        async with database.transaction() as tx:
            assert await claim_many(tx, {asked: new_id()}, status=201) == {}


async def claim_one(tx: Transaction, asked: Keyed) -> None:
    await claim_many(tx, {asked: USER}, status=201)


async def claim_alone(tx: Transaction, asked: Keyed) -> None:
    await claim(tx, asked)


class TestKey:
    @given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
    def test_visible_ascii_is_one(self, key: str) -> None:
        assert valid_key(key[:255])

    @pytest.mark.parametrize("key", ["", "a b", "\x7f", "ä", "x" * 256, "a\n"])
    def test_anything_else_is_refused_with_its_place(self, key: str) -> None:
        with pytest.raises(Invalid) as caught:
            keyed(user_id=USER, route="POST /things", key=key, body=b"")
        assert caught.value.errors[0].field == "header.Idempotency-Key"
