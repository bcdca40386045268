"""Money goes back when a seller gives it back, or an event is cancelled."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from payments_desk import Browse, Desk, judged, next_state, person

from common.errors import Invalid, NotYours
from common.identity import Identity
from common.ids import new_id
from common.messages import OrderCompleted, OrderState, Verdict
from payments.errors import (
    AlreadyRefunded,
    NotCaptured,
    PaymentNotFound,
    RefundInProgress,
)
from payments.models import Payment
from payments.refunding import Refund, Wish

REFUNDED = "payments.refunded"


def wish(amount: int | None = None, *, restock: bool = True) -> Wish:
    return Wish(amount=amount, restock=restock, reason=None)


def member() -> Identity:
    return person(kind="member")


async def paid(
    desk: Desk, seller: Identity, **changes: Any
) -> tuple[OrderState, Payment]:
    """An order of this seller's tickets, complete and captured."""
    buyer = person()
    order = await desk.order(buyer, seller_id=seller.user_id, **changes)
    payment = await desk.pay(
        order, buyer, None if changes.get("total") == 0 else "tok_visa"
    )
    complete = judged(order, payment.id, "accepted")
    await desk.hear(complete)
    await desk.settle()
    return complete, await desk.find(payment.id)


async def give_back(
    desk: Desk, payment: Payment, seller: Identity, what: Wish | None = None
) -> Refund:
    asked = await desk.refunds.refund(
        payment.id, what or wish(), identity=seller, keyed=None
    )
    return asked.refund


async def given_back(desk: Desk, payment: Payment) -> list[int]:
    """What the provider has given back, entry by entry."""
    entries = await desk.ledger(payment.id)
    return [entry.amount for entry in entries if entry.kind == "refunded"]


class TestSellers:
    async def test_all_of_it_goes_back(self, desk: Desk) -> None:
        seller = member()
        _, payment = await paid(desk, seller)
        refund = await give_back(desk, payment, seller)

        assert (refund.status, refund.amount) == ("succeeded", 2550)
        kept = await desk.find(payment.id)
        assert (kept.status, kept.amount_refunded) == ("refunded", 2550)
        assert await given_back(desk, payment) == [2550]
        [said] = await desk.said(REFUNDED)
        assert (said["amount"], said["amount_refunded"]) == (2550, 2550)

    async def test_a_part_leaves_the_payment_captured(self, desk: Desk) -> None:
        seller = member()
        _, payment = await paid(desk, seller)
        for _ in range(2):
            await give_back(desk, payment, seller, wish(1000))
        kept = await desk.find(payment.id)
        assert (kept.status, kept.amount_refunded) == ("captured", 2000)

        await give_back(desk, payment, seller)
        kept = await desk.find(payment.id)
        assert (kept.status, kept.amount_refunded) == ("refunded", 2550)
        assert await given_back(desk, payment) == [1000, 1000, 550]
        said = [m["amount_refunded"] for m in await desk.said(REFUNDED)]
        assert said == [1000, 2000, 2550]

    @pytest.mark.parametrize("restock", [True, False])
    async def test_the_seller_chooses_whether_units_go_on_sale_again(
        self,
        desk: Desk,
        restock: bool,  # noqa: FBT001  # by name
    ) -> None:
        seller = member()
        _, payment = await paid(desk, seller)
        await give_back(desk, payment, seller, wish(restock=restock))
        [said] = await desk.said(REFUNDED)
        assert said.get("restock", True) is restock

    async def test_an_order_that_cost_nothing_is_given_back_too(
        self, desk: Desk
    ) -> None:
        seller = member()
        _, payment = await paid(desk, seller, total=0)
        refund = await give_back(desk, payment, seller)
        assert (refund.status, refund.amount) == ("succeeded", 0)
        assert await desk.status(payment.id) == "refunded"
        assert len(await desk.said(REFUNDED)) == 1

    async def test_no_more_goes_back_than_is_left(self, desk: Desk) -> None:
        seller = member()
        _, payment = await paid(desk, seller)
        await give_back(desk, payment, seller, wish(2000))
        with pytest.raises(Invalid) as refused:
            await give_back(desk, payment, seller, wish(551))
        [told] = refused.value.errors
        assert told.message == "At most 5.50 USD is left to refund."
        await give_back(desk, payment, seller, wish(550))
        with pytest.raises(AlreadyRefunded):
            await give_back(desk, payment, seller, wish(1))

    async def test_thousandths_go_back_in_tens(self, desk: Desk) -> None:
        seller = member()
        _, payment = await paid(desk, seller, currency="kwd", total=5120)
        with pytest.raises(Invalid) as refused:
            await give_back(desk, payment, seller, wish(1234))
        [told] = refused.value.errors
        assert told.message == "Must be a multiple of 0.010 KWD."
        await give_back(desk, payment, seller, wish(1230))

    async def test_yen_go_back_one_by_one(self, desk: Desk) -> None:
        seller = member()
        _, payment = await paid(desk, seller, currency="jpy", total=512)
        with pytest.raises(Invalid) as refused:
            await give_back(desk, payment, seller, wish(513))
        [told] = refused.value.errors
        assert (told.field, told.code) == ("amount", "left-to-refund")
        assert told.values == {"max": "512 JPY"}
        for part in (wish(1), wish(500), wish()):
            await give_back(desk, payment, seller, part)
        assert await given_back(desk, payment) == [1, 500, 11]

    async def test_what_was_not_taken_cannot_go_back(self, desk: Desk) -> None:
        seller, buyer = member(), person()
        order = await desk.order(buyer, seller_id=seller.user_id)
        payment = await desk.pay(order, buyer)
        with pytest.raises(NotCaptured):
            await give_back(desk, payment, seller)

    async def test_it_is_the_sellers_alone_to_give_back(self, desk: Desk) -> None:
        buyer = member()
        order = await desk.order(buyer, seller_id=new_id())
        payment = await desk.pay(order, buyer)
        with pytest.raises(NotYours):
            await give_back(desk, payment, buyer)
        with pytest.raises(PaymentNotFound):
            await give_back(desk, payment, member())

    async def test_two_at_the_same_moment_never_give_back_more_than_was_taken(
        self, desk: Desk
    ) -> None:
        seller = member()
        _, payment = await paid(desk, seller)
        outcomes = await asyncio.gather(
            *(give_back(desk, payment, seller, wish(1500)) for _ in range(5)),
            return_exceptions=True,
        )
        refused = [o for o in outcomes if isinstance(o, RefundInProgress | Invalid)]
        assert len(refused) == 4
        assert await given_back(desk, payment) == [1500]
        assert (await desk.find(payment.id)).amount_refunded == 1500

    async def test_a_verdict_that_came_meanwhile_is_obeyed_afterwards(
        self, desk: Desk
    ) -> None:
        seller = member()
        order, payment = await paid(desk, seller)
        desk.wire.cut_off("before")
        await give_back(desk, payment, seller, wish(1000))
        verdicts = (Verdict(payment_id=payment.id, verdict="refused"),)
        await desk.hear(next_state(order, OrderCompleted, payments=verdicts))
        await desk.sweep()
        await desk.sweep()
        assert await desk.status(payment.id) == "refunded"
        assert await given_back(desk, payment) == [1000, 1550]


