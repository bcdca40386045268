"""Filling a running system: what is there already is left as it is."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from local.demo.api import Refused, Visitor
from local.demo.people import FANS, PROMOTER
from local.demo.tour import STOPS, Offer, Stop, describe, offers, price

#: People at the door at once.
TOGETHER = 6
#: How the n-th fan goes about it, again and again.
WAYS = ("pays", "pays", "pays", "holds", "declined", "cancels", "asked")

Step = Callable[[], None]


@dataclass
class Counts:
    """What this run has made."""

    events: int = 0
    tickets: int = 0
    people: int = 0
    orders: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def nothing(self) -> bool:
        return not (self.events or self.tickets or self.people or self.orders)

    def order(self, state: str) -> None:
        self.orders[state] = self.orders.get(state, 0) + 1


@dataclass(frozen=True)
class Night:
    """An event as it is sold: its id, and the ids of its tickets."""

    event_id: str
    tickets: dict[str, str]


STEPS = len(STOPS) + 1 + 2 * len(FANS)


class Demo:
    """One filling of one system."""

    def __init__(self, http: httpx.AsyncClient, advance: Step) -> None:
        self._http = http
        self._advance = advance
        self._gate = asyncio.Semaphore(TOGETHER)
        self.counts = Counts()

    async def run(self) -> Counts:
        promoter = Visitor(self._http, PROMOTER)
        await self._welcome(promoter)
        nights = await self._sell(promoter)
        *fans, last = (Visitor(self._http, person) for person in FANS)
        if not (self.counts.nothing and await self._was_served(last)):
            await self._all(self._welcome(fan) for fan in (*fans, last))
            await self._all(
                self._visit(fan, number, nights) for number, fan in enumerate(fans)
            )
            await self._visit(last, len(fans), nights)
        return self.counts

    async def _was_served(self, last: Visitor) -> bool:
        """Who orders when everybody else has done so is the sign of a whole demo."""
        return await last.sign_in() and await self._has_ordered(last)

    async def _all(self, work: Iterable[Awaitable[Any]]) -> None:
        async def in_turn(each: Awaitable[Any]) -> None:
            async with self._gate:
                await each

        await asyncio.gather(*(in_turn(each) for each in work))

    async def _welcome(self, visitor: Visitor) -> None:
        is_new = await visitor.come_in()
        self.counts.people += is_new
        self._advance()

    async def _sell(self, promoter: Visitor) -> list[Night]:
        me = (await promoter.get("/api/users/currentuser"))["current_user"]["id"]
        listed = [event async for event in promoter.every("/api/events", seller=me)]
        known = {str(event["name"]): str(event["id"]) for event in listed}
        nights: list[Night] = []
        for number, stop in enumerate(STOPS):
            event_id = known.get(stop.name) or await self._plan(promoter, stop, number)
            nights.append(Night(event_id, await self._offer(promoter, stop, event_id)))
            self._advance()
        return nights

    async def _plan(self, promoter: Visitor, stop: Stop, number: int) -> str:
        today = datetime.now(UTC).date()
        body = describe(stop, number, today)
        event = await promoter.post("/api/events", body, key=f"demo event {stop.city}")
        self.counts.events += 1
        return str(event["id"])

    async def _offer(
        self, promoter: Visitor, stop: Stop, event_id: str
    ) -> dict[str, str]:
        """Put on offer what is not yet; ids by title."""
        listed = promoter.every("/api/tickets", event_id=event_id)
        known = {str(ticket["title"]): str(ticket["id"]) async for ticket in listed}
        for offer in offers(stop):
            if offer.title not in known:
                key = f"demo ticket {event_id} {offer.title}"
                body = ticket_body(offer, stop, event_id)
                ticket = await promoter.post("/api/tickets", body, key=key)
                known[offer.title] = str(ticket["id"])
                self.counts.tickets += 1
        return known

    async def _visit(self, fan: Visitor, number: int, nights: list[Night]) -> None:
        """Have a fan order for a night, unless they have ordered before."""
        if not await self._has_ordered(fan):
            night = nights[number % len(nights)]
            way = WAYS[number % len(WAYS)]
            order = await self._order(fan, number, night)
            self.counts.order(await finish(fan, order, way))
        self._advance()

    async def _has_ordered(self, fan: Visitor) -> bool:
        return bool((await fan.get("/api/orders", limit=1))["items"])

    async def _order(self, fan: Visitor, number: int, night: Night) -> dict[str, Any]:
        titles = ["Floor, standing", "Upper tier, seated", "Lower tier, seated"]
        items = [
            {
                "ticket_id": night.tickets[titles[number % 3]],
                "quantity": number % 4 + 1,
            }
        ]
        if number % 5 == 0:
            other = night.tickets["Front row, with sound check"]
            items.append({"ticket_id": other, "quantity": 1})
        contact = {"name": fan.person.name, "email": fan.person.email}
        body = {"items": items, "contact": contact}
        path, key = "/api/orders", f"demo order {night.event_id}"
        return await fan.post(path, body, key=key, event_id=night.event_id)


async def finish(fan: Visitor, order: dict[str, Any], way: str) -> str:
    """Take an order where its way leads; says what has become of it."""
    order_id = order["id"]
    if way == "cancels":
        await fan.delete(f"/api/orders/{order_id}")
        return "cancelled"
    if way == "holds":
        return "unpaid"
    tokens = {"declined": "tok_chargeDeclined", "asked": "tok_threeDSecure2Required"}
    token = tokens.get(way, "tok_visa")
    body = {"order_id": order_id, "token": token}
    try:
        await fan.post("/api/payments", body, key=f"demo payment {order_id}")
    except Refused as refused:
        if refused.code != "declined":
            raise
        return "declined"
    return "asked by the bank" if way == "asked" else "paid"


def ticket_body(offer: Offer, stop: Stop, event_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "title": offer.title,
        "price": price(offer, stop),
        "currency": stop.currency,
        "quantity": offer.quantity,
        "event_id": event_id,
        "max_per_buyer": offer.max_per_buyer,
    }
    if offer.opens_in is not None:
        opens = datetime.now(UTC) + timedelta(days=offer.opens_in)
        body["sale_starts_at"] = opens.replace(microsecond=0).isoformat()
    return body


@asynccontextmanager
async def speaking_to(url: str) -> AsyncGenerator[httpx.AsyncClient]:
    """Open connections that many people share, and so keep no cookie."""
    nobodys = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    async with httpx.AsyncClient(
        base_url=url, timeout=15, cookies=nobodys, trust_env=False
    ) as http:
        yield http
