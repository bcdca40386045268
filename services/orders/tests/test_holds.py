"""Several processes take holds at once: nobody deadlocks, no limit is passed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import pytest
from orders_desk import HOLD, Desk, event, person, wants
from sqlalchemy import text

from common.batcher import BATCH
from common.errors import Invalid, KeyInProgress
from common.idempotency import Keyed, keyed
from common.identity import Identity
from common.ids import new_id
from common.messages import TicketCreated
from common.testing.waiting import eventually
from orders.book import KEPT_ORDERS, OPEN_ORDERS
from orders.errors import OverLimit
from orders.holds import Asked, Held, Holds, Outcome
from orders.repository import Repository
from orders.reservations import lock_stocks, open_book

ROUNDS = 10
#: Requests of one batch.
CROWD = 60
#: For whoever wants many.
FREE = {"price": 0, "quantity": 10_000, "max_per_buyer": 10_000}
_ORDERS_READ = text("""
    SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables
    WHERE relname IN ('orders', 'order_items')
""")


@pytest.fixture
def processes(desk: Desk) -> list[Holds]:
    """As many `orders serve`, each with a queue of its own."""
    return [Holds(desk.database, hold=HOLD) for _ in range(4)]


def asked(*tickets: TicketCreated, key: Keyed | None = None) -> Asked:
    return Asked(wants(person(), *(t.ticket_id for t in tickets)), key)


def key_of(buyer: Identity, name: str) -> Keyed:
    return keyed(user_id=buyer.user_id, route="POST /api/orders", key=name, body=b"{}")


@asynccontextmanager
async def in_hand(desk: Desk, offered: TicketCreated) -> AsyncGenerator[None]:
    """Somebody else has the ticket's stock while the block runs."""
    lock = text("""
        SELECT s.id FROM stocks s JOIN ticket_stocks t ON t.stock_id = s.id
        WHERE t.ticket_id = :ticket FOR NO KEY UPDATE OF s
    """)
    async with desk.database.transaction() as tx:
        await tx.session.execute(lock, {"ticket": offered.ticket_id})
        yield


async def test_tickets_named_in_any_order_deadlock_nobody(
    desk: Desk, processes: list[Holds]
) -> None:
    """With the locks in no order, most of these rounds end in a deadlock."""
    tickets = [await desk.offer(quantity=1000) for _ in range(CROWD)]
    for _ in range(ROUNDS):
        there = [asked(ticket) for ticket in tickets]
        back = [asked(ticket) for ticket in reversed(tickets)]
        both = await asyncio.gather(
            processes[0].decide(there, wait=True), processes[1].decide(back, wait=True)
        )
        assert all(isinstance(outcome, Held) for batch in both for outcome in batch)
    await desk.check_books()


async def test_keys_in_any_order_deadlock_nobody(
    desk: Desk, processes: list[Holds]
) -> None:
    """Of two batches at once each key is one's; again, both are told what it made."""
    floor = await desk.offer(quantity=10_000)
    for _ in range(ROUNDS):
        buyers = [person() for _ in range(BATCH)]
        there = [
            Asked(wants(buyer, floor.ticket_id), key_of(buyer, "once"))
            for buyer in buyers
        ]
        both = await asyncio.gather(
            processes[0].decide(there, wait=True),
            processes[1].decide(there[::-1], wait=True),
        )
        again = await processes[0].decide(there, wait=True)
        for one, other, found in zip(both[0], both[1][::-1], again, strict=True):
            made = {ids(told) for told in (one, other) if not elsewhere(told)}
            assert made == {ids(found)}
    assert (await desk.stock(floor)).held == ROUNDS * BATCH
    await desk.check_books()


def elsewhere(outcome: Outcome) -> bool:
    """Whether the other one of two batches is at work for the key."""
    return isinstance(outcome, KeyInProgress)


def ids(outcome: Outcome) -> UUID:
    assert isinstance(outcome, Held)
    return outcome.order_id


async def test_a_limit_is_exact_across_processes(
    desk: Desk, processes: list[Holds]
) -> None:
    floor, buyer = await desk.offer(quantity=100, max_per_buyer=4), person()
    outcomes = await asyncio.gather(
        *(
            process.take(wants(buyer, floor.ticket_id))
            for process in processes
            for _ in range(4)
        ),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if not isinstance(outcome, Held)]
    assert {type(refusal) for refusal in refused} == {OverLimit}
    assert len(refused) == len(outcomes) - 4
    assert (await desk.stock(floor)).held == 4


