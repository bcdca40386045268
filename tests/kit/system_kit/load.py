"""A light load: people who order, pay, change their mind or forget about it."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import httpx
from sqlalchemy import text

from system_kit.ledger import LATER, Asked, Ledger
from system_kit.people import BANKS, CHALLENGED, DECLINED, VISA, Json, Person
from system_kit.stage import Stage

#: Orders a second; each is some four requests and a dozen transactions.
RATE = 10.0
BUYERS = 12
#: A question that is refused for the moment is asked again after so many seconds, and
#: given up after so many in all: then something is wrong.
AGAIN = 0.2
PATIENCE = 60.0
LAPSES = "tok_test_lapses"
_MADE = text("SELECT id FROM orders WHERE CAST(buyer_id AS text) = ANY(:buyers)")


class Load:
    """Stories told side by side, at a rate, until it is stopped."""

    def __init__(self, stage: Stage, *, seed: int, rate: float = RATE) -> None:
        self.ledger = Ledger()
        self._stage = stage
        self._chance = random.Random(seed)
        self._rate = rate
        self._buyers: list[Person] = []
        self._offers: list[Json] = []
        self._stories: set[asyncio.Task[None]] = set()
        self._plots: Sequence[Callable[[Person, Asked], Awaitable[object]]] = (
            *[self._pay] * 5,
            self._pay_with_another_card,
            self._pay_at_the_bank,
            self._leave_the_bank,
            self._cancel,
            self._forget,
            self._pay_in_vain,
        )

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Buy while the block runs; then let every story come to its end."""
        await self._prepare()
        telling = asyncio.create_task(self._tell())
        try:
            yield
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            await asyncio.gather(*self._stories)

    async def _prepare(self) -> None:
        """Something scarce, something plentiful, something free."""
        seller = await self._stage.member()
        event = await seller.announce()
        for kind in ({"quantity": 3}, {"quantity": 2000}, {"price": 0}):
            kind |= {"event_id": event["id"], "max_per_buyer": 1000}
            self._offers.append(await seller.offer(**kind))
        self._buyers = await asyncio.gather(
            *(self._stage.guest() for _ in range(BUYERS))
        )

    async def _tell(self) -> None:
        while True:
            buyer = self._chance.choice(self._buyers)
            story = asyncio.create_task(self._story(buyer))
            self._stories.add(story)
            await asyncio.sleep(self._chance.expovariate(self._rate))

    async def _story(self, buyer: Person) -> None:
        """Order something, and do with it what people do."""
        offered = self._chance.choices(self._offers, weights=(2, 6, 1))[0]
        wanted = {"ticket_id": offered["id"], "quantity": self._chance.randint(1, 2)}
        order = await self.insist(buyer, "/api/orders", {"items": [wanted]})
        if order.status == HTTPStatus.CREATED:
            free = not order.thing["total"]
            plot = self._pay_nothing if free else self._chance.choice(self._plots)
            await plot(buyer, order)

    # Plots.

    async def _pay(self, buyer: Person, order: Asked, token: str = VISA) -> Asked:
        body = {"order_id": order.thing["id"], "token": token}
        return await self.insist(buyer, "/api/payments", body)

    async def _pay_nothing(self, buyer: Person, order: Asked) -> None:
        body = {"order_id": order.thing["id"]}
        await self.insist(buyer, "/api/payments", body)

    async def _pay_with_another_card(self, buyer: Person, order: Asked) -> None:
        await self._pay(buyer, order, DECLINED)
        await self._pay(buyer, order)

    async def _pay_at_the_bank(self, buyer: Person, order: Asked) -> None:
        token = self._chance.choice((CHALLENGED, *BANKS))
        payment = await self._pay(buyer, order, token)
        if payment.status != HTTPStatus.CREATED or not payment.thing["next_action"]:
            return
        url = httpx.URL(payment.thing["next_action"]["url"])
        path = url.raw_path.decode()
        decision = self._chance.choice(("approve", "approve", "decline"))
        await self.repeat(buyer, "POST", path, data={"decision": decision})
        confirm = f"/api/payments/{payment.thing['id']}/confirm"
        await self.repeat(buyer, "POST", confirm)

    async def _leave_the_bank(self, buyer: Person, order: Asked) -> None:
        token = self._chance.choice((CHALLENGED, *BANKS))
        await self._pay(buyer, order, token)
        await self._pay(buyer, order)

    async def _pay_in_vain(self, buyer: Person, order: Asked) -> None:
        await self._pay(buyer, order, LAPSES)

    async def _cancel(self, buyer: Person, order: Asked) -> None:
        await self.repeat(buyer, "DELETE", f"/api/orders/{order.thing['id']}")

    async def _forget(self, _buyer: Person, _order: Asked) -> None:
        """Let the hold run out."""

    # Asking, whatever happens to those who are asked.

    async def insist(self, person: Person, path: str, body: Json) -> Asked:
        """POST under one key until there is an answer."""
        asked = Asked(person, path, body)
        self.ledger.asked.append(asked)
        asked.answer = await self.ask_again(asked)
        return asked

    async def ask_again(self, asked: Asked) -> httpx.Response | None:
        keyed = {"Idempotency-Key": asked.key}
        return await self.repeat(
            asked.person,
            "POST",
            asked.path,
            json=asked.body,
            headers=keyed,
            heard=asked.things,
        )

    async def repeat(
        self,
        person: Person,
        method: str,
        path: str,
        *,
        heard: set[str] | None = None,
        **options: Any,
    ) -> httpx.Response | None:
        """Ask until the answer is more than "not now"; None when it never is."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while loop.time() < end:
            response = await self._once(person, method, path, **options)
            if response is not None and not _not_now(response):
                if heard is not None and response.is_success:
                    heard.add(response.json()["id"])
                return response
            await asyncio.sleep(AGAIN)
        return None

    async def _once(
        self, person: Person, method: str, path: str, **options: Any
    ) -> httpx.Response | None:
        try:
            response = await person.http.request(method, path, **options)
        except httpx.TransportError:
            response = None
        self.ledger.note(f"{method} /{path.split('/')[2]}", response)
        return response


def _not_now(response: httpx.Response) -> bool:
    """Busy, or about something that has not arrived yet, or at work on it."""
    if response.status_code in LATER:
        return True
    if response.status_code == HTTPStatus.NOT_FOUND:
        return "Retry-After" in response.headers
    if response.status_code == HTTPStatus.CONFLICT:
        return response.json()["type"] == "/problems/key-in-progress"
    return False


async def check_answers(load: Load, stage: Stage) -> None:
    """I5 and I8: what was promised exists, once, and the same key says so again."""
    faults = load.ledger.faults()
    promised = {order.thing["id"] for order in load.ledger.orders()}
    buyers = sorted({order.thing["buyer_id"] for order in load.ledger.orders()})
    database = stage.database("orders")
    try:
        async with database.transaction() as tx:
            rows = await tx.session.execute(_MADE, {"buyers": buyers})
            made = {str(row.id) for row in rows}
    finally:
        await database.dispose()
    faults += [f"order {lost} was promised and is lost" for lost in promised - made]
    faults += [f"order {extra} was never promised" for extra in made - promised]
    for order in load.ledger.orders()[-20:]:
        again = await load.ask_again(order)
        if again is None or not again.is_success or len(order.things) != 1:
            faults.append(f"{order.key} now says {again and again.text}")
    assert not faults, "\n".join(faults)
