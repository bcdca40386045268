"""Consumers: once each, the bad set aside, neighbours unharmed."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from tiny.app import said, show
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
from common.inbox import Consumer, Inbox, receive
from common.messages import StockChanged, TicketDeleted, TicketUpdated
from common.observability import current_trace
from common.set_aside import WHOLE

Handle = Callable[[list[StockChanged], Transaction], Awaitable[None]]
TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


async def take_with(database: Database, handle: Handle, *payloads: bytes) -> None:
    consumer = Consumer("tickets", StockChanged, handle)
    received = [receive(consumer, payload, suspect=False) for payload in payloads]
    await Inbox(database, consumer).take(received)


async def in_the_inbox(database: Database) -> int:
    return len(await rows(database, "SELECT 1 FROM inbox"))


def misspelt(message: StockChanged) -> bytes:
    return msgspec.json.encode({**msgspec.to_builtins(message), "free": "many"})


def with_raw(raw: bytes, *messages: StockChanged) -> bytes:
    """An envelope that ends with a message of our own making."""
    return sealed(*messages)[:-2] + b"," + raw + b"]}"


class TestOnce:
    async def test_an_envelope_delivered_again_has_no_second_effect(
        self, database: Database
    ) -> None:
        payload = sealed(changed(), changed())
        await take(database, payload)
        await take(database, payload)
        assert await effects(database) == 2

    async def test_an_envelope_twice_in_one_list_has_one_effect(
        self, database: Database
    ) -> None:
        payload = sealed(changed())
        await take(database, payload, payload)
        assert await effects(database) == 1

    async def test_another_consumer_handles_the_same_envelope(
        self, database: Database
    ) -> None:
        payload = sealed(changed())
        await take(database, payload)
        other = Consumer("payments", StockChanged, show)
        await Inbox(database, other).take([receive(other, payload, suspect=False)])
        assert await effects(database) == 2

    async def test_two_processes_with_the_same_envelope_have_one_effect(
        self, database: Database
    ) -> None:
        payload = sealed(changed())
        await asyncio.gather(*(take(database, payload) for _ in range(8)))
        assert await effects(database) == 1

    async def test_state_inbox_and_outbox_commit_together_or_not_at_all(
        self, database: Database
    ) -> None:
        payload = sealed(changed())
        await rows(database, "ALTER TABLE outbox RENAME TO gone")
        with pytest.raises(ProgrammingError, match="outbox"):
            await take(database, payload)
        assert (await effects(database), await in_the_inbox(database)) == (0, 0)
        await rows(database, "ALTER TABLE gone RENAME TO outbox")
        await take(database, payload)
        assert (await effects(database), await in_the_inbox(database)) == (1, 1)

    async def test_the_newest_of_a_list_is_shown(self, database: Database) -> None:
        stock = new_id()
        payloads = [sealed(changed(n, stock_id=stock)) for n in (2, 3, 1)]
        await take(database, *payloads)
        assert await shown(database) == {stock: (3, 3)}


class TestSetAside:
    async def test_a_message_that_fails_leaves_its_neighbours_unharmed(
        self, database: Database
    ) -> None:
        bad = impossible()
        await take(
            database,
            sealed(changed(), bad, changed()),
            sealed(changed(), changed()),
        )
        [letter] = await letters(database)
        assert len(await shown(database)) == 4
        assert await effects(database) == 4
        assert (letter.aggregate_id, letter.index, letter.tries) == (bad.stock_id, 1, 0)
        assert "free_enough_check" in letter.error

    async def test_what_a_failed_message_said_is_not_said(
        self, database: Database
    ) -> None:
        good = changed()

        async def say_then_fail(messages: list[StockChanged], tx: Transaction) -> None:
            tx.say(*(said(message.stock_id, 1) for message in messages))
            if any(message.free < 0 for message in messages):
                raise ValueError

        await take_with(database, say_then_fail, sealed(impossible(), good))
        [envelope] = await rows(database, "SELECT payload FROM outbox")
        [told] = open_envelope(envelope.payload).messages
        assert msgspec.json.decode(told, type=TicketDeleted).ticket_id == good.stock_id

    async def test_a_constraint_checked_at_the_commit_fails_its_message_alone(
        self, database: Database
    ) -> None:
        await rows(
            database,
            "CREATE TABLE IF NOT EXISTS late"
            " (stock_id uuid UNIQUE DEFERRABLE INITIALLY DEFERRED)",
        )

        async def write_late(messages: list[StockChanged], tx: Transaction) -> None:
            for message in messages:
                one = text("INSERT INTO late VALUES (:id)")
                await tx.session.execute(one, {"id": message.stock_id})

        twice = new_id()
        said_twice = [changed(n, stock_id=twice) for n in (1, 2)]
        await take_with(database, write_late, sealed(*said_twice, changed()))
        assert len(await rows(database, "SELECT 1 FROM late")) == 2
        await rows(database, "DROP TABLE late")
        assert len(await letters(database)) == 1

    async def test_each_of_many_bad_ones_is_found(self, database: Database) -> None:
        messages = [impossible() if n % 7 == 3 else changed() for n in range(60)]
        await take(database, sealed(*messages[:30]), sealed(*messages[30:]))
        bad = {each.stock_id for each in messages if each.free < 0}
        assert {letter.aggregate_id for letter in await letters(database)} == bad
        assert len(await shown(database)) == 60 - len(bad)

    async def test_an_unreadable_message_is_kept_as_it_came(
        self, database: Database
    ) -> None:
        wrong = changed(4)
        await take(database, with_raw(misspelt(wrong), changed(), changed()))
        [letter] = await letters(database)
        assert await effects(database) == 2
        assert (letter.index, letter.payload) == (2, misspelt(wrong))
        assert (letter.aggregate_id, letter.version) == (wrong.stock_id, 4)

    @pytest.mark.parametrize("raw", [b"{}", b'{"stock_id": 7}', b'"odd"', b"[[]]"])
    async def test_a_message_that_names_no_aggregate_is_kept(
        self, database: Database, raw: bytes
    ) -> None:
        await take(database, with_raw(raw, changed()), with_raw(raw, changed()))
        assert [letter.payload for letter in await letters(database)] == [raw, raw]

    async def test_fields_of_a_newer_release_are_kept(self, database: Database) -> None:
        newer = {**msgspec.to_builtins(impossible()), "colour": "blue"}
        await take(database, with_raw(msgspec.json.encode(newer), changed()))
        [letter] = await letters(database)
        assert msgspec.json.decode(letter.payload)["colour"] == "blue"

    async def test_an_unknown_value_of_an_enumeration_is_set_aside(
        self, database: Database
    ) -> None:
        heard: list[int] = []

        async def hear(messages: list[TicketUpdated], _tx: Transaction) -> None:
            heard.extend(message.version for message in messages)

        event = {
            "id": new_id(),
            "name": "Final",
            "venue": {"name": "Arena", "city": "Oslo", "country": "no"},
            "timezone": "Europe/Oslo",
            "starts_at": "2026-12-31T19:00:00Z",
            "starts_at_local": "2026-12-31T20:00:00",
        }
        known = msgspec.to_builtins(said(new_id(), 1))
        first, second = (
            msgspec.json.encode({**known, "event": {**event, "status": status}})
            for status in ("published", "postponed")
        )
        opened = msgspec.json.encode(
            {
                "id": new_id(),
                "occurred_at": "2026-10-01T00:00:00Z",
                "messages": [msgspec.Raw(first), msgspec.Raw(second)],
            }
        )
        consumer = Consumer("orders", TicketUpdated, hear)
        await Inbox(database, consumer).take([receive(consumer, opened, suspect=False)])
        [letter] = await letters(database)
        assert heard == [1]
        assert "postponed" in letter.error

    async def test_a_newer_message_replaces_one_set_aside(
        self, database: Database
    ) -> None:
        stock = new_id()
        await take(database, sealed(impossible(2, stock_id=stock)))
        [older] = await letters(database)
        await take(database, sealed(impossible(3, stock_id=stock)))
        [newer] = await letters(database)
        assert (older.version, newer.version) == (2, 3)
        assert older.id != newer.id

    async def test_an_older_message_never_replaces_one_set_aside(
        self, database: Database
    ) -> None:
        stock = new_id()
        await take(database, sealed(impossible(3, stock_id=stock)))
        await take(database, sealed(impossible(2, stock_id=stock)))
        [letter] = await letters(database)
        assert letter.version == 3

    async def test_a_fact_said_again_replaces_the_earlier_one(
        self, database: Database
    ) -> None:
        stock = new_id()
        early, late = (sealed(impossible(stock_id=stock)) for _ in range(2))
        await take(database, late)
        await take(database, early)
        [letter] = await letters(database)
        assert letter.envelope_id == open_envelope(late).id

    async def test_a_replaced_message_is_tried_from_the_start(
        self, database: Database
    ) -> None:
        stock = new_id()
        await take(database, sealed(impossible(2, stock_id=stock)))
        await rows(database, "UPDATE set_aside SET tries = 10, dead_at = now()")
        await take(database, sealed(impossible(3, stock_id=stock)))
        [letter] = await letters(database)
        assert (letter.tries, letter.dead_at) == (0, None)

    async def test_an_unreadable_envelope_is_set_aside_once_and_whole(
        self, database: Database
    ) -> None:
        await take(database, b"{torn", sealed(changed()))
        await take(database, b"{torn")
        [letter] = await letters(database)
        assert (letter.index, letter.payload) == (WHOLE, b"{torn")
        assert await effects(database) == 1

    async def test_a_suspect_is_set_aside_whole_unless_it_was_handled(
        self, database: Database
    ) -> None:
        handled, unhandled = sealed(changed()), sealed(changed(), changed())
        await take(database, handled)
        await take(database, handled, unhandled, suspect=True)
        [letter] = await letters(database)
        assert (letter.index, letter.payload) == (WHOLE, unhandled)
        assert await effects(database) == 1

    async def test_an_error_that_cannot_be_stored_as_it_is_is_stored(
        self, database: Database
    ) -> None:
        async def fail(_messages: list[StockChanged], _tx: Transaction) -> None:
            raise ValueError("odd \0 and \ud800" + "x" * 5000)

        await take_with(database, fail, sealed(changed()))
        [letter] = await letters(database)
        assert len(letter.error) == 2000

    async def test_a_value_the_driver_cannot_send_is_the_messages_fault(
        self, database: Database
    ) -> None:
        await take(database, sealed(changed(free=1 << 40), changed()))
        assert len(await letters(database)) == 1
        assert await effects(database) == 1


async def slow(messages: list[StockChanged], tx: Transaction) -> None:
    await show(messages, tx)
    await tx.session.execute(text("SET LOCAL statement_timeout = '10ms'"))
    await tx.session.execute(text("SELECT pg_sleep(1)"))


async def cut_off(messages: list[StockChanged], tx: Transaction) -> None:
    await show(messages, tx)
    await tx.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def locked(messages: list[StockChanged], tx: Transaction) -> None:
    await show(messages, tx)
    await tx.session.execute(text("SET LOCAL lock_timeout = '10ms'"))
    await tx.session.execute(text("SELECT 1 FROM pg_advisory_xact_lock(1)"))


class TestTransient:
    """The database's fault: nothing is set aside, everything is rolled back."""

    @pytest.mark.parametrize("handle", [slow, cut_off, locked])
    async def test_a_list_is_put_off_whole(
        self, database: Database, handle: Handle
    ) -> None:
        payload = sealed(changed(), changed())
        async with database.transaction() as other:
            await other.session.execute(text("SELECT pg_advisory_xact_lock(1)"))
            with pytest.raises(Exception, match=r"timeout|connection|terminating"):
                await take_with(database, handle, payload)
        assert await letters(database) == []
        assert await in_the_inbox(database) == 0
        await take(database, payload)
        assert await effects(database) == 2

    async def test_a_deadlock_is_put_off(self, database: Database) -> None:
        first, second = asyncio.Event(), asyncio.Event()

        def handle(
            mine: int, theirs: int, me: asyncio.Event, other: asyncio.Event
        ) -> Handle:
            async def lock(_messages: list[StockChanged], tx: Transaction) -> None:
                take_lock = text("SELECT pg_advisory_xact_lock(:key)")
                await tx.session.execute(take_lock, {"key": mine})
                me.set()
                await other.wait()
                await tx.session.execute(text("SET LOCAL lock_timeout = '5s'"))
                await tx.session.execute(take_lock, {"key": theirs})

            return lock

        outcomes = await asyncio.gather(
            take_with(database, handle(1, 2, first, second), sealed(changed())),
            take_with(database, handle(2, 1, second, first), sealed(changed())),
            return_exceptions=True,
        )
        assert [type(o).__name__ for o in outcomes if o] == ["DBAPIError"]
        assert await letters(database) == []
        assert await in_the_inbox(database) == 1


class TestTrace:
    async def test_what_a_message_causes_carries_its_trace(
        self, database: Database
    ) -> None:
        told = msgspec.structs.replace(changed(), trace=TRACE)
        await take(database, sealed(told))
        [row] = await rows(database, "SELECT payload FROM outbox")
        [raw] = open_envelope(row.payload).messages
        trace = msgspec.json.decode(raw, type=TicketDeleted).trace
        assert trace is not None
        assert trace.split("-")[1] == "a" * 32

    async def test_a_list_of_many_traces_belongs_to_none(
        self, database: Database
    ) -> None:
        seen: list[str | None] = []

        async def remember(_messages: list[StockChanged], _tx: Transaction) -> None:
            seen.append(current_trace())

        told = msgspec.structs.replace(changed(), trace=TRACE)
        await take_with(database, remember, sealed(told, changed()))
        assert seen[0] is not None
        assert "a" * 32 not in seen[0]
