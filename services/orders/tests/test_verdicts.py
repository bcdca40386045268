"""Verdicts: every payment is judged once, and its order says so."""

from typing import Any

import msgspec
import pytest
from orders_desk import Desk, authorized, event, person, ticket

from common.ids import new_id
from common.messages import (
    Message,
    PaymentCreated,
    PaymentFailed,
    PaymentRefunded,
    PaymentStarted,
    TicketDeleted,
    TicketUpdated,
)
from orders.domain import LENGTHENING
from orders.errors import OrderNotFound
from orders.models import Order
from orders.offers import take_offers
from orders.verdicts import Verdicts

verdicts = Verdicts()


async def expired(desk: Desk, **offer: object) -> Order:
    order = await desk.order(person(), await desk.offer(**offer))
    await desk.make_due(order.id)
    await desk.orders.sweep()
    return await desk.find(order.id)


async def verdict(desk: Desk, order: Order, **payment: object) -> str:
    """What a payment of the order is answered; its order says the same."""
    message = authorized(order, **payment)
    await desk.hear(verdicts.judge, message)
    judged = (await desk.find(order.id)).verdict_on(message.payment_id)
    assert judged is not None
    return judged.value


async def started(desk: Desk, order: Order, **payment: object) -> Order:
    """The order once it has heard that a payment of it is under way."""
    message = PaymentStarted(**_facts(authorized(order, **payment)))
    await desk.hear(verdicts.wait, message)
    return await desk.find(order.id)


