"""An on-sale at small scale: nothing sold twice, nothing left unsold."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus

import httpx
from sqlalchemy import text
from system_kit.books import check_books
from system_kit.people import Json, Person, order_of
from system_kit.stage import ORDERS, Stage
from system_kit.tokens import mint

from common.testing.waiting import eventually

#: People who ask at one moment.
CROWD = 120
#: Who asks for what a stopped process has in hand is told so within this.
REFUSED_WITHIN = 2.0
#: What falls due in one second is on sale again within this.
RETURNED_WITHIN = 10.0


async def crowd(stage: Stage, size: int = CROWD) -> list[Person]:
    """Strangers with tokens, half of them at each `orders` process."""
    people: list[Person] = []
    for number, buyer in enumerate(await mint(stage.system, size)):
        person = stage.person(at=ORDERS[number % len(ORDERS)])
        person.http.headers["Authorization"] = f"Bearer {buyer.token}"
        people.append(person)
    return people


async def ask_all(people: Iterable[Person], offered: Json) -> list[httpx.Response]:
    body = order_of(offered)
    asked = (person.http.post("/api/orders", json=body) for person in people)
    return await asyncio.gather(*asked)


async def test_one_ticket_has_one_winner_in_a_crowd(stage: Stage) -> None:
    seller, people = await stage.member(), await crowd(stage)
    for _ in range(5):
        single = await seller.offer(quantity=1)
        answers = await ask_all(people, single)
        assert Counter(a.status_code for a in answers) == {201: 1, 409: CROWD - 1}
    await check_books(stage.system)


async def test_of_twice_the_quantity_exactly_the_quantity_is_sold(
    stage: Stage,
) -> None:
    seller, people = await stage.member(), await crowd(stage)
    offered = await seller.offer(quantity=CROWD // 2)
    answers = await ask_all(people, offered)
    assert Counter(a.status_code for a in answers) == {
        201: CROWD // 2,
        409: CROWD // 2,
    }
    await seller.sees(offered, available=0)
    await check_books(stage.system)


async def test_what_falls_due_in_one_second_is_on_sale_again(stage: Stage) -> None:
    seller, people = await stage.member(), await crowd(stage)
    async with stage.told(*ORDERS, ORDERS_HOLD_SECONDS="2"):
        offered = await seller.offer(quantity=CROWD)
        answers = await ask_all(people, offered)
        assert {a.status_code for a in answers} == {HTTPStatus.CREATED}
        await eventually(lambda: all_free(seller, offered), limit=RETURNED_WITHIN)
    await check_books(stage.system)


async def test_a_process_that_stands_still_stops_its_own_event_alone(
    stage: Stage,
) -> None:
    """It holds the stock's lock in mid-batch; PostgreSQL ends its transaction."""
    stuck, other = ORDERS
    seller = await stage.member()
    mine, others = await seller.offer(quantity=5), await seller.offer(quantity=5)
    [unlucky, next_one, stranger] = await crowd(stage, 3)
    for person, at in ((unlucky, stuck), (next_one, other), (stranger, other)):
        person.http.base_url = httpx.URL(stage.at(at))
    await stage.arm({stuck: "holds.written:1:stop"})
    await stage.ready()
    lost = asyncio.create_task(unlucky.http.post("/api/orders", json=order_of(mine)))
    try:
        await eventually(lambda: is_locked(stage, mine))
        await stranger.order(others)
        began = stage.now
        refused = await next_one.http.post("/api/orders", json=order_of(mine))
        assert stage.now - began < REFUSED_WITHIN
        assert refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "Retry-After" in refused.headers
        await eventually(lambda: next_one.order(mine))
    finally:
        stage.keeper(stuck).resume()
    answer = await lost
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    await check_books(stage.system)
    await seller.sees(mine, available=4)
    stage.disarm(stuck)
    await stage.keeper(stuck).restart()
    await stage.ready()


async def all_free(seller: Person, offered: Json) -> bool:
    now = await seller.ask("GET", f"/api/tickets/{offered['id']}")
    return now["available"] == offered["quantity"]


async def is_locked(stage: Stage, offered: Json) -> bool:
    """Whether somebody has the ticket's stock in hand."""
    free = text("""
        SELECT s.id FROM stocks s JOIN ticket_stocks t ON t.stock_id = s.id
        WHERE t.ticket_id = CAST(:ticket AS uuid) FOR NO KEY UPDATE OF s SKIP LOCKED
    """)
    database = stage.database("orders")
    try:
        async with database.transaction() as tx:
            found = await tx.session.scalar(free, {"ticket": offered["id"]})
    finally:
        await database.dispose()
    return found is None
