import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from payments.providers.stand_in.books import Books
from payments.providers.stand_in.ledger import Ledger
from payments.providers.stand_in.wire import AuthorizeBody


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "ledger.sqlite"


@pytest.fixture
async def ledger(path: Path) -> AsyncIterator[Ledger]:
    ledger = Ledger(str(path))
    await ledger.start()
    yield ledger
    await ledger.stop()


def wanted() -> AuthorizeBody:
    return AuthorizeBody(
        amount=100,
        currency="usd",
        token="tok_visa",
        reference=uuid4(),
        return_url="http://localhost/",
    )


def enter(books: Books) -> str:
    account_id = books.open_account(wanted())
    books.enter(account_id, "authorized", 100)
    return account_id


async def test_what_waits_together_is_committed_together(ledger: Ledger) -> None:
    account_ids = await asyncio.gather(*(ledger.transact(enter) for _ in range(600)))

    entries = await ledger.transact(Books.entries)
    assert [entry.payment_id for entry in entries] == account_ids


async def test_a_failing_piece_undoes_itself_alone(ledger: Ledger) -> None:
    def fail(books: Books) -> None:
        enter(books)
        raise ValueError("no")

    good, bad, other = await asyncio.gather(
        ledger.transact(enter),
        ledger.transact(fail),
        ledger.transact(enter),
        return_exceptions=True,
    )

    assert isinstance(bad, ValueError)
    entries = await ledger.transact(Books.entries)
    assert [entry.payment_id for entry in entries] == [good, other]


async def test_it_is_found_again_after_a_restart(ledger: Ledger, path: Path) -> None:
    await ledger.transact(enter)
    before = await ledger.transact(Books.entries)

    again = Ledger(str(path))
    await again.start()
    assert await again.transact(Books.entries) == before
    await again.stop()


@pytest.mark.parametrize("table", ["payments", "entries", "answers"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = ''", "DELETE FROM {}"])
async def test_it_is_append_only(
    ledger: Ledger, path: Path, table: str, change: str
) -> None:
    await ledger.transact(enter)
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO answers VALUES ('key', x'00', 200, x'00', 'now')")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(change.format(table))
    connection.close()


async def test_a_caller_that_hung_up_disturbs_nobody(ledger: Ledger) -> None:
    gone = asyncio.create_task(ledger.transact(enter))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)

    assert await ledger.transact(enter)


async def test_a_file_that_takes_no_more_fails_everybody_and_recovers(
    path: Path,
) -> None:
    ledger = Ledger(str(path), patience=0.01)
    await ledger.start()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await ledger.transact(enter)
    other.execute("ROLLBACK")
    other.close()

    assert await ledger.transact(enter)
    await ledger.stop()
