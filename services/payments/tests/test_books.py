"""The ledger: every posting sums to zero, and nothing that is written changes."""

import asyncio
import subprocess
import sys
from collections import Counter
from uuid import UUID

import pytest
from payments_desk import Desk, Judged, judged, person
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from test_refunds import give_back, member, paid, wish

from common.ids import new_id
from common.messages import Fee
from payments.ledger import Entry

FEES = {"fees": (Fee(type="service", amount=150),)}


async def entries(desk: Desk, payment_id: UUID) -> list[Entry]:
    async with desk.database.transaction() as tx:
        rows = await tx.session.scalars(
            select(Entry)
            .where(Entry.payment_id == payment_id)
            .order_by(Entry.written_at)
        )
        return list(rows)


async def balances(desk: Desk, payment_id: UUID) -> dict[str, int]:
    """Every account that is not even."""
    sums: Counter[str] = Counter()
    for entry in await entries(desk, payment_id):
        sums[entry.account] += entry.amount
    return {account: amount for account, amount in sums.items() if amount}


async def test_a_promise_is_not_yet_money(desk: Desk) -> None:
    buyer = person()
    payment = await desk.pay(await desk.order(buyer), buyer)
    assert await balances(desk, payment.id) == {"authorized": 2550, "cards": -2550}


async def test_what_was_captured_is_owed_to_the_seller_save_our_fee(
    desk: Desk,
) -> None:
    _, payment = await paid(desk, member(), **FEES)
    assert await balances(desk, payment.id) == {
        "provider": 2550,
        "seller": -2400,
        "fee": -150,
    }


async def test_what_goes_back_is_taken_from_both_in_proportion(desk: Desk) -> None:
    seller = member()
    _, payment = await paid(desk, seller, **FEES)
    await give_back(desk, payment, seller, wish(1000))
    assert await balances(desk, payment.id) == {
        "provider": 1550,
        "seller": -1458,
        "fee": -92,  # of 150 the 58 that 1000 of 2550 come to
    }
    await give_back(desk, payment, seller)
    assert await balances(desk, payment.id) == {}


async def test_what_is_on_its_way_back_shows(desk: Desk) -> None:
    seller = member()
    _, payment = await paid(desk, seller)
    desk.wire.cut_off("before")
    await give_back(desk, payment, seller, wish(1000))
    assert (await balances(desk, payment.id))["refunded"] == -1000
    await desk.sweep()
    assert "refunded" not in await balances(desk, payment.id)


async def test_what_the_provider_will_not_give_back_stays_where_it_was(
    desk: Desk,
) -> None:
    seller = member()
    _, payment = await paid(desk, seller, **FEES)
    before = await balances(desk, payment.id)
    await desk.provider.change("refund", payment.reference or "", None, amount=2000)
    await give_back(desk, payment, seller)
    assert await balances(desk, payment.id) == before


async def test_a_refused_payment_leaves_nothing_behind(desk: Desk) -> None:
    buyer = person()
    order = await desk.order(buyer)
    payment = await desk.pay(order, buyer)
    await desk.hear(judged(order, payment.id, "refused"))
    await desk.settle()
    assert await balances(desk, payment.id) == {}
    assert len(await entries(desk, payment.id)) == 4


@pytest.mark.parametrize(
    ("verdict", "then"),
    [
        ("accepted", {"provider": 2550, "seller": -2400, "fee": -150}),
        ("refused", {}),
    ],
)
async def test_what_was_taken_at_once_was_never_a_promise(
    desk: Desk, verdict: Judged, then: dict[str, int]
) -> None:
    buyer = person()
    order = await desk.order(buyer, **FEES)
    payment = await desk.pay(order, buyer, "tok_test_atOnce")
    assert await balances(desk, payment.id) == {"provider": 2550, "held": -2550}

    await desk.hear(judged(order, payment.id, verdict))
    await desk.settle()
    assert await balances(desk, payment.id) == then
    written = {entry.account for entry in await entries(desk, payment.id)}
    assert not written & {"authorized", "cards"}


async def test_what_was_taken_at_once_and_went_back_by_hand_is_nobodys(
    desk: Desk,
) -> None:
    buyer = person()
    payment = await desk.pay(await desk.order(buyer), buyer, "tok_test_atOnce")
    await desk.provider.change("refund", payment.reference or "", None, amount=2550)
    await desk.sweep()
    assert await desk.status(payment.id) == "failed"
    assert await balances(desk, payment.id) == {}


async def test_what_costs_nothing_writes_nothing(desk: Desk) -> None:
    _, payment = await paid(desk, member(), total=0)
    assert await entries(desk, payment.id) == []


async def test_an_order_is_read_posting_by_posting(desk: Desk) -> None:
    seller = member()
    order, payment = await paid(desk, seller, **FEES)
    await give_back(desk, payment, seller, wish(1000))
    printed = await asyncio.to_thread(print_ledger, desk, order.order_id)

    assert printed.returncode == 0, printed.stderr
    assert "given_back" in printed.stdout
    assert str(payment.id) in printed.stdout
    assert "-14.58 USD" in printed.stdout
    nothing = await asyncio.to_thread(print_ledger, desk, new_id())
    assert nothing.returncode == 1
    assert "no money" in nothing.stderr


def print_ledger(desk: Desk, order_id: UUID) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "payments", "ledger", str(order_id)],
        env={
            "PAYMENTS_DATABASE_URL": desk.database.url,
            "PAYMENTS_NATS_PASSWORD": "unused",
            "COLUMNS": "80",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def write(desk: Desk, payment_id: UUID, **lines: int) -> None:
    posting_id = new_id()
    async with desk.database.transaction() as tx:
        for account, amount in lines.items():
            entry = Entry(
                posting_id=posting_id,
                account=account,
                payment_id=payment_id,
                posting="captured",
                amount=amount,
                currency="usd",
            )
            tx.session.add(entry)


async def test_a_posting_that_does_not_sum_to_zero_is_refused(desk: Desk) -> None:
    _, payment = await paid(desk, member())
    await write(desk, payment.id, provider=2, seller=-2)
    with pytest.raises(DBAPIError, match="not balanced"):
        await write(desk, payment.id, provider=1, seller=-2)


async def run(desk: Desk, statement: str) -> None:
    async with desk.database.transaction() as tx:
        await tx.session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET amount = 2 * amount",
        "DELETE FROM ledger_entries",
        "TRUNCATE ledger_entries",
    ],
)
async def test_nothing_that_is_written_changes(desk: Desk, statement: str) -> None:
    await paid(desk, member())
    with pytest.raises(DBAPIError, match="append-only"):
        await run(desk, statement)
