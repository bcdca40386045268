"""Payments that are older than the ledger are opened in it at what they come to."""

from collections.abc import Awaitable, Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from uuid import UUID

import pytest
from payments_desk import Desk, judged, person
from test_books import FEES, balances, entries
from test_refunds import give_back, member, paid, wish

from common.identity import Identity
from payments.models import Payment

MIGRATION = "2026-11-23-0140_open_ledger.py"
Make = Callable[[Desk, Identity], Awaitable[Payment]]


async def open_ledger(desk: Desk) -> None:
    path = Path(__file__).parents[1] / "migrations" / "versions" / MIGRATION
    spec = spec_from_file_location("open_ledger", path)
    assert spec is not None
    assert spec.loader is not None
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    async with desk.database.transaction() as tx:
        connection = await tx.session.connection()
        for statement in migration.OPENING:
            await connection.exec_driver_sql(statement)


async def forget(desk: Desk, payment_id: UUID | None = None) -> None:
    """As if it had come to pass before there was a ledger."""
    these = "TRUE" if payment_id is None else f"payment_id = '{payment_id}'"
    async with desk.erasable():
        await desk.execute(f"DELETE FROM ledger_entries WHERE {these}")


async def authorized(desk: Desk, seller: Identity) -> Payment:
    buyer = person()
    return await desk.pay(await desk.order(buyer, seller_id=seller.user_id), buyer)


async def captured(desk: Desk, seller: Identity) -> Payment:
    return (await paid(desk, seller, **FEES))[1]


async def refunded_in_part(desk: Desk, seller: Identity) -> Payment:
    payment = await captured(desk, seller)
    await give_back(desk, payment, seller, wish(1000))
    return payment


async def on_its_way_back(desk: Desk, seller: Identity) -> Payment:
    payment = await refunded_in_part(desk, seller)
    desk.wire.cut_off("before")
    await give_back(desk, payment, seller, wish(500))
    return payment


async def refunded(desk: Desk, seller: Identity) -> Payment:
    payment = await captured(desk, seller)
    await give_back(desk, payment, seller)
    return payment


async def voided(desk: Desk, seller: Identity) -> Payment:
    buyer = person()
    order = await desk.order(buyer, seller_id=seller.user_id)
    payment = await desk.pay(order, buyer)
    await desk.hear(judged(order, payment.id, "refused"))
    await desk.settle()
    return payment


MADE = [authorized, captured, refunded_in_part, on_its_way_back, refunded, voided]


@pytest.mark.parametrize("make", MADE)
async def test_it_is_opened_at_what_the_ledger_would_have_said(
    desk: Desk, make: Make
) -> None:
    payment = await make(desk, member())
    expected = await balances(desk, payment.id)
    await forget(desk)
    for _ in range(2):  # the second time there is nothing to open
        await open_ledger(desk)
        assert await balances(desk, payment.id) == expected
    assert {entry.posting for entry in await entries(desk, payment.id)} <= {"opening"}


@pytest.mark.parametrize("make", MADE)
async def test_what_the_ledger_knows_is_left_alone(desk: Desk, make: Make) -> None:
    payment = await make(desk, member())
    before = len(await entries(desk, payment.id))
    await open_ledger(desk)
    assert len(await entries(desk, payment.id)) == before


async def test_opened_it_can_be_given_back_whole_and_nothing_stays(desk: Desk) -> None:
    seller = member()
    payment = await captured(desk, seller)
    await forget(desk)
    await open_ledger(desk)
    await give_back(desk, payment, seller, wish(1000))
    await give_back(desk, payment, seller)
    assert await balances(desk, payment.id) == {}


async def test_a_refund_that_came_first_is_counted_in(desk: Desk) -> None:
    """Captured before there was a ledger, given back in part since."""
    seller = member()
    payment = await captured(desk, seller)
    await forget(desk)
    await give_back(desk, payment, seller, wish(1000))
    await open_ledger(desk)
    assert await balances(desk, payment.id) == {
        "provider": 1550,
        "seller": -1458,
        "fee": -92,
    }


async def test_a_seller_who_was_not_kept_is_known_from_the_order(desk: Desk) -> None:
    seller = member()
    payment = await captured(desk, seller)
    await forget(desk)
    await desk.execute("UPDATE payments SET seller_id = NULL, fee = 0")
    await open_ledger(desk)
    assert (await give_back(desk, payment, seller)).status == "succeeded"
    assert await balances(desk, payment.id) == {}


async def test_a_capture_on_its_way_finds_its_promise(desk: Desk) -> None:
    buyer = person()
    order = await desk.order(buyer, **FEES)
    payment = await desk.pay(order, buyer)
    await forget(desk)
    await open_ledger(desk)
    await desk.hear(judged(order, payment.id, "accepted"))
    await desk.settle()
    assert await balances(desk, payment.id) == {
        "provider": 2550,
        "seller": -2400,
        "fee": -150,
    }
