"""The same order, paid twice at once, or in the last moment of its hold."""

import asyncio
import random
from collections.abc import Awaitable
from datetime import datetime, timedelta
from http import HTTPStatus

import httpx

from common.clock import utcnow
from common.testing.waiting import eventually
from system_kit.people import Json, Person, payment_of
from system_kit.stage import Stage

#: Orders under way side by side.
BESIDE = 10
#: What people are told who pay beside themselves, or too late.
TOLD = frozenset({"already-paid", "payment-in-progress"})
LATE = frozenset({"hold-ended"})
LIMIT = 30.0


async def by_groups(*rounds: Awaitable[None]) -> None:
    """Some at a time, so that a machine of two cores is not what is tested."""
    room = asyncio.Semaphore(BESIDE)

    async def one(each: Awaitable[None]) -> None:
        async with room:
            await each

    await asyncio.gather(*(one(each) for each in rounds))


async def pay_from_two_devices(stage: Stage, offered: Json) -> None:
    """Both ask in the same moment; money is taken once, and the order completes."""
    buyer = await stage.guest()
    order = await buyer.order(offered)
    other = buyer.elsewhere(stage.url)
    answers = await asyncio.gather(*(ask(each, order) for each in (buyer, other)))
    made = [a for a in answers if a.status_code == HTTPStatus.CREATED]
    assert made, [a.text for a in answers]
    assert {code_of(a) for a in answers if a not in made} <= TOLD
    await buyer.completion(order)
    await eventually(lambda: taken(buyer, order, times=1), limit=LIMIT)


async def pay_in_the_last_second(
    stage: Stage, offered: Json, chance: random.Random
) -> None:
    """Captured and complete, or nothing taken and cancelled; never anything else."""
    buyer = await stage.guest()
    order = await buyer.order(offered)
    end = datetime.fromisoformat(order["expires_at"])
    moment = end + timedelta(seconds=chance.uniform(-0.5, 0.3))
    await eventually(lambda: has_come(moment), limit=LIMIT)
    answer = await ask(buyer, order)
    if answer.status_code != HTTPStatus.CREATED:
        assert code_of(answer) in LATE, answer.text
    await eventually(lambda: has_ended(buyer, order), limit=LIMIT)


async def ask(buyer: Person, order: Json) -> httpx.Response:
    return await buyer.http.post("/api/payments", json=payment_of(order))


async def has_come(moment: datetime) -> bool:
    return utcnow() >= moment


async def has_ended(buyer: Person, order: Json) -> bool:
    """Whether order and payments have come to one of their two ends."""
    now, payments = await buyer.find(order), await statuses(buyer, order)
    if now["status"] == "complete":
        return payments == ["captured"]
    return now["reason"] == "expired" and set(payments) <= {"voided"}


async def taken(buyer: Person, order: Json, *, times: int) -> bool:
    payments = await statuses(buyer, order)
    return payments.count("captured") == times == len(payments)


async def statuses(buyer: Person, order: Json) -> list[str]:
    only = {"order_id": order["id"]}
    found = await buyer.ask("GET", "/api/payments", params=only)
    return [payment["status"] for payment in found["items"]]


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("/problems/")