class TestUnknownOutcomes:
    @pytest.mark.parametrize("cut", ["before", "after"])
    async def test_a_lost_answer_is_finished_by_the_sweep(
        self, desk: Desk, cut: Any
    ) -> None:
        seller = member()
        _, payment = await paid(desk, seller)
        desk.wire.cut_off(cut)
        refund = await give_back(desk, payment, seller, wish(1000))
        assert refund.status == "pending"
        assert await desk.status(payment.id) == "refunding"
        with pytest.raises(RefundInProgress):
            await give_back(desk, payment, seller, wish(1000))

        await desk.sweep()
        assert (await desk.find(payment.id)).amount_refunded == 1000
        assert await desk.status(payment.id) == "captured"
        assert await given_back(desk, payment) == [1000]

    async def test_what_went_back_is_not_asked_for_once_its_key_is_forgotten(
        self, desk: Desk
    ) -> None:
        """A provider keeps keys for a day."""
        seller = member()
        _, payment = await paid(desk, seller)
        desk.wire.cut_off("after")
        await give_back(desk, payment, seller, wish(1000))
        await desk.execute(
            "UPDATE refunds SET created_at = created_at - interval '24 hours'"
        )
        for _ in range(2):
            await desk.sweep()
        assert await given_back(desk, payment) == [1000]
        assert (await desk.find(payment.id)).amount_refunded == 1000

    @pytest.mark.parametrize("fault", ["error", "error_after"])
    async def test_a_provider_that_stumbled_is_asked_under_another_key(
        self, desk: Desk, fault: str
    ) -> None:
        seller = member()
        _, payment = await paid(desk, seller)
        await desk.tell_provider(operation="refund", fault=fault)
        await give_back(desk, payment, seller, wish(1000))
        await desk.sweep()
        assert await given_back(desk, payment) == [1000]
        assert (await desk.find(payment.id)).amount_refunded == 1000

    async def test_what_the_provider_refuses_is_told_and_leaves_all_as_it_was(
        self, desk: Desk
    ) -> None:
        seller = member()
        _, payment = await paid(desk, seller)
        reference = payment.reference or ""
        await desk.provider.change("refund", reference, "by hand", amount=2000)
        refund = await give_back(desk, payment, seller)
        assert (refund.status, refund.error) == ("failed", "amount_too_large")
        kept = await desk.find(payment.id)
        assert (kept.status, kept.amount_refunded) == ("captured", 0)
        assert await desk.said(REFUNDED) == []


