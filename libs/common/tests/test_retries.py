"""What was set aside: tried again with growing delays, replaced, given up, replayed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import text
from tiny.app import SHOWING, show
from tiny.kit import (
    changed,
    effects,
    impossible,
    letters,
    rows,
    sealed,
    shown,
    take,
)

from common.database import Database, Transaction
from common.envelopes import open_envelope
from common.ids import new_id
from common.inbox import Consumer
from common.messages import DeadLettered, StockChanged
from common.observability import current_trace
from common.retries import TRIES, Retries
from common.set_aside import WHOLE, SetAside

Handle = Callable[[list[StockChanged], Transaction], Awaitable[None]]


def retries(database: Database, handle: Handle = show) -> Retries:
    consumer = Consumer("tickets", StockChanged, handle)
    return Retries("tickets", database, [consumer])


async def make_due(database: Database) -> None:
    await rows(database, "UPDATE set_aside SET next_try_at = clock_timestamp()")


async def show_anything(messages: list[StockChanged], tx: Transaction) -> None:
    """The release that can handle what the last one could not."""
    await show([structs.replace(m, free=max(m.free, 0)) for m in messages], tx)


async def waits(database: Database) -> list[timedelta]:
    """How long each message waits for its next try."""
    found = await rows(
        database, "SELECT next_try_at - clock_timestamp() FROM set_aside"
    )
    return [row[0] for row in found]


async def dead_lettered(database: Database) -> list[DeadLettered]:
    found = await rows(
        database, "SELECT payload FROM outbox WHERE subject = 'dead-letters.given-up'"
    )
    return [
        msgspec.json.decode(raw, type=DeadLettered)
        for row in found
        for raw in open_envelope(row.payload).messages
    ]


async def only(tried: Retries) -> SetAside:
    [letter] = await tried.listed()
    return letter


class TestTries:
    async def test_nothing_is_tried_before_a_second_has_passed(
        self, database: Database
    ) -> None:
        [before] = await rows(database, "SELECT clock_timestamp() AS now")
        await take(database, sealed(impossible()))
        [letter] = await letters(database)
        [after] = await rows(database, "SELECT clock_timestamp() AS now")
        second = timedelta(seconds=1)
        assert before.now + second <= letter.next_try_at <= after.now + second

        later = "next_try_at + interval '1 minute'"
        await rows(database, f"UPDATE set_aside SET next_try_at = {later}")
        await retries(database).run_due()
        [letter] = await letters(database)
        assert letter.tries == 0

    async def test_what_can_be_handled_now_is_handled_and_forgotten(
        self, database: Database
    ) -> None:
        stock = new_id()
        await take(database, sealed(impossible(3, stock_id=stock)))
        await make_due(database)
        await retries(database, show_anything).run_due()
        assert await shown(database) == {stock: (3, 0)}
        assert await letters(database) == []
        assert len(await rows(database, "SELECT 1 FROM outbox")) == 1

    async def test_delays_double_from_a_second_and_stop_at_ten_tries(
        self, database: Database
    ) -> None:
        await take(database, sealed(impossible()))
        tried = retries(database)
        for delay in (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024):
            await make_due(database)
            [before] = await rows(database, "SELECT clock_timestamp() AS now")
            await tried.run_due()
            [after] = await rows(
                database, "SELECT clock_timestamp() AS now, next_try_at FROM set_aside"
            )
            wait = timedelta(seconds=delay)
            assert before.now + wait <= after.next_try_at <= after.now + wait
        [letter] = await letters(database)
        assert letter.tries == TRIES
        assert letter.dead_at is not None

    async def test_a_try_is_counted_before_it_starts(self, database: Database) -> None:
        seen: list[int] = []

        async def die(_messages: list[StockChanged], _tx: Transaction) -> None:
            seen.extend(letter.tries for letter in await letters(database))
            raise asyncio.CancelledError

        await take(database, sealed(impossible()))
        await make_due(database)
        with pytest.raises(asyncio.CancelledError):
            await retries(database, die).run_due()
        [letter] = await letters(database)
        assert seen == [1]
        assert letter.tries == 1

    async def test_a_time_out_counts(self, database: Database) -> None:
        async def sleep(_messages: list[StockChanged], tx: Transaction) -> None:
            await tx.session.execute(text("SET LOCAL statement_timeout = '10ms'"))
            await tx.session.execute(text("SELECT pg_sleep(1)"))

        await take(database, sealed(impossible()))
        await make_due(database)
        await retries(database, sleep).run_due()
        [letter] = await letters(database)
        assert letter.tries == 1
        assert "statement timeout" in letter.error

    async def test_one_that_fails_does_not_hold_up_the_next(
        self, database: Database
    ) -> None:
        good = impossible(2)

        async def fail_first(messages: list[StockChanged], tx: Transaction) -> None:
            if messages[0].stock_id != good.stock_id:
                raise ValueError("odd \0 bytes")
            await show([structs.replace(good, free=5)], tx)

        await take(database, sealed(impossible()), sealed(good))
        await make_due(database)
        await retries(database, fail_first).run_due()
        [letter] = await letters(database)
        assert await shown(database) == {good.stock_id: (2, 5)}
        assert "odd" in letter.error

    async def test_two_processes_do_not_try_the_same_message_at_once(
        self, database: Database
    ) -> None:
        running, going_on = asyncio.Event(), asyncio.Event()

        async def linger(_messages: list[StockChanged], _tx: Transaction) -> None:
            running.set()
            await going_on.wait()

        await take(database, sealed(impossible()))
        letter = await only(retries(database))
        first = asyncio.create_task(retries(database, linger).replay(letter))
        await running.wait()
        assert not await retries(database, linger).replay(letter)
        going_on.set()
        assert await first
        assert await letters(database) == []

    async def test_a_try_carries_the_messages_trace(self, database: Database) -> None:
        seen: list[str | None] = []

        async def remember(_messages: list[StockChanged], _tx: Transaction) -> None:
            seen.append(current_trace())

        trace = f"00-{'c' * 32}-{'d' * 16}-01"
        await take(database, sealed(structs.replace(impossible(), trace=trace)))
        await retries(database, remember).replay(await only(retries(database)))
        assert seen[0] is not None
        assert "c" * 32 in seen[0]


class TestReplaced:
    async def test_a_try_of_a_replaced_message_leaves_its_successor_alone(
        self, database: Database
    ) -> None:
        stock = new_id()
        await take(database, sealed(impossible(2, stock_id=stock)))
        older = await only(retries(database))
        await take(database, sealed(impossible(3, stock_id=stock)))
        assert not await retries(database, show_anything).replay(older)
        [letter] = await letters(database)
        assert letter.version == 3
        assert await shown(database) == {}

    async def test_giving_up_a_replaced_message_says_nothing(
        self, database: Database
    ) -> None:
        stock = new_id()

        async def replace_then_fail(
            _messages: list[StockChanged], tx: Transaction
        ) -> None:
            await tx.session.rollback()
            await take(database, sealed(impossible(3, stock_id=stock)))
            raise ValueError

        await take(database, sealed(impossible(2, stock_id=stock)))
        await rows(database, "UPDATE set_aside SET tries = 9")
        await make_due(database)
        tried = retries(database, replace_then_fail)
        await tried.run_due()
        letter = await only(tried)
        assert (letter.version, letter.tries, letter.dead_at) == (3, 0, None)
        assert await dead_lettered(database) == []


class TestGivenUp:
    async def given_up(self, database: Database) -> StockChanged:
        message = impossible(4)
        await take(database, sealed(changed(), message))
        await rows(database, "UPDATE set_aside SET tries = 9")
        await make_due(database)
        await retries(database).run_due()
        return message

    async def test_the_last_failure_is_said_to_the_dead_letters(
        self, database: Database
    ) -> None:
        message = await self.given_up(database)
        [letter] = await letters(database)
        [dead] = await dead_lettered(database)
        assert (dead.id, dead.index, dead.tries) == (letter.id, 1, TRIES)
        assert (dead.service, dead.consumer) == ("tickets", SHOWING.name)
        assert "free_enough_check" in dead.error
        assert msgspec.json.decode(dead.payload, type=StockChanged) == message

    async def test_a_dead_message_is_not_tried_again(self, database: Database) -> None:
        await self.given_up(database)
        await make_due(database)
        await retries(database).run_due()
        [letter] = await letters(database)
        assert letter.tries == TRIES
        assert len(await dead_lettered(database)) == 1

    async def test_one_whose_last_try_ended_the_process_is_given_up_untried(
        self, database: Database
    ) -> None:
        async def never(_messages: list[StockChanged], _tx: Transaction) -> None:
            raise AssertionError("tried")

        await take(database, sealed(impossible()))
        await rows(database, f"UPDATE set_aside SET tries = {TRIES}")
        await make_due(database)
        await retries(database, never).run_due()
        [dead] = await dead_lettered(database)
        assert dead.tries == TRIES
        assert "tried" not in dead.error

    async def test_a_replay_runs_past_the_inbox_and_the_ten_tries(
        self, database: Database
    ) -> None:
        message = await self.given_up(database)
        tried = retries(database, show_anything)
        assert await tried.replay(await only(tried))
        assert (await shown(database))[message.stock_id] == (4, 0)
        assert await letters(database) == []

    async def test_a_replay_passes_the_usual_checks(self, database: Database) -> None:
        message = await self.given_up(database)
        await take(database, sealed(changed(5, stock_id=message.stock_id)))
        tried = retries(database, show_anything)
        assert await tried.replay(await only(tried))
        assert (await shown(database))[message.stock_id] == (5, 5)

    async def test_a_replay_that_fails_leaves_it_where_it_was(
        self, database: Database
    ) -> None:
        await self.given_up(database)
        tried = retries(database)
        with pytest.raises(Exception, match="free_enough_check"):
            await tried.replay(await only(tried))
        assert (await only(tried)).dead_at is not None

    async def test_waiting_and_dead_are_counted(self, database: Database) -> None:
        await self.given_up(database)
        await take(database, sealed(impossible(), impossible()))
        assert await retries(database).counted() == (2, 1)


class TestWhole:
    async def test_a_suspect_is_split_and_its_messages_tried_alone(
        self, database: Database
    ) -> None:
        bad = impossible(2)
        payload = sealed(changed(), bad, changed())
        await take(database, payload, suspect=True)
        await make_due(database)
        tried = retries(database)
        await tried.run_due()
        split = await letters(database)
        assert [letter.index for letter in split] == [0, 1, 2]
        assert {letter.envelope_id for letter in split} == {open_envelope(payload).id}
        await make_due(database)
        await tried.run_due()
        assert await effects(database) == 2
        letter = await only(tried)
        assert (letter.aggregate_id, letter.version) == (bad.stock_id, 2)

    async def test_an_unreadable_envelope_is_given_up_whole(
        self, database: Database
    ) -> None:
        await take(database, b"{torn \xff")
        await rows(database, "UPDATE set_aside SET tries = 9")
        await make_due(database)
        await retries(database).run_due()
        [dead] = await dead_lettered(database)
        assert (dead.index, dead.payload) == (WHOLE, "{torn \N{REPLACEMENT CHARACTER}")

    async def test_of_a_large_one_the_dead_letters_get_the_beginning(
        self, database: Database
    ) -> None:
        await take(database, b"{torn" + b"x" * 200_000)
        await rows(database, "UPDATE set_aside SET tries = 10")
        await make_due(database)
        await retries(database).run_due()
        [dead] = await dead_lettered(database)
        assert len(dead.payload) == 64 * 1024


async def test_a_message_that_is_not_set_aside_is_not_found(database: Database) -> None:
    assert await retries(database).get(UUID(int=1)) is None
