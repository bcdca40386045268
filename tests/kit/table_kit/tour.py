"""A tour of every answer that needs a story: what goes well, and what does not.

Each stop is one story. Together they see every good answer and every problem of a
route's own; those that all routes share have tests of their own.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from system_kit.people import (
    CHALLENGED,
    DECLINED,
    PASSWORD,
    Json,
    Person,
    event,
    order_of,
    payment_of,
    ticket,
)
from system_kit.stage import ORDERS, Stage

from common.ids import new_id
from common.testing.waiting import eventually
from table_kit.seen import Seen

#: Whatever it is, one has it already.
KNOWN = {"If-None-Match": "*"}
OPEN_ORDERS = 50
MOST_TICKETS = 1000
_BEGUN = text("""
    INSERT INTO idempotency_keys (user_id, route, key, fingerprint)
    VALUES (:user_id, :route, :key, :fingerprint)
""")
_FILL_EVENT = text("""
    INSERT INTO tickets (id, seller_id, event_id, title, price, currency, quantity,
        max_per_buyer, words, event_words, created_at, updated_at, version)
    SELECT gen_random_uuid(), seller_id, :event_id, 'Filler', price, currency, quantity,
        max_per_buyer, words, event_words, created_at, updated_at, version
    FROM tickets, generate_series(1, :count) WHERE id = :like
""")
_EMPTY_EVENT = text("DELETE FROM tickets WHERE title = 'Filler'")


class Tour:
    """People whose every answer is noted."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.seen = Seen(stage.transport)

    def person(self) -> Person:
        return Person(self.seen, self.stage.url)

    async def guest(self) -> Person:
        guest = self.person()
        await guest.visit()
        return guest

    async def member(self) -> Person:
        member = self.person()
        await member.sign_up()
        return member

    async def go(self) -> None:
        for stop in STOPS:
            await stop(self)


async def accounts(tour: Tour) -> None:
    person = await tour.member()
    again = {"email": person.email, "password": PASSWORD}
    await tour.person().ask("POST", "/api/users/signup", 409, json=again)
    wrong = {"email": person.email, "password": "not that"}
    await tour.person().ask("POST", "/api/users/signin", 401, json=wrong)
    other = tour.person()
    await other.sign_in(person.email)
    await person.me()
    await person.ask("PATCH", "/api/users/currentuser", 200, json={"name": "Grace"})
    new = {"old": PASSWORD, "new": "another long password"}
    await person.ask("POST", "/api/users/password", 204, json=new)
    sessions = await person.ask("GET", "/api/users/sessions", 200)
    [session] = sessions["items"]
    path = f"/api/users/sessions/{session['id']}"
    await person.ask("GET", path, 200)
    await person.ask("DELETE", "/api/users/sessions", 204)
    await person.ask("DELETE", path, 204)
    await (await tour.guest()).sign_out()
    await tour.person().ask("GET", "/.well-known/jwks.json", 200)


async def events(tour: Tour) -> None:
    seller, guest = await tour.member(), await tour.guest()
    announced = await seller.announce()
    path = f"/api/events/{announced['id']}"
    await guest.ask(
        "GET", "/api/events", 200, params={"seller": announced["seller_id"]}
    )
    await guest.ask("GET", path, 200)
    await guest.ask("GET", f"{path}/availability", 200)
    for known in ("/api/events", path, f"{path}/availability"):
        await guest.ask("GET", known, 304, headers=KNOWN)
    await _edited(tour, seller, path, whole=event(name="Later"), part={"name": "Last"})
    offered = await seller.offer(event_id=announced["id"])
    await guest.order(offered)
    await seller.sees(offered, available=9)
    hidden = {"status": "draft"}
    await seller.ask("PATCH", path, 409, json=hidden)
    await seller.ask("PUT", path, 409, json=event(**hidden))


