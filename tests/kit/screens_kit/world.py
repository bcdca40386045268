"""A system with something on in it, as the pictures need it."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from system_kit.people import Json, Person
from system_kit.stage import Stage

from common.testing.waiting import eventually
from screens_kit.billing import NIGHTS, Night, Type

#: Pages of the cache are as old as this at most.
FRESH = 30.0
RESALE = "One ticket, the friends fell ill"


@dataclass
class World:
    """The system, the one who sells in it, and where things are."""

    stage: Stage
    promoter: Person
    #: Ids of events by the names of `billing.NIGHTS`.
    events: dict[str, str]
    resale: str

    @property
    def origin(self) -> str:
        return self.stage.system.settings.origin

    def page(self, name: str) -> str:
        return f"/events/{self.events[name]}"


async def furnish(stage: Stage) -> World:
    """Put on what `billing` says, and bring it into its states."""
    promoter = stage.person()
    promoter.email = "box.office@example.com"
    await promoter.sign_up()
    made = await asyncio.gather(*(_put_on(promoter, n) for n in NIGHTS.values()))
    events = dict(zip(NIGHTS, made, strict=True))
    resale = await promoter.offer(title=RESALE, price=6_400, currency="eur", quantity=1)
    world = World(stage, promoter, events, resale["id"])
    await _take_all(world, "sold-out", pay=True)
    await _take_all(world, "all-held", pay=False)
    await _sell_some(world)
    await promoter.ask("POST", f"/api/events/{events['cancelled']}/cancel")
    await eventually(lambda: _shown(world), limit=FRESH)
    return world


async def _shown(world: World) -> bool:
    """Home is rendered once in a while: wait for what is on now."""
    page = (await world.promoter.http.get("/")).text
    return all(
        f">{words}<" in page for words in ("On sale soon", "Sold out", "Cancelled")
    )


async def _put_on(promoter: Person, night: Night) -> str:
    event = await promoter.announce(**night.body())
    for kind in night.types:
        body = _offer(event["id"], night, kind)
        await promoter.ask("POST", "/api/tickets", 201, json=body)
    return event["id"]


def _offer(event_id: str, night: Night, kind: Type) -> Json:
    body: Json = {
        "event_id": event_id,
        "title": kind.title,
        "price": kind.price,
        "currency": night.currency,
        "quantity": kind.quantity,
        "max_per_buyer": kind.limit,
    }
    if kind.opens_in:
        opens = datetime.now(UTC) + timedelta(hours=kind.opens_in)
        body["sale_starts_at"] = opens.replace(minute=0, second=0).isoformat()
    return body


async def _take_all(world: World, name: str, *, pay: bool) -> None:
    event = await world.promoter.ask("GET", f"/api/events/{world.events[name]}")
    buyer = await world.stage.guest()
    for ticket in event["tickets"]:
        order = await buyer.order(ticket, ticket["quantity"])
        if pay:
            await buyer.pay(order)
            await buyer.completion(order)


async def _sell_some(world: World) -> None:
    """A seller's pages show what sells."""
    event = await world.promoter.ask("GET", f"/api/events/{world.events['on-sale']}")
    for name, quantity in (("Ada Brandt", 2), ("Jonas Weber", 1), ("Mei Tanaka", 4)):
        buyer = await world.stage.guest()
        order = await buyer.order(event["tickets"][0], quantity)
        contact = {"name": name, "email": f"{name.split()[0].lower()}@example.com"}
        path = f"/api/orders/{order['id']}"
        await buyer.ask("PATCH", path, json={"contact": contact})
        await buyer.pay(order)
        await buyer.completion(order)
