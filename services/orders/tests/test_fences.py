"""Fences of a sale: its window by the database's clock, and cheap refusals."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import httpx
import pytest
from orders_desk import Desk, person, wants
from sqlalchemy import event as sql
from sqlalchemy import text

from common.batcher import Batcher
from common.errors import Busy
from common.idempotency import keyed
from common.ids import new_id
from common.limits import RateLimits, Unlimited
from common.messages import TicketCreated
from common.testing.people import People
from common.testing.waiting import eventually
from orders import service
from orders.app import create_http
from orders.errors import NotOnSale, SoldOut, TicketUnknown
from orders.hot_route import in_front_of
from orders.sales import Sales

_COUNTS = text("""
    SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM outbox),
           (SELECT count(*) FROM idempotency_keys)
""")


async def now(desk: Desk) -> datetime:
    async with desk.database.transaction() as tx:
        moment = await tx.session.scalar(text("SELECT clock_timestamp()"))
    assert moment is not None
    return moment


@asynccontextmanager
async def locked(desk: Desk) -> AsyncGenerator[None]:
    """Somebody else holds every stock."""
    async with desk.database.transaction() as tx:
        await tx.session.execute(text("SELECT id FROM stocks FOR UPDATE"))
        yield


@pytest.fixture
def statements(desk: Desk) -> Counter[str]:
    """What was sent to the database, and how often."""
    sent: Counter[str] = Counter()

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent[statement] += 1

    sql.listen(desk.database.engine.sync_engine, "before_cursor_execute", count)
    return sent


class Beginning(NamedTuple):
    """A sale that people asked for until they had of it."""

    opens: datetime
    #: When those were asked who were refused.
    refused: list[datetime]
    created: datetime


class TestWindow:
    async def test_a_sale_begins_when_the_database_says_so(self, desk: Desk) -> None:
        async def seen() -> Beginning | None:
            """None when the machine was too slow for anybody to come too early."""
            sale = await beginning(desk)
            return sale if sale.refused or sale.created < sale.opens else None

        sale = await eventually(seen)
        assert sale is not None
        assert max(sale.refused) < sale.opens <= sale.created

    async def test_whoever_waited_through_the_end_is_too_late(self, desk: Desk) -> None:
        """The clock is read once the lock is held, not when the request came."""

        async def seen() -> object:
            """None when the machine was too slow for the lock's own limit."""
            outcome = await waited_through_the_end(desk)
            return None if isinstance(outcome, Busy) else outcome

        assert isinstance(await eventually(seen), NotOnSale)


async def beginning(desk: Desk) -> Beginning:
    opens = await now(desk) + timedelta(seconds=0.5)
    floor = await desk.offer(sale_starts_at=opens)
    refused: list[datetime] = []
    while True:
        asked = await now(desk)
        try:
            order = await desk.order(person(), floor)
        except NotOnSale:
            refused.append(asked)
        else:
            return Beginning(opens, refused, order.created_at)


async def waited_through_the_end(desk: Desk) -> object:
    closes = await now(desk) + timedelta(seconds=0.2)
    floor = await desk.offer(sale_ends_at=closes)
    async with locked(desk):
        waiting = asyncio.create_task(desk.order(person(), floor))
        await eventually(lambda: ended(desk, closes))
    [outcome] = await asyncio.gather(waiting, return_exceptions=True)
    return outcome


async def ended(desk: Desk, closes: datetime) -> bool:
    return await now(desk) >= closes


class TestRefusals:
    async def test_a_crowd_that_comes_too_late_writes_nothing(
        self, desk: Desk, statements: Counter[str]
    ) -> None:
        single = await sold_out(desk)
        before = await counts(desk)
        statements.clear()
        outcomes = await asyncio.gather(
            *(ask(desk, single, f"k{n}") for n in range(300)), return_exceptions=True
        )
        assert {type(outcome) for outcome in outcomes} == {SoldOut}
        assert max(statements.values()) < 30
        assert await counts(desk) == before

    async def test_tickets_that_nobody_offers_cost_one_question_for_all(
        self, desk: Desk, statements: Counter[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "PATIENCE", timedelta(seconds=0.5))
        known = await desk.offer(quantity=1)
        statements.clear()
        nobodys = [desk.orders.hold(wants(person(), new_id())) for _ in range(5)]
        crowd = [desk.orders.hold(wants(person(), known.ticket_id)) for _ in range(300)]
        outcomes = await asyncio.gather(*nobodys, *crowd, return_exceptions=True)
        assert {type(each) for each in outcomes[:5]} == {TicketUnknown}
        assert Busy not in {type(each) for each in outcomes}
        assert max(statements.values()) < 30

    @pytest.mark.parametrize("where", ["everywhere", "at one event"])
    async def test_while_too_many_wait_nobody_is_looked_at(
        self, desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch, where: str
    ) -> None:
        show = new_id()

        async def nothing(*_: object) -> None:
            pytest.fail("a token was verified")

        hot = in_front_of(
            create_http(desk.orders, people.verifier, sales=Sales(desk.database)),
            desk.orders,
            people.verifier,
            limits=Unlimited(),
            public_url=None,
        )

        def jammed(_: object, lane: object) -> bool:
            return lane == show

        if where == "everywhere":
            monkeypatch.setattr(Batcher, "pressed", True)
        else:
            monkeypatch.setattr(Batcher, "lanes", True)
            monkeypatch.setattr(Batcher, "pressed_in", jammed)
        monkeypatch.setattr(people.verifier, "identify", nothing)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=hot),  # pyright: ignore[reportArgumentType]  # plainer ASGI types
            base_url="http://localhost",
            headers=people.headers(person()),
        ) as buyer:
            refused = await buyer.post(f"/api/orders?event_id={show}", json={})
        assert refused.status_code == 503
        assert refused.json()["type"] == "/problems/busy"
        assert int(refused.headers["Retry-After"]) >= 1

    async def test_whoever_asks_too_often_never_reaches_the_database(
        self, desk: Desk, people: People, statements: Counter[str]
    ) -> None:
        floor = await desk.offer()
        limits = RateLimits(rate=0.1, burst=2)
        api = create_http(
            desk.orders,
            people.verifier,
            sales=Sales(desk.database),
            account_limits=limits,
        )
        hot = in_front_of(
            api, desk.orders, people.verifier, limits=limits, public_url=None
        )
        body = {"items": [{"ticket_id": str(floor.ticket_id), "quantity": 1}]}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=hot),  # pyright: ignore[reportArgumentType]  # plainer ASGI types
            base_url="http://localhost",
            headers=people.headers(person()),
        ) as buyer:
            for _ in range(2):
                assert (await buyer.post("/api/orders", json=body)).status_code == 201
            statements.clear()
            refused = await buyer.post("/api/orders", json=body)
        assert refused.status_code == 429
        assert refused.json()["type"] == "/problems/too-many"
        assert int(refused.headers["Retry-After"]) >= 1
        assert statements.total() == 0


async def sold_out(desk: Desk) -> TicketCreated:
    single = await desk.offer(quantity=1)
    async with desk.database.transaction() as tx:
        await tx.session.execute(text("UPDATE stocks SET sold = 1"))
    return single


async def counts(desk: Desk) -> tuple[int, ...]:
    async with desk.database.transaction() as tx:
        return tuple((await tx.session.execute(_COUNTS)).one())


async def ask(desk: Desk, single: TicketCreated, name: str) -> object:
    buyer = person()
    key = keyed(user_id=buyer.user_id, route="POST /api/orders", key=name, body=b"{}")
    return await desk.orders.hold(wants(buyer, single.ticket_id), key)
