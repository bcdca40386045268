"""Orders: reserve, cancel, expire, against a real database."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

import pytest
from orders_desk import HOLD, Desk, authorized, event, person, wants
from sqlalchemy import text

from common.errors import Busy, Conflict, KeyInProgress, KeyReused, ServiceError
from common.idempotency import Keyed, claim, keyed
from common.identity import Identity
from common.ids import new_id
from common.messages import ExpirationComplete
from orders import service
from orders.errors import (
    AllHeld,
    OrderAlreadyCancelled,
    OrderAlreadyComplete,
    OrderNotFound,
    OverLimit,
    SoldOut,
    TicketUnknown,
)
from orders.holds import Held
from orders.service import OVERDUE
from orders.verdicts import Verdicts


def key(buyer: Identity, name: str = "k", body: bytes = b"{}") -> Keyed:
    return keyed(user_id=buyer.user_id, route="POST /api/orders", key=name, body=body)


class TestReserve:
    async def test_an_order_holds_its_tickets_for_the_length_of_a_hold(
        self, desk: Desk
    ) -> None:
        floor = await desk.offer(quantity=10)
        order = await desk.order(person(), floor, quantity=3)
        stock = await desk.stock(floor)
        assert (order.status, order.total) == ("created", 7650)
        assert order.expires_at - order.created_at == HOLD
        assert (stock.held, stock.sold, stock.free) == (3, 0, 7)
        await desk.check_books()

    async def test_order_and_stock_are_said_with_the_hold(self, desk: Desk) -> None:
        floor = await desk.offer(quantity=10, fee=50)
        order = await desk.order(person(), floor, quantity=2)
        [said] = await desk.said("orders.created")
        assert said["order_id"] == str(order.id)
        assert said["total"] == 2 * (2550 + 50)
        assert said["fees"] == [{"type": "service", "amount": 100}]
        *_, changed = await desk.said("orders.stock-changed")
        assert (changed["free"], changed["version"]) == (8, 2)
        assert changed["tickets"] == [
            {"ticket_id": str(floor.ticket_id), "held": 2, "sold": 0}
        ]

    async def test_the_last_ticket_goes_to_one_of_many_at_once(
        self, desk: Desk
    ) -> None:
        single = await desk.offer(quantity=1)
        outcomes = await asyncio.gather(
            *(desk.order(person(), single) for _ in range(8)), return_exceptions=True
        )
        assert len([o for o in outcomes if not isinstance(o, Exception)]) == 1
        assert {type(o) for o in outcomes if isinstance(o, Exception)} <= {AllHeld}
        await desk.check_books()

    async def test_all_items_are_held_or_none(self, desk: Desk) -> None:
        show = event()
        seller = new_id()
        seated = await desk.offer(event=show, seller_id=seller, quantity=1)
        floor = await desk.offer(event=show, seller_id=seller, quantity=5)
        await desk.order(person(), seated)
        with pytest.raises(AllHeld) as refused:
            await desk.order(person(), seated, floor)
        assert _failing(refused.value) == [seated.ticket_id]
        assert (await desk.stock(floor)).held == 0

    async def test_sold_out_when_nothing_can_come_back(self, desk: Desk) -> None:
        single = await desk.offer(quantity=1)
        order = await desk.order(person(), single)
        await desk.hear(Verdicts().judge, authorized(order))
        with pytest.raises(SoldOut):
            await desk.order(person(), single)

    async def test_a_limit_counts_a_buyers_other_orders(self, desk: Desk) -> None:
        buyer = person()
        floor = await desk.offer(max_per_buyer=4)
        await desk.order(buyer, floor, quantity=3)
        with pytest.raises(OverLimit):
            await desk.order(buyer, floor, quantity=2)
        await desk.order(buyer, floor, quantity=1)

    async def test_a_limit_counts_what_the_guest_held(self, desk: Desk) -> None:
        guest = person()
        floor = await desk.offer(max_per_buyer=4)
        await desk.order(guest, floor, quantity=3)
        member = person(kind="member", guest_ids=frozenset({guest.user_id}))
        with pytest.raises(OverLimit):
            await desk.order(member, floor, quantity=2)

    async def test_a_limit_is_exact_when_asked_at_once(self, desk: Desk) -> None:
        buyer = person()
        floor = await desk.offer(quantity=100, max_per_buyer=4)
        await asyncio.gather(
            *(desk.order(buyer, floor) for _ in range(12)), return_exceptions=True
        )
        assert (await desk.stock(floor)).held == 4

    async def test_a_ticket_nobody_offers_is_unknown_after_a_while(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "PATIENCE", timedelta(milliseconds=50))
        with pytest.raises(TicketUnknown) as refused:
            await desk.orders.hold(wants(person(), new_id()))
        assert refused.value.headers["Retry-After"] == "1"

    async def test_a_ticket_just_offered_is_waited_for(self, desk: Desk) -> None:
        ticket_id = new_id()
        waiting = asyncio.create_task(desk.orders.hold(wants(person(), ticket_id)))
        await desk.offer(ticket_id=ticket_id)
        assert not (await waiting).replayed

    async def test_no_holds_while_messages_pile_up(self, desk: Desk) -> None:
        floor = await desk.offer()
        late = text("UPDATE outbox SET created_at = created_at - interval '1 hour'")
        async with desk.database.transaction() as tx:
            await tx.session.execute(late)
        await desk.orders.look_behind()
        with pytest.raises(Busy):
            await desk.order(person(), floor)

    async def test_a_dead_letter_that_waits_stops_no_sale(self, desk: Desk) -> None:
        """Its stream may be full for days; no hold is late for that."""
        floor = await desk.offer()
        dead = text("""
            UPDATE outbox SET created_at = created_at - interval '1 hour',
                              subject = 'dead-letters.given-up'
        """)
        async with desk.database.transaction() as tx:
            await tx.session.execute(dead)
        await desk.orders.look_behind()
        await desk.order(person(), floor)


class TestIdempotencyKey:
    async def test_the_same_key_at_once_makes_one_order(self, desk: Desk) -> None:
        buyer, floor = person(), await desk.offer()
        request = wants(buyer, floor.ticket_id)
        outcomes = await asyncio.gather(
            *(desk.orders.hold(request, key(buyer)) for _ in range(6)),
            return_exceptions=True,
        )
        held = [o for o in outcomes if isinstance(o, Held)]
        assert len({h.order_id for h in held}) == 1
        assert len([h for h in held if not h.replayed]) == 1
        assert (await desk.stock(floor)).held == 1

    async def test_another_body_is_refused(self, desk: Desk) -> None:
        buyer, floor = person(), await desk.offer()
        await desk.orders.hold(wants(buyer, floor.ticket_id), key(buyer))
        with pytest.raises(KeyReused):
            await desk.orders.hold(
                wants(buyer, floor.ticket_id), key(buyer, body=b"[]")
            )

    async def test_a_key_at_work_elsewhere_holds_up_nobody_else(
        self, desk: Desk
    ) -> None:
        """Its own request is told so; those of the same batch are not refused."""
        floor, buyer = await desk.offer(quantity=10), person()
        async with desk.database.transaction() as elsewhere:
            await claim(elsewhere, key(buyer))
            busy, *others = await asyncio.gather(
                desk.orders.hold(wants(buyer, floor.ticket_id), key(buyer)),
                *(
                    desk.orders.hold(wants(p, floor.ticket_id), key(p))
                    for p in (person(), person())
                ),
                return_exceptions=True,
            )
        assert isinstance(busy, KeyInProgress)
        assert not any(isinstance(other, BaseException) for other in others)
        assert (await desk.stock(floor)).held == 2

    async def test_a_refusal_leaves_the_key_free(self, desk: Desk) -> None:
        buyer, single = person(), await desk.offer(quantity=1)
        other = await desk.order(person(), single)
        with pytest.raises(AllHeld):
            await desk.orders.hold(wants(buyer, single.ticket_id), key(buyer))
        await desk.orders.cancel(other.id, _owner(other.buyer_id))
        held = await desk.orders.hold(wants(buyer, single.ticket_id), key(buyer))
        assert not held.replayed

    async def test_two_people_may_use_the_same_key(self, desk: Desk) -> None:
        floor = await desk.offer()
        for buyer in (person(), person()):
            await desk.orders.hold(wants(buyer, floor.ticket_id), key(buyer))
        assert (await desk.stock(floor)).held == 2


class TestCancel:
    async def test_the_stock_comes_back_once(self, desk: Desk) -> None:
        buyer, floor = person(), await desk.offer()
        order = await desk.order(buyer, floor, quantity=4)
        await desk.orders.cancel(order.id, buyer)
        await desk.orders.cancel(order.id, buyer)
        assert (await desk.stock(floor)).free == 10
        assert len(await desk.said("orders.cancelled")) == 1

    async def test_other_people_do_not_find_the_order(self, desk: Desk) -> None:
        order = await desk.order(person(), await desk.offer())
        with pytest.raises(OrderNotFound):
            await desk.orders.cancel(order.id, person())

    async def test_a_member_cancels_what_the_guest_held(self, desk: Desk) -> None:
        order = await desk.order(person(), await desk.offer())
        member = person(kind="member", guest_ids=frozenset({order.buyer_id}))
        await desk.orders.cancel(order.id, member)
        assert (await desk.find(order.id)).reason == "buyer"

    async def test_a_paid_order_cannot_be_cancelled(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        await desk.hear(Verdicts().judge, authorized(order))
        with pytest.raises(OrderAlreadyComplete):
            await desk.orders.cancel(order.id, buyer)

    async def test_an_expired_order_cannot_be_cancelled(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        await desk.make_due(order.id)
        await desk.orders.sweep()
        with pytest.raises(OrderAlreadyCancelled):
            await desk.orders.cancel(order.id, buyer)

    async def test_its_late_timer_frees_nothing_of_anybody_else(
        self, desk: Desk
    ) -> None:
        buyer, single = person(), await desk.offer(quantity=1)
        first = await desk.order(buyer, single)
        await desk.orders.cancel(first.id, buyer)
        second = await desk.order(person(), single)
        await desk.make_due(first.id)
        await desk.hear(desk.orders.expire, _timer(first.id))
        assert (await desk.find(second.id)).status == "created"
        assert (await desk.stock(single)).held == 1


class TestExpire:
    async def test_a_due_order_ends_by_its_timer(self, desk: Desk) -> None:
        floor = await desk.offer()
        order = await desk.order(person(), floor, quantity=2)
        await desk.make_due(order.id)
        await desk.hear(desk.orders.expire, _timer(order.id), _timer(order.id))
        assert (await desk.find(order.id)).reason == "expired"
        assert (await desk.stock(floor)).free == 10
        assert len(await desk.said("orders.cancelled")) == 1

    async def test_of_a_long_list_of_timers_the_sweep_has_its_part(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Stock is locked meanwhile: thousands of orders at once would stop a sale."""
        monkeypatch.setattr(service, "SWEEP", 2)
        floor = await desk.offer(quantity=5)
        due = [await desk.order(person(), floor) for _ in range(5)]
        for order in due:
            await desk.make_due(order.id)
        await desk.hear(desk.orders.expire, *(_timer(order.id) for order in due))
        reasons = [(await desk.find(order.id)).reason for order in due]
        assert reasons == ["expired"] * 2 + [None] * 3
        await desk.orders.sweep()
        assert {(await desk.find(order.id)).reason for order in due} == {"expired"}

    async def test_a_timer_that_is_early_is_left_to_the_sweep(self, desk: Desk) -> None:
        order = await desk.order(person(), await desk.offer())
        await desk.hear(desk.orders.expire, _timer(order.id))
        assert (await desk.find(order.id)).status == "created"

    async def test_the_sweep_ends_what_no_timer_ended(self, desk: Desk) -> None:
        floor = await desk.offer(quantity=50)
        due = [await desk.order(person(), floor) for _ in range(5)]
        kept = await desk.order(person(), floor)
        for order in due:
            await desk.make_due(order.id)
        await desk.orders.sweep()
        assert {(await desk.find(o.id)).reason for o in due} == {"expired"}
        assert (await desk.find(kept.id)).status == "created"
        assert (await desk.stock(floor)).held == 1
        await desk.check_books()

    async def test_a_hold_past_its_time_is_measured(self, desk: Desk) -> None:
        order = await desk.order(person(), await desk.offer())
        await desk.orders.measure()
        assert _overdue() == 0
        await desk.make_due(order.id)
        await desk.orders.measure()
        assert _overdue() > 0

    async def test_a_timer_of_no_order_is_no_error(self, desk: Desk) -> None:
        await desk.hear(desk.orders.expire, _timer(new_id()))

    async def test_a_timer_beside_a_payment_ends_in_one_way(self, desk: Desk) -> None:
        for _ in range(10):
            floor = await desk.offer(quantity=1)
            order = await desk.order(person(), floor)
            await desk.make_due(order.id)
            await asyncio.gather(
                desk.hear_again(desk.orders.expire, _timer(order.id)),
                desk.hear_again(Verdicts().judge, authorized(order)),
            )
            ended = await desk.find(order.id)
            assert ended.status == "complete"  # in time, or revived
            assert (await desk.stock(floor)).sold == 1
        await desk.check_books()


