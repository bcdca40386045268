"""`/api/sales/summary`: what a seller's orders come to, by ticket and over time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from orders_desk import (
    Browse,
    Desk,
    authorized,
    complete,
    event,
    framework,
    person,
    seller,
    sold,
)
from sqlalchemy import text

from common.messages import PaymentCreated, PaymentRefunded, TicketUpdated
from common.zones import zones
from orders.cancellations import Cancellations
from orders.models import Order
from orders.offers import take_offers
from orders.sales_repository import Asked, SalesRepository
from orders.tally import MOST_STEPS, Steps, Summary
from orders.verdicts import Verdicts

SUMMARY = "/api/sales/summary"
TICKETS = 300
#: An order of each ticket in each step; those of every third step are cancelled.
_TOUR = text("""
    WITH taken AS (
        INSERT INTO orders (id, code, buyer_id, seller_id, status, reason, fees, total,
            currency, livemode, created_at, expires_at)
        SELECT uuidv7(), t || '-' || s, gen_random_uuid(), :seller,
               CASE WHEN s % 3 = 0 THEN 'cancelled' ELSE 'complete' END,
               CASE WHEN s % 3 = 0 THEN 'expired' END,
               '[]', 100, 'usd', false,
               CAST(:start AS timestamptz) + s * CAST(:step AS interval), now()
        FROM generate_series(1, :tickets) t, generate_series(0, :steps - 1) s
        RETURNING id, code)
    INSERT INTO order_items
        (id, order_id, position, ticket_id, title, unit_price, quantity)
    SELECT uuidv7(), id, 0, CAST(lpad(split_part(code, '-', 1), 32, '0') AS uuid),
           'Floor', 100, 1
    FROM taken
