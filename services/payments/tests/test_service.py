"""Paying: what is committed before and after the card is asked."""

import asyncio
from datetime import timedelta
from typing import cast

import pytest
from payments_desk import (
    CHALLENGED,
    DECLINED,
    VISA,
    Desk,
    cancelled,
    completed,
    judged,
    order_of,
    person,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool

from common.errors import Invalid
from common.ids import new_id
from payments.errors import (
    AlreadyPaid,
    Declined,
    HoldEnded,
    OrderCancelled,
    OrderNotFound,
    PaymentInProgress,
    PaymentNotFound,
)
from payments.models import Payment
from payments.service import Payments
from payments.tables import OrderReplica

CREATED = "payments.created"


class TestPay:
    async def test_the_card_is_authorized_and_nothing_is_taken(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        payment = await desk.pay(order, buyer)

        assert payment.status == "authorized"
        assert await desk.kinds(payment.id) == ["authorized"]

    async def test_the_payment_is_said_with_what_it_is_for(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, total=999, currency="eur")
        payment = await desk.pay(order, buyer)

        [said] = await desk.said(CREATED)
        assert said["payment_id"] == str(payment.id)
        assert said["order_id"] == str(order.order_id)
        assert said["buyer_id"] == str(buyer.user_id)
        assert (said["amount"], said["currency"]) == (999, "eur")

    async def test_row_and_key_are_committed_before_the_card_is_asked(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        desk.wire.cut_off("before")
        payment = await desk.pay(order, buyer)

        kept = await desk.find(payment.id)
        assert kept.status == "processing"
        assert kept.call_key == f"authorize:{payment.id}:1"
        assert kept.token == VISA

    async def test_no_transaction_is_open_while_the_provider_is_asked(
        self, desk: Desk
    ) -> None:
        open_connections: list[int] = []
        pool = cast("QueuePool", desk.database.engine.pool)
        desk.wire.watch = lambda: open_connections.append(pool.checkedout())
        buyer = person()
        order = await desk.order(buyer)
        payment = await desk.pay(order, buyer)
        await desk.hear(judged(order, payment.id, "accepted"))
        await desk.settle()

        assert await desk.status(payment.id) == "captured"
        assert open_connections == [0, 0]

    async def test_a_token_is_forgotten_once_it_has_served(self, desk: Desk) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer)
        assert (await desk.find(payment.id)).token is None

    async def test_a_declined_card_says_nothing_and_another_may_follow(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        with pytest.raises(Declined) as declined:
            await desk.pay(order, buyer, DECLINED)
        assert declined.value.extra["decline_code"] == "generic_decline"
        assert await desk.said(CREATED) == []

        assert (await desk.pay(order, buyer)).status == "authorized"

    async def test_a_card_nobody_issued_is_an_invalid_token(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer)
        with pytest.raises(Invalid) as invalid:
            await desk.pay(order, buyer, "tok_nobody")
        assert invalid.value.errors[0].field == "token"

        assert (await desk.pay(order, buyer)).status == "authorized"

    async def test_an_order_that_costs_something_needs_a_token(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        with pytest.raises(Invalid):
            await desk.pay(order, buyer, None)
        assert (
            await desk.payments.page(buyer, order_id=None, before=None, limit=1) == []
        )


class TestWhosePayment:
    async def test_an_order_of_somebody_else_is_not_found(self, desk: Desk) -> None:
        order = await desk.order(person())
        with pytest.raises(OrderNotFound) as error:
            await desk.pay(order, person())
        assert error.value.headers["Retry-After"] == "1"

    async def test_an_order_of_the_guest_one_was_is_ones_own(self, desk: Desk) -> None:
        guest = person()
        order = await desk.order(guest)
        member = person(kind="member", guest_ids=frozenset({guest.user_id}))

        payment = await desk.pay(order, member)
        assert (await desk.payments.get(payment.id, guest)).id == payment.id

    async def test_a_payment_of_somebody_else_is_not_found(self, desk: Desk) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer)
        for ask in (desk.payments.get, desk.payments.confirm):
            with pytest.raises(PaymentNotFound):
                await ask(payment.id, person())

    async def test_an_order_on_its_way_is_waited_for(self, desk: Desk) -> None:
        patient = Payments(
            desk.database, desk.settlement, propagation=timedelta(seconds=20)
        )
        buyer = person()
        order = order_of(buyer)
        paying = asyncio.create_task(
            patient.pay(order_id=order.order_id, token=VISA, identity=buyer, keyed=None)
        )
        await asyncio.sleep(0)
        await desk.hear(order)

        assert (await paying).payment.status == "authorized"

    async def test_an_order_nobody_made_is_not_waited_for_longer(
        self, desk: Desk
    ) -> None:
        impatient = Payments(
            desk.database, desk.settlement, propagation=timedelta(seconds=0.1)
        )
        with pytest.raises(OrderNotFound):
            await impatient.pay(
                order_id=new_id(), token=VISA, identity=person(), keyed=None
            )


class TestOnePaymentAtATime:
    async def test_of_two_devices_one_pays(self, desk: Desk) -> None:
        buyer = person()
        for _ in range(20):
            order = await desk.order(buyer)
            outcomes = await asyncio.gather(
                *(desk.pay(order, buyer) for _ in range(3)), return_exceptions=True
            )

            paid = [o.id for o in outcomes if isinstance(o, Payment)]
            assert len(paid) == 1
            assert all(isinstance(o, (Payment, PaymentInProgress)) for o in outcomes)
            assert [e.reference for e in await desk.ledger()][-1:] == paid
        assert len(await desk.ledger()) == 20

    async def test_the_database_itself_refuses_a_second_live_payment(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        await desk.pay(order, buyer)
        replica = OrderReplica(
            order_id=order.order_id,
            buyer_id=buyer.user_id,
            total=order.total,
            currency=order.currency,
        )
        second = Payment.of(
            replica,
            payment_id=new_id(),
            provider="test",
            livemode=False,
            token=VISA,
            asked_by=buyer.user_id,
            request_key=None,
            patience=timedelta(minutes=2),
        )
        with pytest.raises(IntegrityError, match="payments_live_idx"):
            await desk.add(second)

    async def test_a_new_payment_takes_the_place_of_one_that_waits_for_its_buyer(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        waiting = await desk.pay(order, buyer, CHALLENGED)
        assert waiting.status == "requires_action"
        payment = await desk.pay(order, buyer)

        assert payment.status == "authorized"
        assert await desk.status(waiting.id) == "voided"
        assert await desk.kinds(waiting.id) == ["challenged", "voided"]
        assert len(await desk.said(CREATED)) == 1

    async def test_an_answer_to_the_bank_that_comes_too_late_authorizes_nothing(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        waiting = await desk.pay(order, buyer, CHALLENGED)
        await desk.answer_bank(waiting, "approve")
        payment = await desk.pay(order, buyer)

        assert await desk.kinds(waiting.id) == ["challenged", "authorized", "voided"]
        assert await desk.status(waiting.id) == "voided"
        assert payment.status == "authorized"

    async def test_while_the_first_cannot_be_called_off_there_is_no_second(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        waiting = await desk.pay(order, buyer, CHALLENGED)
        desk.wire.cut_off("before")
        with pytest.raises(PaymentInProgress):
            await desk.pay(order, buyer)
        assert await desk.status(waiting.id) == "voiding"

        assert (await desk.pay(order, buyer)).status == "authorized"
        assert await desk.status(waiting.id) == "voided"


class TestRefusals:
    @pytest.mark.parametrize("reason", ["buyer", "withdrawn", "payment_failed"])
    async def test_a_cancelled_order_is_not_paid(self, desk: Desk, reason: str) -> None:
        buyer = person()
        order = await desk.order(buyer)
        await desk.hear(cancelled(order, reason))  # pyright: ignore[reportArgumentType]  # a table of reasons
        with pytest.raises(OrderCancelled):
            await desk.pay(order, buyer)

    async def test_an_expired_hold_is_not_paid(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer)
        await desk.hear(cancelled(order, "expired"))
        with pytest.raises(HoldEnded):
            await desk.pay(order, buyer)

    async def test_a_hold_past_its_time_may_be_paid_until_orders_end_it(
        self, desk: Desk
    ) -> None:
        buyer = person()
        created = order_of(buyer).created_at
        order = await desk.order(buyer, expires_at=created - timedelta(minutes=1))
        assert (await desk.pay(order, buyer)).status == "authorized"

    async def test_a_paid_order_is_not_paid_again(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer)
        payment = await desk.pay(order, buyer)
        await desk.hear(judged(order, payment.id, "accepted"))
        with pytest.raises(AlreadyPaid):
            await desk.pay(order, buyer)

    async def test_nothing_is_written_for_a_refused_payment(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer)
        await desk.hear(completed(order))
        with pytest.raises(AlreadyPaid):
            await desk.pay(order, buyer)
        assert (
            await desk.payments.page(buyer, order_id=None, before=None, limit=1) == []
        )


class TestFreeOrders:
    async def test_nobody_is_asked_and_it_is_said_at_once(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, total=0)
        payment = await desk.pay(order, buyer, None)

        assert payment.status == "authorized"
        assert (await desk.said(CREATED))[0]["amount"] == 0
        assert await desk.ledger() == []

    async def test_a_verdict_completes_it_without_a_provider(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, total=0)
        payment = await desk.pay(order, buyer, None)
        await desk.hear(judged(order, payment.id, "accepted"))

        assert await desk.status(payment.id) == "captured"
        assert len(await desk.said("payments.captured")) == 1

    async def test_a_refused_one_is_voided(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, total=0)
        payment = await desk.pay(order, buyer, None)
        await desk.hear(judged(order, payment.id, "refused"))

        assert await desk.status(payment.id) == "voided"

    async def test_one_without_a_verdict_is_said_again(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer, total=0)
        await desk.pay(order, buyer, None)
        await desk.sweep()

        assert len(await desk.said(CREATED)) == 2


class TestStarted:
    """What makes orders wait: that a payment is under way."""

    @pytest.mark.parametrize("token", [CHALLENGED, "tok_test_pending"])
    async def test_orders_hears_of_what_is_under_way(
        self, desk: Desk, token: str
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        payment = await desk.pay(order, buyer, token)
        [said] = await desk.said("payments.started")
        assert said["payment_id"] == str(payment.id)
        assert said["order_id"] == str(order.order_id)

    async def test_a_lost_answer_is_under_way_too(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer)
        desk.wire.cut_off("after")
        assert (await desk.pay(order, buyer)).status == "processing"
        assert len(await desk.said("payments.started")) == 1

    async def test_neither_a_good_card_nor_a_bad_one_is(self, desk: Desk) -> None:
        buyer = person()
        await desk.pay(await desk.order(buyer), buyer)
        with pytest.raises(Declined):
            await desk.pay(await desk.order(buyer), buyer, DECLINED)
        await desk.pay(await desk.order(buyer, total=0), buyer, None)
        assert await desk.said("payments.started") == []


class TestConfirm:
    @pytest.mark.parametrize(
        ("decision", "status"), [("approve", "authorized"), ("decline", "failed")]
    )
    async def test_the_provider_is_asked_now(
        self, desk: Desk, decision: str, status: str
    ) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer, CHALLENGED)
        await desk.answer_bank(payment, decision)
        confirmed = [await desk.payments.confirm(payment.id, buyer) for _ in range(2)]

        assert [c.payment.status for c in confirmed] == [status, status]
        assert len(await desk.said(CREATED)) == (decision == "approve")

    async def test_before_the_buyer_answered_it_still_waits(self, desk: Desk) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer, CHALLENGED)
        confirmed = (await desk.payments.confirm(payment.id, buyer)).payment

        assert confirmed.status == "requires_action"
        assert confirmed.next_action == payment.next_action

    async def test_a_provider_that_is_away_changes_nothing(self, desk: Desk) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer, CHALLENGED)
        desk.wire.cut_off("before", times=2)
        confirmed = (await desk.payments.confirm(payment.id, buyer)).payment

        assert confirmed.status == "requires_action"

    async def test_a_payment_called_off_elsewhere_is_seen_to_be(
        self, desk: Desk
    ) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer, CHALLENGED)
        reference = (await desk.find(payment.id)).reference
        await desk.provider_http.post(f"/payments/{reference}/void")
        confirmed = (await desk.payments.confirm(payment.id, buyer)).payment

        assert confirmed.status == "failed"

    async def test_an_unknown_outcome_is_asked_for(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer)
        desk.wire.cut_off("after")
        payment = await desk.pay(order, buyer)
        assert payment.status == "processing"

        confirmed = (await desk.payments.confirm(payment.id, buyer)).payment
        assert confirmed.status == "authorized"