class TestRead:
    async def test_waiting_ends_when_the_order_changes(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        waiting = asyncio.create_task(
            desk.orders.awaited(order.id, buyer, known=order.version.__eq__, wait=8)
        )
        await desk.orders.cancel(order.id, buyer)
        assert (await waiting)[0].status == "cancelled"

    async def test_waiting_in_vain_ends_with_what_was_known(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        known = order.version.__eq__
        shown = await desk.orders.awaited(order.id, buyer, known=known, wait=0.2)
        assert shown[0].version == order.version

    async def test_pages_follow_one_another(self, desk: Desk) -> None:
        buyer, floor = person(), await desk.offer()
        made = [(await desk.order(buyer, floor)).id for _ in range(3)]
        await desk.order(person(), floor)
        first = await desk.orders.page(buyer, status=None, before=None, limit=2)
        rest = await desk.orders.page(
            buyer, status=None, before=first[-1][0].id, limit=2
        )
        assert [shown[0].id for shown in [*first, *rest]] == made[::-1]

    async def test_a_contact_is_named_while_unpaid_only(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        named = {"name": "Ada", "email": "ada@example.com"}
        await desk.orders.name_contact(order.id, buyer, **named)
        assert (await desk.find(order.id)).version == 2
        await desk.hear(Verdicts().judge, authorized(order))
        with pytest.raises(OrderAlreadyComplete):
            await desk.orders.name_contact(order.id, buyer, **named)


async def test_fifty_open_orders_are_enough(desk: Desk) -> None:
    buyer, floor = person(), await desk.offer(quantity=100, max_per_buyer=100)
    for _ in range(50):
        await desk.order(buyer, floor)
    with pytest.raises(Conflict) as refused:
        await desk.order(buyer, floor)
    assert refused.value.code == "too-many-holds"


def _timer(order_id: UUID) -> ExpirationComplete:
    return ExpirationComplete(order_id=order_id, expires_at=datetime.now(UTC))


def _owner(user_id: UUID) -> Identity:
    return person(user_id=user_id)


def _failing(error: ServiceError) -> list[UUID]:
    items = cast("list[dict[str, UUID]]", error.extra["items"])
    return [item["ticket_id"] for item in items]


def _overdue() -> float:
    [measured] = OVERDUE.collect()
    return measured.samples[0].value
