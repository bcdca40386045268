"""Sessions that ended: stored once, loaded in time, forgotten when expired."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from common.database import Database
from common.ids import new_id
from common.messages import SessionRevoked
from common.revocations import Revocations, store
from common.testing.statements import deletions

LATER = timedelta(hours=1)
EXPIRED = text("""
    INSERT INTO revoked_sessions (session_id, expires_at)
    SELECT uuidv7(), now() - interval '1 hour' FROM generate_series(1, 12000)
""")


def revoked(session_id: UUID | None = None, life: timedelta = LATER) -> SessionRevoked:
    expires_at = datetime.now(UTC) + life
    return SessionRevoked(session_id=session_id or new_id(), expires_at=expires_at)


async def hear(database: Database, *messages: SessionRevoked) -> None:
    async with database.transaction() as tx:
        await store(list(messages), tx)


async def stored(database: Database) -> int:
    async with database.transaction() as tx:
        count = await tx.session.scalar(text("SELECT count(*) FROM revoked_sessions"))
    return count or 0


class TestStore:
    async def test_twice_is_once(self, database: Database) -> None:
        message = revoked()
        await hear(database, message, message, revoked())
        await hear(database, message)
        assert await stored(database) == 2


class TestRevocations:
    async def test_the_first_load_brings_all(self, database: Database) -> None:
        message = revoked()
        await hear(database, message)
        await backdate(database, hours=3)
        revocations = Revocations(database)
        assert message.session_id not in revocations
        await revocations.load()
        assert message.session_id in revocations
        assert new_id() not in revocations

    async def test_then_each_load_brings_what_is_new(self, database: Database) -> None:
        revocations = Revocations(database)
        await revocations.load()
        message = revoked()
        await hear(database, message)
        await revocations.load()
        assert message.session_id in revocations

    async def test_a_row_that_was_committed_late_is_not_missed(
        self, database: Database
    ) -> None:
        revocations = Revocations(database)
        await revocations.load()
        message = revoked()
        await hear(database, message)
        await backdate(database, seconds=20)
        await revocations.load()
        assert message.session_id in revocations

    async def test_what_expired_leaves_memory_and_table(
        self, database: Database
    ) -> None:
        old, young = revoked(life=timedelta(seconds=-1)), revoked()
        await hear(database, old, young)
        revocations = Revocations(database)
        await revocations.load()
        await revocations.forget()
        assert old.session_id not in revocations
        assert young.session_id in revocations
        await revocations.forget_stored()
        assert await stored(database) == 1

    async def test_any_number_leaves_the_table_some_at_a_time(
        self, database: Database
    ) -> None:
        async with database.transaction() as tx:
            await tx.session.execute(EXPIRED)
        with deletions(database) as taken:
            await Revocations(database).forget_stored()
        assert taken == [5000, 5000, 2000]
        assert await stored(database) == 0


async def backdate(database: Database, **by: float) -> None:
    statement = text(
        "UPDATE revoked_sessions SET revoked_at = revoked_at - CAST(:by AS interval)"
    )
    async with database.transaction() as tx:
        await tx.session.execute(statement, {"by": timedelta(**by)})