async def tickets(tour: Tour) -> None:
    seller, guest = await tour.member(), await tour.guest()
    offered = await seller.offer()
    path = f"/api/tickets/{offered['id']}"
    await guest.ask("GET", "/api/tickets", 200, params={"seller": offered["seller_id"]})
    await guest.ask("GET", path, 200)
    for known in ("/api/tickets", path):
        await guest.ask("GET", known, 304, headers=KNOWN)
    await _edited(tour, seller, path, whole=ticket(title="B"), part={"title": "C"})
    dearer = {"price": 9999}
    order = await guest.order(offered, 10)
    await seller.sees(offered, available=0)
    await seller.ask("PATCH", path, 409, json=dearer)
    await seller.ask("PUT", path, 409, json=ticket(**dearer))
    await seller.ask("DELETE", path, 409)
    await guest.cancel(order)
    await seller.sees(offered, available=10)
    await (await tour.member()).ask("DELETE", path, 403)
    await seller.ask("DELETE", path, 412, headers={"If-Match": '"99"'})
    await seller.ask("DELETE", path, 204)
    await guest.ask("GET", path, 404)


async def tickets_of_events(tour: Tour) -> None:
    """An event of somebody else, one that is cancelled, one that is full."""
    seller = await tour.member()
    offered = await seller.offer()
    others = await (await tour.member()).announce()
    await _no_ticket_of(seller, others, 403)
    await _no_ticket_of(seller, {"id": str(new_id())}, 404)
    cancelled, full = await seller.announce(), await seller.announce()
    cancel = f"/api/events/{cancelled['id']}/cancel"
    await (await tour.member()).ask("POST", cancel, 403)
    await seller.ask("POST", cancel, 200)
    draft = await seller.announce(status="draft")
    await seller.ask("POST", f"/api/events/{draft['id']}/cancel", 409)
    await _no_ticket_of(seller, cancelled, 409)
    for method, body in (
        ("PUT", event(status="draft")),
        ("PATCH", {"status": "draft"}),
    ):
        await seller.ask(method, f"/api/events/{cancelled['id']}", 409, json=body)
    await _in_tickets(
        tour, _FILL_EVENT, event_id=full["id"], like=offered["id"], count=MOST_TICKETS
    )
    try:
        await _no_ticket_of(seller, full, 409)
    finally:
        await _in_tickets(tour, _EMPTY_EVENT)


async def holds(tour: Tour) -> None:
    seller, buyer = await tour.member(), await tour.guest()
    offered = await seller.offer(quantity=3, max_per_buyer=2)
    order = await buyer.order(offered, 2)
    path = f"/api/orders/{order['id']}"
    await _no_order(buyer, offered, 1, "over-limit")
    rival = await tour.guest()
    await _no_order(rival, offered, 2, "all-held")
    dearer = {**order_of(offered), "expected_total": 1}
    await rival.ask("POST", "/api/orders", 409, json=dearer)
    contact = {"contact": {"name": "Ada", "email": "ada@example.com"}}
    named = await buyer.ask("PATCH", path, 200, json=contact)
    known = {"If-None-Match": f'"{named["version"]}"'}
    await buyer.ask("GET", path, 304, headers=known)
    await buyer.ask("GET", "/api/orders", 200)
    await buyer.pay(order)
    await buyer.completion(order)
    await _no_order(rival, offered, 2, "sold-out")
    await buyer.ask("DELETE", path, 409)
    await buyer.ask("PATCH", path, 409, json=contact)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    early = await seller.offer(sale_starts_at=tomorrow)
    await _no_order(rival, early, 1, "not-on-sale")
    unknown = {"id": str(new_id())}
    await rival.ask("POST", "/api/orders", 404, json=order_of(unknown))


async def many_holds(tour: Tour) -> None:
    seller, greedy = await tour.member(), await tour.guest()
    offered = await seller.offer(quantity=1000, max_per_buyer=1000)
    await asyncio.gather(*(greedy.order(offered) for _ in range(OPEN_ORDERS)))
    await _no_order(greedy, offered, 1, "too-many-holds")


async def payments(tour: Tour) -> None:
    seller, buyer = await tour.member(), await tour.guest()
    offered = await seller.offer()
    order = await buyer.order(offered)
    declined = payment_of(order, DECLINED)
    await buyer.ask("POST", "/api/payments", 402, json=declined)
    payment = await buyer.pay(order, CHALLENGED)
    await buyer.confirm(payment)
    await buyer.ask("GET", f"/api/payments/{payment['id']}", 200)
    await buyer.ask("GET", "/api/payments", 200)
    await buyer.ask("GET", "/api/payments/config", 200)
    await buyer.pay(order)
    await buyer.completion(order)
    await _refused_payment(buyer, order, 409, "already-paid")
    unknown = {"id": str(new_id())}
    await buyer.ask("POST", "/api/payments", 404, json=payment_of(unknown))
    await tour.person().ask("POST", "/api/payments/webhooks/nobody", 404)


