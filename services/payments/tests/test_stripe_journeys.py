"""Payments through Stripe: whatever fails on the way is brought to its end."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from fake_stripe_http import Kind, Operation
from payments_desk import Judged, person
from stripe_desk import CHALLENGED, DECLINED, VISA, StripeDesk, open_stripe_desk

from common.clock import utcnow
from common.database import Database
from common.errors import Busy, Invalid
from common.idempotency import Keyed
from payments.errors import Declined, PaymentInProgress
from payments.models import Payment
from payments.recording import ROUTE
from payments.refunding import Refund, RefundRows, Wish
from payments.refunds import Refunds

#: Call, verdict, how it ends, what is kept.
VERDICTS: list[tuple[Operation, Judged, str, int]] = [
    ("capture", "accepted", "captured", 2550),
    ("cancel", "refused", "voided", 0),
]
BOTH: tuple[Judged, Judged] = ("accepted", "refused")


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[StripeDesk]:
    async with open_stripe_desk(database) as desk:
        yield desk


class TestPaying:
    async def test_nothing_is_taken_before_the_verdict(self, desk: StripeDesk) -> None:
        order = await desk.order()
        payment = await desk.pay(order)
        assert payment.status == "authorized"
        assert desk.fake.rules.moved(payment.reference) == ["authorized"]

        await desk.judge(order, payment, "accepted")
        assert await desk.status(payment) == "captured"
        assert desk.fake.rules.kept(payment.reference or "") == 2550

    async def test_what_was_refused_is_called_off(self, desk: StripeDesk) -> None:
        order = await desk.order()
        payment = await desk.pay(order)
        await desk.judge(order, payment, "refused")
        assert await desk.status(payment) == "voided"
        assert desk.fake.rules.moved(payment.reference) == ["authorized", "voided"]

    async def test_a_declined_card_is_followed_by_another(
        self, desk: StripeDesk
    ) -> None:
        order = await desk.order()
        with pytest.raises(Declined) as declined:
            await desk.pay(order, DECLINED)
        assert declined.value.extra["decline_code"] == "generic_decline"
        assert "payments.started" not in await desk.said()
        assert (await desk.pay(order)).status == "authorized"

    async def test_what_is_no_card_is_wrong_input(self, desk: StripeDesk) -> None:
        with pytest.raises(Invalid):
            await desk.pay(await desk.order(), "pm_card_nobody")

    async def test_our_own_fault_is_not_the_cards(self, desk: StripeDesk) -> None:
        order = await desk.order()
        desk.fault("create", "locked_out")
        with pytest.raises(Busy):
            await desk.pay(order)
        assert (await desk.pay(order)).status == "authorized"

    async def test_an_amount_that_no_card_can_be_charged_is_told_as_that(
        self, desk: StripeDesk
    ) -> None:
        """Not as trouble that passes, nor as a declined card, and so each time."""
        order = await desk.order(total=1_000_000, currency="ugx")
        key = Keyed(
            user_id=desk.buyer.user_id, route=ROUTE, key="k", fingerprint=b"ugx"
        )
        for _ in range(2):
            with pytest.raises(Invalid) as refused:
                await desk.payments.pay(
                    order_id=order.order_id, token=VISA, identity=desk.buyer, keyed=key
                )
            [error] = refused.value.errors
            assert error.field == "order_id"


class TestActions:
    async def test_orders_hears_that_the_buyer_is_at_the_bank(
        self, desk: StripeDesk
    ) -> None:
        payment = await desk.pay(await desk.order(), CHALLENGED)
        assert payment.status == "requires_action"
        assert (payment.next_action or {})["type"] == "stripe_sdk"
        assert await desk.said() == ["payments.started"]

    async def test_back_from_the_bank_it_is_authorized(self, desk: StripeDesk) -> None:
        payment = await desk.pay(await desk.order(), CHALLENGED)
        desk.fake.rules.authenticate(payment.reference or "", approved=True)
        for _ in range(2):
            payment = (await desk.payments.confirm(payment.id, desk.buyer)).payment
            assert payment.status == "authorized"

    async def test_a_closed_tab_locks_nobody_out(self, desk: StripeDesk) -> None:
        order = await desk.order()
        closed = await desk.pay(order, CHALLENGED)
        payment = await desk.pay(order)

        assert payment.status == "authorized"
        assert await desk.status(closed) == "voided"
        assert desk.fake.rules.intents[closed.reference or ""]["status"] == "canceled"

    async def test_approved_meanwhile_the_first_one_stands(
        self, desk: StripeDesk
    ) -> None:
        """Called off after the bank approved: never both."""
        order = await desk.order()
        first = await desk.pay(order, CHALLENGED)
        desk.fake.rules.authenticate(first.reference or "", approved=True)
        second = await desk.pay(order)

        assert second.status == "authorized"
        assert await desk.status(first) == "voided"
        assert desk.fake.rules.moved(first.reference) == ["authorized", "voided"]

    async def test_nobody_comes_back_for_an_hour(self, desk: StripeDesk) -> None:
        payment = await desk.pay(await desk.order(), CHALLENGED)
        await desk.execute(
            "UPDATE payments SET created_at = created_at - interval '61 minutes'"
        )
        for _ in range(2):
            await desk.sweep()
        assert await desk.status(payment) == "voided"


class TestSweep:
    @pytest.mark.parametrize("operation", ["create", "confirm"])
    @pytest.mark.parametrize("kind", ["hang", "hang_after", "busy"])
    async def test_an_authorization_without_answer_is_finished(
        self, desk: StripeDesk, operation: Operation, kind: Kind
    ) -> None:
        order = await desk.order()
        desk.fault(operation, kind)
        payment = await desk.pay(order)
        assert payment.status == "processing"
        assert await desk.said() == ["payments.started"]
        with pytest.raises(PaymentInProgress):
            await desk.pay(order)
        desk.fake.released.set()

        await self.finished(desk, payment, "authorized")
        assert [kind for _, kind, _ in desk.fake.rules.ledger] == ["authorized"]

    @pytest.mark.parametrize("kind", ["hang", "hang_after", "error", "error_after"])
    @pytest.mark.parametrize("case", VERDICTS)
    async def test_a_verdict_without_answer_is_carried_out_once(
        self, desk: StripeDesk, kind: Kind, case: tuple[Operation, Judged, str, int]
    ) -> None:
        operation, verdict, end, kept = case
        order = await desk.order()
        payment = await desk.pay(order)
        desk.fault(operation, kind)
        await desk.judge(order, payment, verdict)
        desk.fake.released.set()

        await self.finished(desk, payment, end)
        assert desk.fake.rules.kept(payment.reference or "") == kept
        assert len(desk.fake.rules.moved(payment.reference)) == 2

    async def test_an_unjudged_payment_is_said_again_never_decided(
        self, desk: StripeDesk
    ) -> None:
        payment = await desk.pay(await desk.order())
        await desk.sweep()
        assert await desk.status(payment) == "authorized"
        assert await desk.said() == ["payments.created"] * 2

    async def test_an_authorization_that_lapsed_has_failed(
        self, desk: StripeDesk
    ) -> None:
        payment = await desk.pay(await desk.order())
        desk.fake.rules.lapse(payment.reference or "")
        await self.finished(desk, payment, "failed")
        assert (await desk.said())[-1] == "payments.failed"

    async def finished(self, desk: StripeDesk, payment: Payment, end: str) -> None:
        for _ in range(8):
            if await desk.status(payment) == end:
                return
            await desk.sweep()
        assert await desk.status(payment) == end


class TestKeys:
    """Where looking up does not tell, the key alone keeps money from moving twice."""

    async def test_an_authorization_is_asked_for_again_under_its_key(
        self, desk: StripeDesk
    ) -> None:
        desk.fake.search_lags = True
        desk.fault("create", "hang")
        payment = await desk.pay(await desk.order())
        await desk.sweep()
        assert await desk.status(payment) == "authorized"
        asked = desk.fake.asked("create")
        assert [call.key for call in asked] == [asked[0].key] * 2

    async def test_a_refund_on_its_way_is_asked_for_again_under_its_key(
        self, desk: StripeDesk
    ) -> None:
        seller, refunds = person(kind="member"), Refunds(desk.database, desk.settlement)
        order = await desk.order(seller_id=seller.user_id)
        payment = await desk.pay(order)
        await desk.judge(order, payment, "accepted")
        desk.fault("refund", "hang")
        wish = Wish(amount=1000, restock=True, reason=None)
        await refunds.refund(payment.id, wish, identity=seller, keyed=None)
        await desk.execute("UPDATE refunds SET due_at = clock_timestamp()")
        await refunds.run_due()
        assert (await desk.find(payment)).amount_refunded == 1000
        asked = desk.fake.asked("refund")
        assert [call.key for call in asked] == [asked[0].key] * 2

    async def test_an_answer_said_again_is_no_refund_that_its_bank_sent_back(
        self, desk: StripeDesk
    ) -> None:
        """What Stripe answered the first time nobody heard, and it holds no more."""
        seller, refunds = person(kind="member"), Refunds(desk.database, desk.settlement)
        order = await desk.order(seller_id=seller.user_id)
        payment = await desk.pay(order)
        await desk.judge(order, payment, "accepted")
        desk.fault("refund", "hang_after")
        wish = Wish(amount=1000, restock=True, reason=None)
        asked = await refunds.refund(payment.id, wish, identity=seller, keyed=None)
        desk.fake.rules.send_back(payment.reference or "")
        desk.fake.released.set()

        refund = await self.looked_after(desk, refunds, asked.refund)
        assert (refund.status, refund.attempt) == ("pending", 2)
        assert "payments.refunded" not in await desk.said()
        refund = await self.looked_after(desk, refunds, asked.refund)
        assert refund.status == "succeeded"
        assert desk.fake.rules.kept(payment.reference or "") == 1550

    async def looked_after(
        self, desk: StripeDesk, refunds: Refunds, refund: Refund
    ) -> Refund:
        await desk.execute("UPDATE refunds SET due_at = clock_timestamp()")
        await refunds.run_due()
        async with desk.database.transaction() as tx:
            return await RefundRows(tx).get(refund.id)


class TestReconciliation:
    async def test_a_day_that_agrees_has_no_difference(self, desk: StripeDesk) -> None:
        for verdict in BOTH:
            order = await desk.order()
            await desk.judge(order, await desk.pay(order), verdict)
        with pytest.raises(Declined):
            await desk.pay(await desk.order(), DECLINED)
        report = await desk.reconciliation.run(utcnow().date())
        assert (report.compared, report.differences) == (3, [])

    async def test_each_kind_of_difference_is_told(self, desk: StripeDesk) -> None:
        order = await desk.order()
        payment = await desk.pay(order)
        await desk.judge(order, payment, "accepted")
        day = utcnow().date()

        async def told(change: str) -> str:
            """What is told of it, after a change that is taken back."""
            await desk.execute(f"UPDATE payments SET {change}")
            report = await desk.reconciliation.run(day)
            await desk.execute(
                "UPDATE payments SET status = 'captured', amount = 2550,"
                " amount_refunded = 0, currency = 'usd'"
            )
            return "; ".join(each.what for each in report.differences)

        assert "is voided here and captured there" in await told("status = 'voided'")
        assert "captured 2500 here and 2550 there" in await told("amount = 2500")
        assert "refunded 50 here and 0 there" in await told("amount_refunded = 50")
        assert "currency eur here and usd there" in await told("currency = 'eur'")
        assert not await told("version = version")

    @pytest.mark.parametrize(
        ("taken", "end", "moved"),
        [
            (True, "refunded", ["authorized", "captured", "refunded"]),
            (False, "voided", ["authorized", "voided"]),
        ],
    )
    async def test_what_is_over_here_and_not_there_is_looked_at_again(
        self,
        desk: StripeDesk,
        taken: bool,  # noqa: FBT001  # by name
        end: str,
        moved: list[str],
    ) -> None:
        """No news told of it: the sweep ends it there, and the day agrees."""
        payment = await desk.pay(await desk.order())
        await desk.execute("UPDATE payments SET status = 'voided', due_at = NULL")
        if taken:
            intent = desk.fake.rules.intents[payment.reference or ""]
            desk.fake.rules.capture(intent, {})
        day = utcnow().date()
        found = (await desk.reconciliation.run(day)).differences
        assert "looked at again" in found[0].what
        await desk.settlement.run_due()
        await desk.settlement.run_due()

        ended = await desk.find(payment)
        assert (ended.status, ended.due_at) == (end, None)
        assert desk.fake.rules.moved(payment.reference) == moved
        assert (await desk.reconciliation.run(day)).differences == []

    async def test_what_only_one_side_has_is_told(self, desk: StripeDesk) -> None:
        payment = await desk.pay(await desk.order(), VISA)
        intent = desk.fake.rules.intents.pop(payment.reference or "")
        await desk.execute("UPDATE payments SET status = 'voided', due_at = NULL")
        [missing] = (await desk.reconciliation.run(utcnow().date())).differences
        assert "not known there" in missing.what

        stranger = "01900000-0000-7000-8000-000000000001"
        intent["metadata"]["payment_id"] = stranger
        desk.fake.rules.intents[intent["id"]] = intent
        found = (await desk.reconciliation.run(utcnow().date())).differences
        assert (str(found[-1].payment_id), found[-1].what) == (
            stranger,
            "is not known here",
        )

    async def test_the_command_ends_with_1_on_a_difference(
        self, desk: StripeDesk
    ) -> None:
        order = await desk.order()
        await desk.judge(order, await desk.pay(order), "accepted")
        day = utcnow().date().isoformat()
        code, printed = await desk.reconcile(day)
        assert (code, printed) == (0, f"{day}: 1 payments compared, 0 differences.\n")

        await desk.execute("UPDATE payments SET amount_refunded = 50")
        code, printed = await desk.reconcile(day)
        assert code == 1
        assert "refunded 50 here and 0 there" in printed

    async def test_books_that_cannot_be_read_are_no_difference(
        self, desk: StripeDesk
    ) -> None:
        desk.fault("list", "error")
        assert (await desk.reconcile(utcnow().date().isoformat()))[0] == 2

    async def test_what_moves_meanwhile_is_no_difference(
        self, desk: StripeDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order = await desk.order()
        await desk.judge(order, await desk.pay(order), "accepted")
        read = desk.stripe.statement

        async def statement(since: datetime, until: datetime) -> AsyncIterator[Any]:
            async for recorded in read(since, until):
                yield recorded
            await desk.execute(
                "UPDATE payments SET version = version + 1, amount_refunded = 50"
            )

        monkeypatch.setattr(desk.stripe, "statement", statement)
        day = utcnow().date()
        assert (await desk.reconciliation.run(day)).differences == []
        monkeypatch.undo()
        [settled] = (await desk.reconciliation.run(day)).differences
        assert settled.what == "refunded 50 here and 0 there"

    async def test_what_is_old_and_not_over_is_told(self, desk: StripeDesk) -> None:
        await desk.pay(await desk.order())
        await desk.execute(
            "UPDATE payments SET created_at = created_at - interval '3 hours'"
        )
        day = (utcnow() - timedelta(hours=3)).date()
        [late] = (await desk.reconciliation.run(day)).differences
        assert late.what == "is still authorized"
