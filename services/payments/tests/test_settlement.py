"""Verdicts are obeyed, and what was left behind is brought to its end."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from payments_desk import (
    CHALLENGED,
    PATIENCE,
    CancelReason,
    Desk,
    Judged,
    cancelled,
    judged,
    next_state,
    order_of,
    person,
)

from common.ids import new_id
from common.messages import OrderCompleted, OrderCreated, OrderState, Verdict
from payments.errors import Declined, PaymentInProgress
from payments.models import Payment
from payments.repository import Repository

CREATED = "payments.created"
CAPTURED = "payments.captured"
FAILED = "payments.failed"
REFUNDED = "payments.refunded"


async def authorized(desk: Desk, **order: Any) -> tuple[OrderState, Payment]:
    buyer = person()
    placed = await desk.order(buyer, **order)
    return placed, await desk.pay(placed, buyer)


class TestVerdicts:
    async def test_an_accepted_payment_is_captured(self, desk: Desk) -> None:
        order, payment = await authorized(desk)
        await desk.hear(judged(order, payment.id, "accepted"))
        assert await desk.status(payment.id) == "capturing"
        await desk.settle()

        assert await desk.status(payment.id) == "captured"
        assert await desk.kinds(payment.id) == ["authorized", "captured"]
        [said] = await desk.said(CAPTURED)
        assert said["payment_id"] == str(payment.id)

    async def test_a_refused_payment_is_voided(self, desk: Desk) -> None:
        order, payment = await authorized(desk)
        await desk.hear(judged(order, payment.id, "refused"))
        await desk.settle()

        assert await desk.status(payment.id) == "voided"
        assert await desk.kinds(payment.id) == ["authorized", "voided"]

    async def test_an_intention_and_its_key_are_committed_before_the_call(
        self, desk: Desk
    ) -> None:
        order, payment = await authorized(desk)
        await desk.hear(judged(order, payment.id, "accepted"))

        kept = await desk.find(payment.id)
        assert kept.call_key == f"capture:{payment.id}:1"
        assert await desk.kinds(payment.id) == ["authorized"]

    async def test_neither_a_cancellation_nor_time_moves_money(
        self, desk: Desk
    ) -> None:
        order, payment = await authorized(desk)
        await desk.hear(cancelled(order, "expired"))
        await desk.age(payment.id, timedelta(days=1))
        await desk.sweep()

        assert await desk.status(payment.id) == "authorized"
        assert await desk.kinds(payment.id) == ["authorized"]

    @pytest.mark.parametrize("verdict", ["accepted", "refused"])
    async def test_a_verdict_on_another_payment_moves_nothing(
        self, desk: Desk, verdict: Judged
    ) -> None:
        order, payment = await authorized(desk)
        await desk.hear(judged(order, new_id(), verdict))
        await desk.settle()

        assert await desk.status(payment.id) == "authorized"

    async def test_a_verdict_said_twice_takes_money_once(self, desk: Desk) -> None:
        order, payment = await authorized(desk)
        accepted = judged(order, payment.id, "accepted")
        for _ in range(2):
            await desk.hear(accepted, accepted)
            await desk.settle()

        assert await desk.kinds(payment.id) == ["authorized", "captured"]
        assert len(await desk.said(CAPTURED)) == 1

    async def test_an_older_state_is_ignored(self, desk: Desk) -> None:
        order, payment = await authorized(desk)
        older = judged(order, payment.id, "refused")
        newer = next_state(order, OrderCreated, version=order.version + 2)
        await desk.hear(newer)
        await desk.hear(older)

        assert await desk.status(payment.id) == "authorized"

    async def test_the_newest_of_a_list_counts(self, desk: Desk) -> None:
        order, payment = await authorized(desk)
        accepted = judged(order, payment.id, "accepted")
        await desk.hear(accepted, order)
        await desk.settle()

        assert await desk.status(payment.id) == "captured"

    async def test_a_rush_of_orders_is_taken_in_one_go(self, desk: Desk) -> None:
        buyer = person()
        order, payment = await authorized(desk)
        rush: list[OrderState] = [order_of(buyer) for _ in range(5_000)]
        verdicts = tuple(
            Verdict(payment_id=new_id(), verdict="refused") for _ in range(33_000)
        )
        named = judged(order, payment.id, "accepted")
        named = next_state(named, OrderCompleted, payments=(*named.payments, *verdicts))
        await desk.hear(*rush, named)

        assert await desk.status(payment.id) == "capturing"

    async def test_a_verdict_waits_for_the_call_under_way(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer)
        desk.wire.cut_off("after")
        payment = await desk.pay(order, buyer)
        await desk.hear(judged(order, payment.id, "refused"))
        assert await desk.status(payment.id) == "processing"
        await desk.sweep()
        await desk.settle()

        assert await desk.status(payment.id) == "voided"

    async def test_captured_money_of_a_refused_payment_goes_back(
        self, desk: Desk
    ) -> None:
        order, payment = await authorized(desk)
        accepted = judged(order, payment.id, "accepted")
        await desk.hear(accepted)
        await desk.settle()
        await desk.hear(judged(order, payment.id, "refused", version=3))
        await desk.settle()

        assert await desk.status(payment.id) == "refunded"
        assert await desk.kinds(payment.id) == ["authorized", "captured", "refunded"]
        assert (await desk.said(REFUNDED))[0]["amount_refunded"] == payment.amount

    async def test_money_taken_by_hand_of_a_refused_payment_goes_back(
        self, desk: Desk
    ) -> None:
        order, payment = await authorized(desk)
        await desk.provider_http.post(
            f"/payments/{payment.reference}/capture", json={"amount": payment.amount}
        )
        await desk.hear(judged(order, payment.id, "refused"))
        await desk.settle()
        await desk.settle()

        assert await desk.status(payment.id) == "refunded"


class TestLostPayments:
    async def test_a_hold_that_lapsed_before_its_verdict_is_said_to_have_failed(
        self, desk: Desk
    ) -> None:
        _, payment = await authorized(desk)
        await desk.provider_http.post(f"/control/payments/{payment.reference}/lapse")
        await desk.sweep()

        assert await desk.status(payment.id) == "failed"
        [said] = await desk.said(FAILED)
        assert said["payment_id"] == str(payment.id)

    async def test_a_hold_that_lapsed_after_its_verdict_too(self, desk: Desk) -> None:
        order, payment = await authorized(desk)
        await desk.provider_http.post(f"/control/payments/{payment.reference}/lapse")
        await desk.hear(judged(order, payment.id, "accepted"))
        await desk.settle()

        assert await desk.status(payment.id) == "failed"
        assert len(await desk.said(FAILED)) == 1

    async def test_a_bank_that_refuses_the_capture_too(self, desk: Desk) -> None:
        order, payment = await authorized(desk)
        await desk.tell_provider(operation="capture", fault="decline")
        await desk.hear(judged(order, payment.id, "accepted"))
        await desk.settle()

        assert await desk.status(payment.id) == "failed"
        assert len(await desk.said(FAILED)) == 1

    async def test_accepting_a_failed_payment_makes_it_be_said_again(
        self, desk: Desk
    ) -> None:
        order, payment = await authorized(desk)
        await desk.provider_http.post(f"/control/payments/{payment.reference}/lapse")
        await desk.sweep()
        await desk.hear(judged(order, payment.id, "accepted"))

        assert len(await desk.said(FAILED)) == 2

    async def test_an_order_that_ended_for_it_needs_to_hear_nothing_more(
        self, desk: Desk
    ) -> None:
        order, payment = await authorized(desk)
        await desk.provider_http.post(f"/control/payments/{payment.reference}/lapse")
        await desk.sweep()
        accepted = judged(order, payment.id, "accepted")
        await desk.hear(cancelled(accepted, "payment_failed"))

        assert len(await desk.said(FAILED)) == 1

    async def test_a_refused_payment_that_lapsed_is_voided_in_silence(
        self, desk: Desk
    ) -> None:
        order, payment = await authorized(desk)
        await desk.provider_http.post(f"/control/payments/{payment.reference}/lapse")
        await desk.hear(judged(order, payment.id, "refused"))
        await desk.settle()

        assert await desk.status(payment.id) == "voided"
        assert await desk.said(FAILED) == []


class TestUnknownOutcomes:
    @pytest.mark.parametrize("cut", ["before", "after"])
    async def test_an_authorization_is_found_or_asked_for_again_and_made_once(
        self, desk: Desk, cut: Any
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        desk.wire.cut_off(cut)
        payment = await desk.pay(order, buyer)
        assert payment.status == "processing"
        with pytest.raises(PaymentInProgress):
            await desk.pay(order, buyer)
        await desk.sweep()

        assert await desk.status(payment.id) == "authorized"
        assert await desk.kinds(payment.id) == ["authorized"]
        assert len(await desk.said(CREATED)) == 1

    @pytest.mark.parametrize("cut", ["before", "after"])
    @pytest.mark.parametrize(
        ("verdict", "outcome"), [("accepted", "captured"), ("refused", "voided")]
    )
    async def test_a_verdict_is_carried_out_once(
        self, desk: Desk, cut: Any, verdict: Judged, outcome: str
    ) -> None:
        order, payment = await authorized(desk)
        await desk.hear(judged(order, payment.id, verdict))
        desk.wire.cut_off(cut)
        await desk.settle()
        assert await desk.status(payment.id) in {"capturing", "voiding"}
        await desk.sweep()

        assert await desk.status(payment.id) == outcome
        assert await desk.kinds(payment.id) == ["authorized", outcome]

    async def test_a_provider_that_is_away_is_asked_until_it_is_back(
        self, desk: Desk
    ) -> None:
        order, payment = await authorized(desk)
        await desk.hear(judged(order, payment.id, "accepted"))
        desk.wire.cut_off("before", times=4)
        for _ in range(4):
            await desk.sweep()
        assert await desk.status(payment.id) == "capturing"
        await desk.sweep()

        assert await desk.status(payment.id) == "captured"

    async def test_a_provider_that_failed_before_acting_declines_at_once(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        await desk.tell_provider(operation="authorize", fault="error")
        with pytest.raises(Declined) as declined:
            await desk.pay(order, buyer)

        assert declined.value.extra["decline_code"] == "processing_error"
        assert (await desk.pay(order, buyer)).status == "authorized"

    async def test_a_provider_that_failed_after_acting_is_looked_up_at_once(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        await desk.tell_provider(operation="authorize", fault="error_after")
        payment = await desk.pay(order, buyer)

        assert payment.status == "authorized"
        assert await desk.kinds(payment.id) == ["authorized"]

    @pytest.mark.parametrize("fault", ["error", "error_after"])
    async def test_a_failed_capture_is_asked_for_under_another_key(
        self, desk: Desk, fault: str
    ) -> None:
        order, payment = await authorized(desk)
        await desk.tell_provider(operation="capture", fault=fault)
        await desk.hear(judged(order, payment.id, "accepted"))
        await desk.settle()
        await desk.sweep()

        assert await desk.status(payment.id) == "captured"
        assert await desk.kinds(payment.id) == ["authorized", "captured"]

    async def test_what_never_arrived_within_a_day_has_failed(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer)
        desk.wire.cut_off("before")
        payment = await desk.pay(order, buyer)
        await desk.age(payment.id, timedelta(days=1))
        await desk.sweep()

        assert await desk.status(payment.id) == "failed"
        assert await desk.ledger() == []
        assert await desk.said(FAILED) == []

    @pytest.mark.parametrize("reason", ["expired", "buyer"])
    async def test_what_never_arrived_before_its_order_was_over_has_failed(
        self, desk: Desk, reason: CancelReason
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        desk.wire.cut_off("before")
        payment = await desk.pay(order, buyer)
        await desk.hear(cancelled(order, reason))
        await desk.sweep()

        assert await desk.status(payment.id) == "failed"
        assert await desk.ledger() == []
        assert await desk.said(CREATED) == []

    async def test_a_card_that_takes_its_time_is_looked_up(self, desk: Desk) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer, "tok_test_pending")
        assert payment.status == "processing"
        await desk.sweep()

        assert await desk.status(payment.id) == "authorized"


class TestClosedTabs:
    @pytest.mark.parametrize(
        ("decision", "status"), [("approve", "authorized"), ("decline", "failed")]
    )
    async def test_an_answer_to_the_bank_is_found(
        self, desk: Desk, decision: str, status: str
    ) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer, CHALLENGED)
        await desk.answer_bank(payment, decision)
        await desk.sweep()

        assert await desk.status(payment.id) == status

    async def test_a_late_answer_for_an_expired_order_is_judged_like_any_other(
        self, desk: Desk
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        payment = await desk.pay(order, buyer, CHALLENGED)
        expired = cancelled(order, "expired")
        await desk.hear(expired)
        await desk.answer_bank(payment, "approve")
        await desk.sweep()
        assert len(await desk.said(CREATED)) == 1
        await desk.hear(judged(expired, payment.id, "refused"))
        await desk.settle()

        assert await desk.status(payment.id) == "voided"

    async def test_a_buyer_may_take_a_while(self, desk: Desk) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer, CHALLENGED)
        await desk.sweep()

        assert await desk.status(payment.id) == "requires_action"

    async def test_a_page_left_unanswered_is_called_off(self, desk: Desk) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer, CHALLENGED)
        await desk.age(payment.id, timedelta(hours=2))
        await desk.sweep()
        await desk.sweep()

        assert await desk.status(payment.id) == "voided"
        assert await desk.kinds(payment.id) == ["challenged", "voided"]


async def claimed(desk: Desk) -> list[UUID]:
    async with desk.database.transaction() as tx:
        due = await Repository(tx).claim_due(limit=10, lease=PATIENCE)
        return [payment.id for payment in due]


class TestSweep:
    async def test_an_authorized_payment_without_a_verdict_is_said_again(
        self, desk: Desk
    ) -> None:
        _, payment = await authorized(desk)
        before = await desk.find(payment.id)
        await desk.sweep()

        first, second = await desk.said(CREATED)
        assert first == second
        assert (await desk.find(payment.id)).version == before.version

    async def test_it_is_said_again_while_the_provider_is_away(
        self, desk: Desk
    ) -> None:
        await authorized(desk)
        desk.wire.cut_off("before")
        await desk.sweep()

        assert len(await desk.said(CREATED)) == 2

    async def test_nothing_is_due_before_the_patience_has_passed(
        self, desk: Desk
    ) -> None:
        await authorized(desk)
        await desk.settle()
        assert len(await desk.said(CREATED)) == 1

    async def test_what_one_process_looks_after_no_other_does(self, desk: Desk) -> None:
        order, payment = await authorized(desk)
        await desk.hear(judged(order, payment.id, "accepted"))
        handed_over = await claimed(desk)
        await desk.execute("UPDATE payments SET due_at = clock_timestamp()")

        assert handed_over == []
        assert [await claimed(desk) for _ in range(2)] == [[payment.id], []]

    async def test_settled_payments_are_left_alone(self, desk: Desk) -> None:
        order, payment = await authorized(desk)
        await desk.hear(judged(order, payment.id, "accepted"))
        await desk.settle()
        asked: list[None] = []
        desk.wire.watch = lambda: asked.append(None)
        await desk.sweep()

        assert asked == []
        assert (await desk.find(payment.id)).due_at is None

    async def test_a_payment_of_another_provider_is_left_alone(
        self, desk: Desk
    ) -> None:
        _, theirs = await authorized(desk)
        await desk.execute("UPDATE payments SET provider = 'other'")
        order, ours = await authorized(desk)
        await desk.hear(judged(order, ours.id, "accepted"))
        await desk.sweep()

        assert await desk.status(ours.id) == "captured"
        assert await desk.status(theirs.id) == "authorized"

    async def test_one_payments_trouble_is_not_its_neighbours(self, desk: Desk) -> None:
        broken_order, broken = await authorized(desk)
        order, payment = await authorized(desk)
        await desk.execute(
            "UPDATE payments SET reference = NULL WHERE id = :id", id=broken.id
        )
        await desk.hear(
            judged(broken_order, broken.id, "accepted"),
            judged(order, payment.id, "accepted"),
        )
        await desk.settle()

        assert await desk.status(payment.id) == "captured"
        assert await desk.status(broken.id) == "capturing"

    async def test_more_than_a_group_is_settled_in_one_go(self, desk: Desk) -> None:
        paid = [await authorized(desk, total=0) for _ in range(3)]
        desk.settlement.group = 2
        await desk.sweep()

        assert len(await desk.said(CREATED)) == 2 * len(paid)