async def refunds(tour: Tour) -> None:
    seller, buyer = await tour.member(), await tour.member()
    order = await buyer.order(await seller.offer())
    payment = await buyer.pay(order, CHALLENGED)
    path = f"/api/payments/{payment['id']}/refunds"
    part, rest = {"amount": 1, "restock": True}, {"restock": True}
    await seller.ask("POST", path, 409, json=part)
    payment = await buyer.pay(order)
    path = f"/api/payments/{payment['id']}/refunds"
    await buyer.completion(order)
    await buyer.captured(payment)
    await buyer.ask("POST", path, 403, json=part)
    other = {"amount": 2, "restock": True}
    route = "POST /api/payments/{payment_id}/refunds"
    await _keyed(tour, seller, "payments", path, (part, other), route=route)
    await _cut_off(tour, seller, path, part)
    await seller.ask("POST", path, 201, json=rest)
    await seller.ask("POST", path, 409, json=rest)
    await seller.ask("GET", "/api/sales", 200)
    await seller.ask("GET", "/api/sales/summary", 200)


async def _cut_off(tour: Tour, seller: Person, path: str, part: Json) -> None:
    """A refund while the provider takes its time over another."""
    provider = tour.stage.person(at="test-provider")
    slow = {"operation": "refund", "fault": "slow", "seconds": 1.0}
    await provider.ask("POST", "/control/faults", 204, json=slow)
    both = (seller.http.post(path, json=part) for _ in range(2))
    given = sorted([a.status_code for a in await asyncio.gather(*both)])
    assert given == [HTTPStatus.CREATED, HTTPStatus.CONFLICT]


async def payments_of_ended_orders(tour: Tour) -> None:
    seller, buyer = await tour.member(), await tour.guest()
    offered = await seller.offer()
    contact = {"contact": {"name": "Ada", "email": "ada@example.com"}}
    async with tour.stage.told(*ORDERS, ORDERS_HOLD_SECONDS="1"):
        forgotten = await buyer.order(offered)
        await buyer.expiry(forgotten)
    dropped = await buyer.order(offered)
    await buyer.cancel(dropped)
    await _refused_payment(buyer, dropped, 409, "order-cancelled")
    await _refused_payment(buyer, forgotten, 410, "hold-ended")
    path = f"/api/orders/{forgotten['id']}"
    await buyer.ask("PATCH", path, 409, json=contact)
    await buyer.ask("DELETE", path, 409)


async def payments_under_way(tour: Tour) -> None:
    """A second card while the provider takes its time over the first."""
    seller, buyer = await tour.member(), await tour.guest()
    order = await buyer.order(await seller.offer())
    provider = tour.stage.person(at="test-provider")
    slow = {"operation": "authorize", "fault": "slow", "seconds": 1.0}
    await provider.ask("POST", "/control/faults", 204, json=slow)
    first = asyncio.create_task(buyer.pay(order))
    only = {"order_id": order["id"]}

    async def begun() -> bool:
        return bool((await buyer.ask("GET", "/api/payments", params=only))["items"])

    await eventually(begun)
    await _refused_payment(buyer, order, 409, "payment-in-progress")
    await first
    await buyer.completion(order)


async def keys(tour: Tour) -> None:
    """The same key for something else, and while its request is still at work."""
    seller, buyer = await tour.member(), await tour.guest()
    offered = await seller.offer()
    order = await buyer.order(offered)
    orders = (order_of(offered), order_of(offered, 2))
    cards = (payment_of(order), payment_of(order, DECLINED))
    passwords = [{"old": PASSWORD, "new": PASSWORD + mark} for mark in "!?"]
    await _keyed(tour, seller, "tickets", "/api/events", (event(), event(name="B")))
    await _keyed(tour, seller, "tickets", "/api/tickets", (ticket(), ticket(title="B")))
    await _keyed(tour, buyer, "orders", "/api/orders", orders)
    await _keyed(tour, buyer, "payments", "/api/payments", cards)
    await _keyed(
        tour, seller, "auth", "/api/users/password", (passwords[0], passwords[1])
    )
    await _keyed_confirmation(tour, buyer, offered)
    await _keyed_cancellation(tour, seller)
    await buyer.completion(order)