class TestStarted:
    async def test_its_buyer_is_at_the_bank_and_has_longer(self, desk: Desk) -> None:
        order = await desk.order(person(), await desk.offer())
        waiting = await started(desk, order)

        assert waiting.status == "awaiting_payment"
        assert waiting.expires_at == order.expires_at + LENGTHENING
        said = (await desk.said("orders.created"))[-1]
        assert (said["version"], said["status"]) == (2, "awaiting_payment")

    async def test_a_hold_is_lengthened_once(self, desk: Desk) -> None:
        order = await desk.order(person(), await desk.offer())
        waiting = await started(desk, order)
        again = await started(desk, order)

        assert (again.expires_at, again.version) == (waiting.expires_at, 2)

    async def test_the_sweep_ends_it(self, desk: Desk) -> None:
        floor = await desk.offer(quantity=1)
        order = await started(desk, await desk.order(person(), floor))
        await desk.orders.sweep()
        assert (await desk.find(order.id)).open
        await desk.make_due(order.id)
        await desk.orders.sweep()
        ended = await desk.find(order.id)
        assert (ended.status, ended.reason) == ("cancelled", "expired")
        assert (await desk.stock(floor)).held == 0

    async def test_its_buyer_may_still_cancel(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        await started(desk, order)
        await desk.orders.cancel(order.id, buyer)
        assert (await desk.find(order.id)).reason == "buyer"
        await desk.check_books()

    async def test_it_completes_by_a_verdict(self, desk: Desk) -> None:
        order = await desk.order(person(), await desk.offer())
        await started(desk, order)
        assert await verdict(desk, order) == "accepted"

    async def test_what_is_over_does_not_begin_again(self, desk: Desk) -> None:
        ended = await expired(desk)
        assert (await started(desk, ended)).version == ended.version


class TestAccepted:
    async def test_a_held_order_completes(self, desk: Desk) -> None:
        floor = await desk.offer(quantity=5)
        order = await desk.order(person(), floor, quantity=2)
        assert await verdict(desk, order) == "accepted"
        stock = await desk.stock(floor)
        assert (stock.held, stock.sold) == (0, 2)
        [said] = await desk.said("orders.completed")
        assert said["version"] == 2
        assert [p["verdict"] for p in said["payments"]] == ["accepted"]

    async def test_an_expired_order_is_revived_from_free_stock(
        self, desk: Desk
    ) -> None:
        order = await expired(desk, quantity=1)
        assert await verdict(desk, order) == "accepted"
        revived = await desk.find(order.id)
        assert (revived.status, revived.reason) == ("complete", None)
        await desk.check_books()

    async def test_a_hold_past_its_time_may_be_paid_until_it_is_cancelled(
        self, desk: Desk
    ) -> None:
        order = await desk.order(person(), await desk.offer())
        await desk.make_due(order.id)
        assert await verdict(desk, order) == "accepted"

    async def test_the_limit_of_a_late_order_is_that_of_its_own_buyers_id(
        self, desk: Desk
    ) -> None:
        """Which guests its buyer was, a request knows and a payment does not."""
        guest, floor = person(), await desk.offer(max_per_buyer=1)
        late = await desk.order(guest, floor)
        await desk.make_due(late.id)
        await desk.orders.sweep()
        member = person(kind="member", guest_ids=frozenset({guest.user_id}))
        await desk.order(member, floor)
        assert await verdict(desk, late) == "accepted"


class TestRefused:
    @pytest.mark.parametrize(
        "payment", [{"amount": 1}, {"currency": "eur"}], ids=["amount", "currency"]
    )
    async def test_another_amount_or_currency(
        self, desk: Desk, payment: dict[str, object]
    ) -> None:
        order = await desk.order(person(), await desk.offer())
        assert await verdict(desk, order, **payment) == "refused"
        *_, said = await desk.said("orders.created")
        assert [p["verdict"] for p in said["payments"]] == ["refused"]
        assert said["version"] == 2

    async def test_a_second_payment_of_a_complete_order(self, desk: Desk) -> None:
        order = await desk.order(person(), await desk.offer())
        await verdict(desk, order)
        assert await verdict(desk, order) == "refused"
        *_, said = await desk.said("orders.completed")
        assert [p["verdict"] for p in said["payments"]] == ["accepted", "refused"]

    async def test_two_payments_in_one_list_take_one(self, desk: Desk) -> None:
        order = await desk.order(person(), await desk.offer())
        await desk.hear(verdicts.judge, authorized(order), authorized(order))
        judged = [p.verdict for p in (await desk.find(order.id)).payments]
        assert sorted(judged) == ["accepted", "refused"]

    async def test_an_order_the_buyer_cancelled(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        await desk.orders.cancel(order.id, buyer)
        assert await verdict(desk, order) == "refused"
        *_, said = await desk.said("orders.cancelled")
        assert [p["verdict"] for p in said["payments"]] == ["refused"]

    async def test_an_expired_order_whose_tickets_are_gone(self, desk: Desk) -> None:
        single = await desk.offer(quantity=1)
        late = await desk.order(person(), single)
        await desk.make_due(late.id)
        await desk.orders.sweep()
        await desk.order(person(), single)
        assert await verdict(desk, late) == "refused"
        await desk.check_books()

    async def test_an_expired_order_past_its_buyers_limit(self, desk: Desk) -> None:
        buyer = person()
        floor = await desk.offer(max_per_buyer=1)
        late = await desk.order(buyer, floor)
        await desk.make_due(late.id)
        await desk.orders.sweep()
        await desk.order(buyer, floor)
        assert await verdict(desk, late) == "refused"

    async def test_an_expired_order_of_a_withdrawn_ticket(self, desk: Desk) -> None:
        order = await expired(desk)
        gone = TicketDeleted(**_offer_of(order))
        await desk.hear(take_offers, gone)
        assert await verdict(desk, order) == "refused"

    async def test_an_expired_order_of_a_cancelled_event(self, desk: Desk) -> None:
        show = event()
        order = await expired(desk, event=show)
        cancelled = msgspec.structs.replace(show, status="cancelled")
        changed = TicketUpdated(**_offer_of(order, event=cancelled))
        await desk.hear(take_offers, changed)
        assert await verdict(desk, order) == "refused"


class TestAgain:
    async def test_a_judged_payment_is_answered_by_the_order_as_it_is(
        self, desk: Desk
    ) -> None:
        order = await desk.order(person(), await desk.offer())
        message = authorized(order)
        await desk.hear(verdicts.judge, message)
        await desk.hear(verdicts.judge, message)
        first, again = await desk.said("orders.completed")
        assert first == again

    async def test_a_payment_of_no_order_is_set_aside(self, desk: Desk) -> None:
        order = await desk.order(person(), await desk.offer())
        with pytest.raises(OrderNotFound):
            await desk.hear(verdicts.judge, authorized(order, order_id=new_id()))


class TestFailed:
    async def test_an_accepted_payment_that_failed_frees_the_tickets(
        self, desk: Desk
    ) -> None:
        floor = await desk.offer()
        order = await desk.order(person(), floor, quantity=2)
        payment = authorized(order)
        await desk.hear(verdicts.judge, payment)
        await desk.hear(verdicts.fail, _failed(payment), _failed(payment))
        ended = await desk.find(order.id)
        assert (ended.status, ended.reason) == ("cancelled", "payment_failed")
        assert (await desk.stock(floor)).free == 10
        await desk.check_books()

    async def test_one_not_yet_judged_is_refused_when_it_comes_late(
        self, desk: Desk
    ) -> None:
        order = await desk.order(person(), await desk.offer())
        payment = authorized(order)
        await desk.hear(verdicts.fail, _failed(payment))
        await desk.hear(verdicts.judge, payment)
        judged = await desk.find(order.id)
        assert judged.status == "created"
        assert judged.verdict_on(payment.payment_id) == "refused"

    async def test_a_refused_payment_that_failed_changes_nothing(
        self, desk: Desk
    ) -> None:
        order = await desk.order(person(), await desk.offer())
        accepted, refused = authorized(order), authorized(order)
        await desk.hear(verdicts.judge, accepted, refused)
        await desk.hear(verdicts.fail, _failed(refused))
        assert (await desk.find(order.id)).status == "complete"


class TestRefunded:
    async def test_a_whole_refund_ends_the_order(self, desk: Desk) -> None:
        floor = await desk.offer()
        order = await desk.order(person(), floor)
        payment = authorized(order)
        await desk.hear(verdicts.judge, payment)
        await desk.hear(verdicts.refund, _refunded(payment, 1000))
        assert (await desk.find(order.id)).status == "complete"
        whole = _refunded(payment, order.total)
        await desk.hear(verdicts.refund, whole, whole)
        ended = await desk.find(order.id)
        assert (ended.reason, ended.amount_refunded) == ("refunded", order.total)
        assert (await desk.stock(floor)).free == 10

    async def test_units_stay_away_when_the_seller_keeps_them(self, desk: Desk) -> None:
        floor = await desk.offer()
        order = await desk.order(person(), floor)
        payment = authorized(order)
        await desk.hear(verdicts.judge, payment)
        kept = msgspec.structs.replace(_refunded(payment, order.total), restock=False)
        await desk.hear(verdicts.refund, kept)
        assert (await desk.stock(floor)).free == 9


def _failed(payment: PaymentCreated) -> PaymentFailed:
    return PaymentFailed(**_facts(payment))


def _refunded(payment: PaymentCreated, amount: int) -> PaymentRefunded:
    return PaymentRefunded(**_facts(payment), amount_refunded=amount)


def _facts(message: Message, **changes: Any) -> dict[str, Any]:
    return msgspec.structs.asdict(message) | changes


def _offer_of(order: Order, **changes: Any) -> dict[str, Any]:
    """The ticket of an order, as its owner says it next."""
    ticket_id, seller_id = order.items[0].ticket_id, order.seller_id
    offered = ticket(ticket_id=ticket_id, seller_id=seller_id, version=2)
    return _facts(offered, **changes)
