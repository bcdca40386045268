"""The same moment, twice: through two `orders serve` processes at once."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx
from system_kit.books import check_books, views_of
from system_kit.people import Json, Person, order_of
from system_kit.stage import ORDERS, Stage

from common.messages import ExpirationComplete
from common.testing.waiting import eventually
from common.topology import durable_name

ROUNDS = 100
EXPIRATIONS = durable_name("orders", ExpirationComplete)


async def at_each_process(stage: Stage) -> list[Person]:
    """Two strangers, each at an `orders` process of their own."""
    return [(await stage.guest()).elsewhere(stage.at(name)) for name in ORDERS]


async def released(*work: Awaitable[httpx.Response]) -> list[httpx.Response]:
    """Let everybody go at one moment."""
    barrier = asyncio.Barrier(len(work))

    async def one(each: Awaitable[httpx.Response]) -> httpx.Response:
        async with barrier:
            pass
        return await each

    return await asyncio.gather(*(one(each) for each in work))


def asks(person: Person, offered: Json, quantity: int = 1, **options: Any) -> Any:
    return person.http.post("/api/orders", json=order_of(offered, quantity), **options)


async def test_two_buyers_of_one_last_ticket_leave_one_winner(stage: Stage) -> None:
    seller, buyers = await stage.member(), await at_each_process(stage)
    for round_ in range(ROUNDS):
        single = await seller.offer(title=f"Seat {round_}", quantity=1)
        answers = await released(*(asks(buyer, single) for buyer in buyers))
        assert sorted(a.status_code for a in answers) == [201, 409], single
        [refused] = [a.json() for a in answers if a.status_code == HTTPStatus.CONFLICT]
        assert refused["type"] == "/problems/all-held"
        [winner] = [
            buyer
            for buyer, answer in zip(buyers, answers, strict=True)
            if answer.status_code == HTTPStatus.CREATED
        ]
        [order] = [a.json() for a in answers if a.status_code == HTTPStatus.CREATED]
        await winner.cancel(order)  # a buyer has fifty open orders at most
    await check_books(stage.system)


async def test_the_same_key_at_once_makes_one_order(stage: Stage) -> None:
    buyer, seller = await stage.guest(), await stage.member()
    doors = [buyer.elsewhere(stage.at(name)) for name in ORDERS]
    offered = await seller.offer(quantity=20)
    for _ in range(10):
        key = {"Idempotency-Key": str(uuid4())}
        answers = await released(*(asks(d, offered, headers=key) for d in doors))
        made = [a.json() for a in answers if a.status_code == HTTPStatus.CREATED]
        assert len({order["id"] for order in made}) == 1
        late = [a for a in answers if a.status_code != HTTPStatus.CREATED]
        assert all(a.json()["type"] == "/problems/key-in-progress" for a in late)
    await seller.sees(offered, available=10)


async def test_a_cut_beside_holds_leaves_no_unit_twice(stage: Stage) -> None:
    seller, buyers = await stage.member(), await at_each_process(stage)
    for _ in range(10):
        offered = await seller.offer(quantity=6)
        cut = seller.http.patch(f"/api/tickets/{offered['id']}", json={"quantity": 3})
        wanted = [asks(buyer, offered) for buyer in buyers for _ in range(2)]
        edited, *answers = await released(cut, *wanted)
        assert edited.status_code in (HTTPStatus.OK, HTTPStatus.CONFLICT)
        assert {a.status_code for a in answers} <= {201, 409}
        await _give_back(buyers, answers)
    await check_books(stage.system)


async def test_a_deletion_beside_a_hold_revokes_nothing(stage: Stage) -> None:
    seller, buyers = await stage.member(), await at_each_process(stage)
    for _ in range(10):
        offered = await seller.offer(quantity=1)
        gone = seller.http.delete(f"/api/tickets/{offered['id']}")
        deleted, answer = await released(gone, asks(buyers[0], offered))
        assert deleted.status_code in (HTTPStatus.NO_CONTENT, HTTPStatus.CONFLICT)
        if answer.status_code == HTTPStatus.CREATED:
            held = await buyers[0].find(answer.json())
            assert held["status"] == "created"
        await _give_back(buyers[:1], [answer])
    await check_books(stage.system)


async def test_a_new_price_beside_a_hold_is_paid_by_later_holds_alone(
    stage: Stage,
) -> None:
    seller, [buyer, _] = await stage.member(), await at_each_process(stage)
    for _ in range(10):
        offered = await seller.offer(quantity=5, price=1000)
        raised = seller.http.patch(
            f"/api/tickets/{offered['id']}", json={"price": 2000}
        )
        edited, answer = await released(raised, asks(buyer, offered))
        assert edited.status_code == HTTPStatus.OK
        assert answer.json()["total"] in (1000, 2000)
        assert (await buyer.find(answer.json()))["total"] == answer.json()["total"]
        await _give_back([buyer], [answer])


async def _give_back(buyers: list[Person], answers: list[httpx.Response]) -> None:
    """Cancel what was held, for a buyer has fifty open orders at most."""
    for answer in answers:
        if answer.status_code == HTTPStatus.CREATED:
            order = answer.json()
            for buyer in buyers:
                gone = await buyer.http.delete(f"/api/orders/{order['id']}")
                assert gone.status_code in (204, 404)


async def test_a_timer_frees_nothing_of_anybody_elses(stage: Stage) -> None:
    """The last unit, cancelled and bought by another, when the first hold ends."""
    quick, slow = ORDERS
    seller = await stage.member()
    offered = await seller.offer(quantity=1)
    async with stage.told(quick, ORDERS_HOLD_SECONDS="2"):
        hasty = (await stage.guest()).elsewhere(stage.at(quick))
        patient = (await stage.guest()).elsewhere(stage.at(slow))
        dropped = await hasty.order(offered)
        await hasty.cancel(dropped)
        kept = await patient.order(offered)
        await eventually(lambda: timer_was_heard(stage, dropped))
        assert (await hasty.find(dropped))["reason"] == "buyer"
        assert (await patient.find(kept))["status"] == "created"
        await seller.sees(offered, available=0)
    await check_books(stage.system)


async def timer_was_heard(stage: Stage, order: Json) -> bool:
    """Whether orders has handled every timer, that of this order among them."""
    async with views_of(stage.system) as views, views.bus() as client:
        [info] = [i for i in await views.consumers() if i.name == EXPIRATIONS]
        told = await client.jetstream().get_last_msg(
            "EXPIRATION", "expiration.complete"
        )
    brought = order["id"].encode() in (told.data or b"")
    return brought and not (info.num_pending or info.num_ack_pending)