STOPS: tuple[Callable[[Tour], Awaitable[None]], ...] = (
    accounts,
    events,
    tickets,
    tickets_of_events,
    holds,
    many_holds,
    payments,
    refunds,
    payments_of_ended_orders,
    payments_under_way,
    keys,
)


async def _edited(
    tour: Tour, seller: Person, path: str, *, whole: Json, part: Json
) -> None:
    """Edit by PUT and PATCH: as its seller, as another, past a version."""
    rival, old = await tour.member(), {"If-Match": '"99"'}
    for method, body in (("PUT", whole), ("PATCH", part)):
        await seller.ask(method, path, 200, json=body)
        await rival.ask(method, path, 403, json=body)
        await seller.ask(method, path, 412, json=body, headers=old)


async def _no_ticket_of(seller: Person, place: Json, status: int) -> None:
    body = ticket(event_id=place["id"])
    await seller.ask("POST", "/api/tickets", status, json=body)


async def _no_order(buyer: Person, offered: Json, quantity: int, code: str) -> None:
    body = order_of(offered, quantity)
    refusal = await buyer.ask("POST", "/api/orders", 409, json=body)
    assert refusal["type"] == f"/problems/{code}"
    if code not in ("too-many-holds", "price-changed"):
        [failing] = refusal["items"]
        assert failing["ticket_id"] == offered["id"]


async def _refused_payment(buyer: Person, order: Json, status: int, code: str) -> None:
    """Pay until payments knows what has become of the order, or of its payment."""

    async def refused() -> bool:
        body = payment_of(order)
        answer = await buyer.http.post("/api/payments", json=body)
        assert answer.status_code == status, answer.text
        assert answer.json()["type"] == f"/problems/{code}"
        return True

    await eventually(refused, limit=5.0)


async def _keyed(
    tour: Tour,
    person: Person,
    service: str,
    path: str,
    bodies: tuple[Json, Json],
    *,
    route: str | None = None,
    other_path: str | None = None,
) -> None:
    """One body while its key is at work, then, then again; another body."""
    key, (body, other) = uuid4().hex, bodies
    async with _at_work(tour, person, service, route or f"POST {path}", key):
        busy = await person.ask("POST", path, 409, json=body, headers=_named(key))
        assert busy["type"] == "/problems/key-in-progress"
    for _ in range(2):
        await person.ask("POST", path, *_MADE, json=body, headers=_named(key))
    where = other_path or path
    await person.ask("POST", where, 422, json=other, headers=_named(key))


_MADE = (200, 201, 204)


async def _keyed_confirmation(tour: Tour, buyer: Person, offered: Json) -> None:
    paid = [await buyer.pay(await buyer.order(offered)) for _ in "12"]
    template = "/api/payments/{payment_id}/confirm"
    await _keyed_bare(tour, buyer, "payments", template, paid)


async def _keyed_cancellation(tour: Tour, seller: Person) -> None:
    announced = [await seller.announce() for _ in "12"]
    template = "/api/events/{event_id}/cancel"
    await _keyed_bare(tour, seller, "tickets", template, announced)


async def _keyed_bare(
    tour: Tour, person: Person, service: str, template: str, things: list[Json]
) -> None:
    """Without a body another thing is what else the key may be used for."""
    path, other = (re.sub("{.*}", thing["id"], template) for thing in things)
    both: tuple[Json, Json] = ({}, {})
    await _keyed(
        tour, person, service, path, both, route=f"POST {template}", other_path=other
    )


def _named(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


@asynccontextmanager
async def _at_work(
    tour: Tour, person: Person, service: str, route: str, key: str
) -> AsyncGenerator[None]:
    """Claim a key, as a request does that has not come to its end."""
    me = await person.me()
    assert me is not None
    claim: dict[str, Any] = {
        "user_id": me["id"],
        "route": route,
        "key": key,
        "fingerprint": hashlib.sha256(b"").digest(),
    }
    database = tour.stage.database(service)
    try:
        async with database.engine.connect() as connection:
            await connection.execute(_BEGUN, claim)
            yield
            await connection.rollback()
    finally:
        await database.dispose()


async def _in_tickets(tour: Tour, statement: Any, **values: object) -> None:
    database = tour.stage.database("tickets")
    try:
        async with database.transaction() as tx:
            await tx.session.execute(statement, values)
    finally:
        await database.dispose()