""")


@framework
class TestTheSummary:
    async def test_counts_held_sold_and_earned(
        self, desk: Desk, browse: Browse
    ) -> None:
        me, show = seller(), event()
        floor = await desk.offer(seller_id=me.user_id, event=show, quantity=10)
        seats = await desk.offer(seller_id=me.user_id, event=show, price=9900)
        await sold(desk, floor, quantity=2)
        both = await desk.order(person(), floor, seats)
        await complete(desk, both)
        await desk.order(person(), seats, quantity=3)
        given_up = person()
        order = await desk.order(given_up, floor)
        await desk.orders.cancel(order.id, given_up)
        asked = {"event_id": str(show.id)}
        summary = (await browse(me).get(SUMMARY, params=asked)).json()
        shown = {t["ticket_id"]: t for t in summary["tickets"]}
        first, second = (shown[str(t.ticket_id)] for t in (floor, seats))
        assert (first["quantity"], first["held"], first["sold"]) == (10, 0, 3)
        assert (second["held"], second["sold"]) == (3, 1)
        assert (first["revenue"], second["revenue"]) == (7650, 9900)
        assert first["event_id"] == str(show.id)
        assert summary["outcomes"] == {
            "held": 1,
            "complete": 2,
            "expired": 0,
            "cancelled": 1,
            "refunded": 0,
            "refunds_due": 0,
        }
        moments = summary["series"]
        assert sum(m["orders"] for m in moments) == 4
        assert sum(m["completed"] for m in moments) == 2
        assert sum(m["sold"] for m in moments) == 4
        assert sum(m["revenue"] for m in moments) == 7650 + 9900
        assert (summary["currency"], summary["step"]) == ("usd", 60)

    async def test_what_went_back_is_no_revenue(
        self, desk: Desk, browse: Browse
    ) -> None:
        me = seller()
        floor = await desk.offer(seller_id=me.user_id)
        order = await desk.order(person(), floor, quantity=2)
        payment = await paid(desk, order)
        await desk.hear(Verdicts().refund, back(payment, 1100))
        summary = (await browse(me).get(SUMMARY)).json()
        assert summary["tickets"][0]["revenue"] == 5100 - 1100

    async def test_tells_how_far_the_refunds_of_a_cancelled_event_are(
        self, desk: Desk, browse: Browse
    ) -> None:
        me, show = seller(), event()
        floor = await desk.offer(seller_id=me.user_id, event=show)
        orders = [await desk.order(person(), floor) for _ in range(3)]
        payments = [await paid(desk, order) for order in orders]
        called_off = msgspec.structs.replace(show, status="cancelled")
        facts: dict[str, Any] = msgspec.structs.asdict(floor)
        facts |= {"event": called_off, "version": floor.version + 1}
        await desk.hear(take_offers, TicketUpdated(**facts))
        await Cancellations(desk.database).run()
        await desk.hear(Verdicts().refund, back(payments[0], orders[0].total))
        outcomes = (await browse(me).get(SUMMARY)).json()["outcomes"]
        assert (outcomes["refunded"], outcomes["refunds_due"]) == (1, 2)
        assert outcomes["complete"] == 2

    async def test_follows_sales_over_days(self, desk: Desk, browse: Browse) -> None:
        me = seller()
        floor = await desk.offer(seller_id=me.user_id)
        early = await sold(desk, floor)
        await sold(desk, floor)
        async with desk.database.transaction() as tx:
            await tx.session.execute(
                text(
                    "UPDATE orders SET created_at = created_at - interval '9 days'"
                    " WHERE id = :id"
                ),
                {"id": early.id},
            )
        summary = (await browse(me).get(SUMMARY)).json()
        assert summary["step"] == 6 * 3600
        counted = [m["completed"] for m in summary["series"]]
        assert (counted[0], counted[-1], sum(counted)) == (1, 1, 2)
        assert len(counted) in (36, 37, 38)

    async def test_begins_days_where_the_seller_lives(
        self, desk: Desk, browse: Browse
    ) -> None:
        """Half past midnight in Auckland is the day before in London."""
        me = seller()
        floor = await desk.offer(seller_id=me.user_id)
        await ordered_at(desk, await sold(desk, floor), "2026-01-01 00:00+00")
        await ordered_at(desk, await sold(desk, floor), "2026-01-20 11:30+00")
        for zone, last in (
            ("UTC", "2026-01-20T00:00:00Z"),
            ("Pacific/Auckland", "2026-01-20T11:00:00Z"),
        ):
            asked = {"timezone": zone}
            summary = (await browse(me).get(SUMMARY, params=asked)).json()
            assert (summary["timezone"], summary["step"]) == (zone, 86_400)
            final = summary["series"][-1]
            assert (final["at"], final["completed"]) == (last, 1)

    async def test_refuses_a_place_that_there_is_not(self, browse: Browse) -> None:
        answer = await browse(seller()).get(SUMMARY, params={"timezone": "Mars/Base"})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "query.timezone"


async def paid(desk: Desk, order: Order) -> PaymentCreated:
    payment = authorized(order)
    await desk.hear(Verdicts().judge, payment)
    return payment


def back(payment: PaymentCreated, amount: int) -> PaymentRefunded:
    """What payments says once so much of it has gone back."""
    facts: dict[str, Any] = msgspec.structs.asdict(payment)
    return PaymentRefunded(**facts, amount_refunded=amount)


async def ordered_at(desk: Desk, order: Order, moment: str) -> None:
    async with desk.database.transaction() as tx:
        await tx.session.execute(
            text(
                "UPDATE orders SET created_at = CAST(:at AS timestamptz) WHERE id = :id"
            ),
            {"at": datetime.fromisoformat(moment), "id": order.id},
        )


async def test_the_database_knows_each_place_that_is_taken(desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        known = await tx.session.scalars(text("SELECT name FROM pg_timezone_names"))
        assert zones() <= set(known)


async def test_what_is_counted_grows_with_steps_and_tickets_not_with_both(
    desk: Desk,
) -> None:
    """Whoever waits for a hold waits for the same process."""
    me, steps = seller(), Steps(timedelta(hours=1))
    tour = {
        "seller": me.user_id,
        "start": datetime(2026, 1, 1, tzinfo=UTC),
        "step": steps.length,
        "steps": MOST_STEPS,
        "tickets": TICKETS,
    }
    asked = Asked(seller_id=me.user_id)
    async with desk.database.transaction() as tx:
        await tx.session.execute(_TOUR, tour)
        cells, revenue = await SalesRepository(tx).count(asked, steps)
    assert len(cells) == MOST_STEPS
    assert len(revenue) == TICKETS
    assert set(revenue.values()) == {100 * MOST_STEPS * 2 // 3}
    summary = Summary.of([], revenue, cells, steps)
    assert [m.orders for m in summary.series] == [TICKETS] * MOST_STEPS
    assert summary.outcomes.expired == TICKETS * MOST_STEPS // 3
