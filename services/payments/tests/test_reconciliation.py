"""What a comparison asks of the database, however many payments there are."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text
from stripe_desk import StripeDesk, open_stripe_desk

from common.clock import utcnow
from common.database import Database, Transaction
from payments import reconciliation
from payments.reconciliation import Reconciliation

#: Payments like the one that is there, that began and ended days before.
_BEFORE = """
    INSERT INTO payments
    SELECT copy.* FROM payments p, generate_series(1, 3000) n,
        LATERAL jsonb_populate_record(p, jsonb_build_object(
            'id', uuidv7(n * interval '1 s' - interval '3 days'),
            'created_at', p.created_at - interval '3 days',
            'status', 'voided', 'due_at', NULL)) copy
"""
_READ = text("""
    SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_xact_user_tables
    WHERE relname = 'payments'
""")
#: For as long as it takes.
_HOLD_UP = (
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "LOCK TABLE payments",
)


class Counting(Database):
    """Knows how many payments were read."""

    read = 0

    @asynccontextmanager
    async def transaction(
        self, *, statement: timedelta | None = None
    ) -> AsyncGenerator[Transaction]:
        async with super().transaction(statement=statement) as tx:
            before = await tx.session.scalar(_READ) or 0
            yield tx
            self.read += (await tx.session.scalar(_READ) or 0) - before


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[StripeDesk]:
    async with open_stripe_desk(database) as desk:
        yield desk


@pytest.fixture
async def counting(database: Database) -> AsyncIterator[Counting]:
    counting = Counting(database.url)
    yield counting
    await counting.dispose()


async def test_what_is_read_does_not_grow_with_other_days(
    desk: StripeDesk, counting: Counting
) -> None:
    await desk.pay(await desk.order())
    await desk.execute(_BEFORE)
    compared = Reconciliation(counting, desk.stripe)
    report = await compared.run(utcnow().date())
    assert (report.compared, report.differences) == (1, [])
    assert counting.read <= 10


async def test_a_day_of_several_pages_is_compared_whole(
    desk: StripeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "PAGE", 2)
    for _ in range(5):
        await desk.pay(await desk.order())
    report = await desk.reconciliation.run(utcnow().date())
    assert (report.compared, report.differences) == (5, [])


async def test_a_database_that_does_not_answer_is_no_difference(
    desk: StripeDesk,
) -> None:
    async with desk.database.transaction() as tx:
        for statement in _HOLD_UP:
            await tx.session.execute(text(statement))
        assert (await desk.reconcile(utcnow().date().isoformat()))[0] == 2
