"""Transactions: state and message together; what may be tried again, and what not."""

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec import structs
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tiny.app import said
from tiny.kit import rows

from common.application import answers
from common.database import Database, Transaction, async_url, transient
from common.envelopes import Sealed
from common.ids import new_id
from common.messages import Message
from common.observability import bind_trace
from common.settings import SettingsError
from common.testing.servers import PostgresServer
from common.testing.waiting import eventually

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


def message() -> Message:
    return said(new_id(), 1)


async def fails(database: Database, sql: str, **parameters: object) -> Exception:
    """What a statement ends with."""
    try:
        await rows(database, sql, **parameters)
    except Exception as error:  # noqa: BLE001  # whatever it is
        return error
    raise AssertionError(f"no failure: {sql}")


async def value(database: Database, sql: str) -> object:
    [row] = await rows(database, sql)
    return row[0]


async def is_ready(database: Database) -> bool:
    return await answers(database) is None


class TestTransaction:
    async def test_what_is_said_is_in_the_outbox_after_the_commit(
        self, database: Database
    ) -> None:
        told: list[Sequence[Sealed]] = []
        database.committed = told.append
        async with database.transaction() as tx:
            tx.say(message(), message())
            assert told == []
        [[envelope]] = told
        [row] = await rows(database, "SELECT id, subject, payload FROM outbox")
        assert tuple(row) == (envelope.id, envelope.subject, envelope.payload)

    async def test_nothing_is_said_of_what_was_rolled_back(
        self, database: Database
    ) -> None:
        told: list[Sequence[Sealed]] = []
        database.committed = told.append

        async def fail(tx: Transaction) -> None:
            tx.say(message())
            raise LookupError

        with pytest.raises(LookupError):
            async with database.transaction() as tx:
                await fail(tx)
        assert (told, await rows(database, "SELECT 1 FROM outbox")) == ([], [])

    async def test_a_savepoint_takes_back_what_was_said_in_it(
        self, database: Database
    ) -> None:
        kept, lost = message(), message()

        async def fail(tx: Transaction) -> None:
            async with tx.savepoint():
                await tx.session.execute(text("DELETE FROM effects"))
                tx.say(lost)
                raise LookupError

        async with database.transaction() as tx:
            tx.say(kept)
            with pytest.raises(LookupError):
                await fail(tx)
            assert tx.said == (kept,)

    async def test_what_comes_afterwards_comes_after_the_commit(
        self, database: Database
    ) -> None:
        done: list[str] = []

        async def fail(tx: Transaction) -> None:
            async with tx.savepoint():
                tx.afterwards(lambda: done.append("taken back"))
                raise LookupError

        async with database.transaction() as tx:
            tx.afterwards(lambda: done.append("first"))
            with pytest.raises(LookupError):
                await fail(tx)
            tx.afterwards(lambda: done.append("second"))
            assert done == []
        assert done == ["first", "second"]

    async def test_nothing_comes_after_what_was_rolled_back(
        self, database: Database
    ) -> None:
        done: list[None] = []

        async def fail() -> None:
            async with database.transaction() as tx:
                tx.afterwards(lambda: done.append(None))
                raise LookupError

        with pytest.raises(LookupError):
            await fail()
        assert done == []

    async def test_what_is_said_carries_the_trace_unless_it_has_one(
        self, database: Database
    ) -> None:
        async with database.transaction() as tx:
            with bind_trace(TRACE):
                tx.say(message(), structs.replace(message(), trace="its own"))
            first, second = tx.said
        assert first.trace is not None
        assert "a" * 32 in first.trace
        assert second.trace == "its own"