class TestCancelledEvents:
    async def test_what_is_due_goes_back_whole(self, desk: Desk) -> None:
        seller = member()
        order, payment = await paid(desk, seller)
        await give_back(desk, payment, seller, wish(1000))
        due = next_state(order, OrderCompleted, refund_due=True)
        await desk.hear(due)
        await desk.hear(due)
        await desk.settle()
        assert await desk.status(payment.id) == "refunded"
        assert await given_back(desk, payment) == [1000, 1550]

    async def test_money_taken_afterwards_goes_back_as_well(self, desk: Desk) -> None:
        buyer = person()
        order = await desk.order(buyer)
        payment = await desk.pay(order, buyer)
        complete = judged(order, payment.id, "accepted")
        await desk.hear(next_state(complete, OrderCompleted, refund_due=True))
        await desk.settle()
        assert await desk.status(payment.id) == "refunded"
        assert await desk.kinds(payment.id) == ["authorized", "captured", "refunded"]

    async def test_a_refund_that_the_provider_refuses_is_tried_again_later(
        self, desk: Desk
    ) -> None:
        order, payment = await paid(desk, member())
        await desk.provider.change("refund", payment.reference or "", None, amount=1)
        await desk.hear(next_state(order, OrderCompleted, refund_due=True))
        await desk.settle()
        await desk.settle()
        async with desk.database.transaction() as tx:
            assert await desk.refunds._rows(tx).count_owed() == 1
        assert await desk.status(payment.id) == "captured"
        assert await given_back(desk, payment) == [1]

    async def test_many_go_back_in_one_go(self, desk: Desk) -> None:
        due = [await paid(desk, member(), total=100) for _ in range(12)]
        desk.refunds.group = 5
        await desk.hear(
            *(next_state(order, OrderCompleted, refund_due=True) for order, _ in due)
        )
        await desk.refunds.run_owed()
        assert {await desk.status(p.id) for _, p in due} == {"refunded"}


class TestApi:
    async def test_a_refund_is_made_once_for_a_key(
        self, desk: Desk, browse: Browse
    ) -> None:
        seller = member()
        _, payment = await paid(desk, seller)
        http, url = browse(seller), f"/api/payments/{payment.id}/refunds"
        body = {"amount": 1000, "restock": False, "reason": "Late start"}
        key = {"Idempotency-Key": str(uuid4())}
        first = await http.post(url, json=body, headers=key)
        again = await http.post(url, json=body, headers=key)
        other = await http.post(url, json={**body, "amount": 1}, headers=key)

        assert [first.status_code, again.status_code, other.status_code] == [
            201,
            201,
            422,
        ]
        assert first.json() == again.json()
        assert first.json()["status"] == "succeeded"
        assert again.headers["Idempotent-Replayed"] == "true"
        assert await given_back(desk, payment) == [1000]

    async def test_a_key_of_one_payment_gives_no_other_back(
        self, desk: Desk, browse: Browse
    ) -> None:
        seller = member()
        payments = [(await paid(desk, seller))[1] for _ in range(2)]
        http, key = browse(seller), {"Idempotency-Key": str(uuid4())}
        answers = [
            await http.post(
                f"/api/payments/{payment.id}/refunds",
                json={"restock": True},
                headers=key,
            )
            for payment in payments
        ]
        assert [a.status_code for a in answers] == [201, 422]

    async def test_who_may_not_is_told_no_more_than_that(
        self, desk: Desk, browse: Browse
    ) -> None:
        _, payment = await paid(desk, member())
        url, body = f"/api/payments/{payment.id}/refunds", {"restock": True}
        answers = [
            await browse().post(url, json=body),
            await browse(person()).post(url, json=body),
            await browse(member()).post(url, json=body),
        ]
        assert [a.status_code for a in answers] == [401, 403, 404]
        assert answers[1].json()["type"] == "/problems/guest"

    async def test_the_seller_finds_what_was_paid_and_nothing_else(
        self, desk: Desk, browse: Browse
    ) -> None:
        seller, buyer = member(), person()
        order = await desk.order(buyer, seller_id=seller.user_id)
        payment = await desk.pay(order, buyer)
        url = f"/api/payments?order_id={order.order_id}"
        assert (await browse(seller).get(url)).json()["items"] == []
        await desk.hear(judged(order, payment.id, "accepted"))
        await desk.settle()

        [found] = (await browse(seller).get(url)).json()["items"]
        assert UUID(found["id"]) == payment.id
        assert (await browse(seller).get("/api/payments")).json()["items"] == []
        one = await browse(seller).get(f"/api/payments/{payment.id}")
        assert one.status_code == 200
        assert (await browse(member()).get(url)).json()["items"] == []