async def test_who_hangs_up_in_mid_batch_finds_the_order_by_its_key(
    desk: Desk, processes: list[Holds]
) -> None:
    floor, buyer = await desk.offer(quantity=10), person()
    key = key_of(buyer, "once")
    async with in_hand(desk, floor):
        asking = asyncio.create_task(
            processes[0].take(wants(buyer, floor.ticket_id), key)
        )
        await eventually(lambda: at_work(desk))
        asking.cancel()

    async def again() -> Held | None:
        """None while the first is still at work, as another process is told."""
        with suppress(KeyInProgress):
            return await processes[1].take(wants(buyer, floor.ticket_id), key)
        return None

    found = await eventually(again)
    assert found is not None
    assert (await desk.stock(floor)).held == 1
    assert (await desk.find(found.order_id)).buyer_id == buyer.user_id


async def test_a_failing_item_fails_its_own_order_alone(
    desk: Desk, processes: list[Holds]
) -> None:
    floor, single = await desk.offer(quantity=100), await desk.offer(quantity=1)
    batch = [asked(single), asked(single), asked(floor), asked(floor)]
    outcomes = await processes[0].decide(batch, wait=True)
    assert [isinstance(outcome, Held) for outcome in outcomes] == [1, 0, 1, 1]
    await desk.check_books()


async def test_whoever_names_other_events_waits_in_the_same_lane(
    desk: Desk, processes: list[Holds]
) -> None:
    """A lane for each event that is named would be a way to take them all."""
    show = event()
    floor, decoy = await desk.offer(event=show), await desk.offer()
    named = [wants(person(), floor.ticket_id, event_id=new_id()) for _ in range(9)]
    first = [wants(person(), decoy.ticket_id, floor.ticket_id) for _ in range(9)]
    honest = wants(person(), floor.ticket_id, event_id=show.id)
    async with in_hand(desk, floor):
        crowd = [
            asyncio.create_task(processes[0].take(r)) for r in (*named, *first, honest)
        ]
        await eventually(lambda: at_work(desk))
        await processes[0].take(wants(person(), decoy.ticket_id))
        assert await at_work(desk) == 1
    *refused, held = await asyncio.gather(*crowd, return_exceptions=True)
    assert {type(outcome) for outcome in refused} == {Invalid}
    assert isinstance(held, Held)


async def at_work(desk: Desk) -> int:
    """Batches that have begun, and wait for a row."""
    waiting = text("""
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
    """)
    async with desk.database.transaction() as tx:
        return await tx.session.scalar(waiting) or 0


async def test_what_is_read_does_not_grow_with_the_sale(
    desk: Desk, processes: list[Holds]
) -> None:
    floor = await desk.offer(quantity=10_000)
    for _ in range(ROUNDS):
        await processes[0].decide([asked(floor) for _ in range(BATCH)], wait=True)
    await analyze(desk)
    assert await read_for(desk, floor, person()) == 0


async def test_what_is_read_does_not_grow_with_what_a_buyer_has_elsewhere(
    desk: Desk, processes: list[Holds]
) -> None:
    floor, free = await desk.offer(), await desk.offer(**FREE)
    collector = await owner_of_many(desk, processes[0], free)
    await analyze(desk)
    assert await read_for(desk, floor, collector) == 0


async def test_who_keeps_too_many_orders_of_one_event_is_refused_by_their_number(
    desk: Desk, processes: list[Holds]
) -> None:
    free = await desk.offer(**FREE)
    collector = await owner_of_many(desk, processes[0], free)
    await analyze(desk)
    assert await read_for(desk, free, collector) <= 2 * KEPT_ORDERS
    with pytest.raises(OverLimit):
        await processes[0].take(wants(collector, free.ticket_id))


async def owner_of_many(desk: Desk, holds: Holds, free: TicketCreated) -> Identity:
    """Somebody who owns as many orders of a ticket as one may keep."""
    collector = person()
    for _ in range(KEPT_ORDERS // OPEN_ORDERS):
        asked = [Asked(wants(collector, free.ticket_id)) for _ in range(OPEN_ORDERS)]
        assert all(isinstance(o, Held) for o in await holds.decide(asked, wait=True))
        async with desk.database.transaction() as tx:
            await tx.session.execute(text("UPDATE orders SET status = 'complete'"))
    return collector


async def analyze(desk: Desk) -> None:
    """Let the planner know what there is, not what an earlier test left."""
    async with desk.database.transaction() as tx:
        await tx.session.execute(text("ANALYZE orders"))


async def read_for(desk: Desk, offered: TicketCreated, buyer: Identity) -> int:
    """Rows of orders and items that are read to judge a request, and to sweep."""
    request = wants(buyer, offered.ticket_id)
    async with desk.database.transaction() as tx:
        locked = await lock_stocks(tx, [offered.ticket_id], wait=True)
        before = await tx.session.scalar(_ORDERS_READ)
        await open_book(tx, [request], locked, hold=HOLD)
        assert await Repository(tx).lock_due(limit=1) == []
        return int(await tx.session.scalar(_ORDERS_READ) - before)