def raising(state: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION 'odd' USING ERRCODE = '{state}'; END $$"


class TestTransient:
    @pytest.mark.parametrize(
        "state",
        [
            "08006",
            "40001",
            "40P01",
            "53100",
            "53300",
            "55P03",
            "57014",
            "57P01",
            "58030",
            "25006",
            "0A000",
        ],
    )
    async def test_what_the_database_is_at_fault_for_is(
        self, database: Database, state: str
    ) -> None:
        assert transient(await fails(database, raising(state)))

    @pytest.mark.parametrize("state", ["22003", "23505", "23514", "22021", "P0001"])
    async def test_what_the_data_is_at_fault_for_is_not(
        self, database: Database, state: str
    ) -> None:
        assert not transient(await fails(database, raising(state)))

    async def test_a_lost_connection_is(self, database: Database) -> None:
        end = "SELECT pg_terminate_backend(pg_backend_pid())"
        assert transient(await fails(database, end))

    async def test_a_statement_that_takes_too_long_is(self, database_url: str) -> None:
        database = Database(database_url, statement=timedelta(milliseconds=20))
        assert transient(await fails(database, "SELECT pg_sleep(1)"))
        await database.dispose()

    async def test_a_statement_that_its_transaction_bounds_is(
        self, database: Database
    ) -> None:
        brief = timedelta(milliseconds=20)
        with pytest.raises(DBAPIError) as caught:
            async with database.transaction(statement=brief) as tx:
                await tx.session.execute(text("SELECT pg_sleep(1)"))
        assert transient(caught.value)
        assert await value(database, "SHOW statement_timeout") == "5s"

    async def test_a_transaction_that_idles_too_long_is(
        self, database_url: str
    ) -> None:
        database = Database(database_url, idle=timedelta(milliseconds=20))
        watching = Database(database_url)

        async def idle_for_too_long() -> None:
            async with database.transaction() as tx:
                pid = await tx.session.scalar(text("SELECT pg_backend_pid()"))
                gone = f"SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = {pid}"
                await eventually(lambda: value(watching, gone))
                await tx.session.execute(text("SELECT 1"))

        with pytest.raises(DBAPIError) as caught:
            await idle_for_too_long()
        assert transient(caught.value)
        await database.dispose()
        await watching.dispose()

    async def test_a_pool_that_is_used_up_is(self, database_url: str) -> None:
        database = Database(database_url, pool_size=1, patience=timedelta())
        async with database.transaction() as tx:
            await tx.session.execute(text("SELECT 1"))
            assert transient(await fails(database, "SELECT 1"))
            assert await answers(database) is None
        await database.dispose()

    async def test_a_server_that_is_not_there_is(
        self, postgres: PostgresServer
    ) -> None:
        url = postgres.cluster.url("tickets", postgres.passwords["tickets"], "tickets")
        postgres.kill()
        assert transient(await fails(Database(url), "SELECT 1"))

    async def test_a_server_that_is_silent_is(self, database_url: str) -> None:
        brief = timedelta(milliseconds=50)
        database = Database(database_url, statement=brief, silence=brief)
        # The limits are so short that a busy machine may miss them.
        backend = await eventually(lambda: value(database, "SELECT pg_backend_pid()"))
        assert isinstance(backend, int)
        os.kill(backend, signal.SIGSTOP)
        try:
            assert transient(await fails(database, "SELECT 1"))
        finally:
            os.kill(backend, signal.SIGCONT)
        await eventually(lambda: value(database, "SELECT 1"))
        await database.dispose()

    async def test_a_value_that_cannot_be_sent_is_not(self, database: Database) -> None:
        query = "SELECT CAST(:number AS integer)"
        assert not transient(await fails(database, query, number=1 << 40))
        assert not transient(await fails(database, query, number="one"))

    async def test_a_fault_of_our_own_is_not(self) -> None:
        assert not transient(ValueError())


class TestEnd:
    async def test_whoever_asks_at_that_moment_has_an_answer(
        self, database: Database
    ) -> None:
        begun = asyncio.Event()

        async def ask() -> object:
            async with database.transaction() as tx:
                begun.set()
                return await tx.session.scalar(text("SELECT pg_sleep(0.1)::text"))

        asking = asyncio.create_task(ask())
        await begun.wait()
        await database.dispose()
        assert asking.done()
        assert await asking == ""


class TestReady:
    async def test_once_a_restarted_server_answers_every_transaction_is_served(
        self, database: Database, postgres: PostgresServer
    ) -> None:
        async def at_once() -> list[object]:
            wait = "SELECT pg_sleep(0.05)"  # so that each has a connection of its own
            return await asyncio.gather(*(value(database, wait) for _ in range(4)))

        await at_once()
        assert await answers(database) is None
        postgres.kill()
        postgres.start()
        await eventually(lambda: is_ready(database))
        assert len(await at_once()) == 4


class TestAddress:
    def test_its_driver_is_asyncpg(self) -> None:
        url = async_url("postgresql://tickets:secret@db:5432/tickets")
        assert url.drivername == "postgresql+asyncpg"

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "tickets",
            "mysql://tickets:secret@db/tickets",
            "postgresql://tickets:secret",
            "postgresql://tickets:secret@db",
            "postgresql://tickets:secret@db:port/tickets",
        ],
    )
    def test_a_wrong_one_is_refused_without_its_password(self, url: str) -> None:
        with pytest.raises(SettingsError, match="postgresql://role") as caught:
            async_url(url)
        assert "secret" not in str(caught.value)
