"""Methods that Stripe cannot authorize first: money, then the ticket or the refund."""

from collections.abc import AsyncIterator

import pytest
from payments_desk import Judged
from stripe_desk import VISA, StripeDesk, open_stripe_desk

from common.database import Database
from common.errors import Busy
from common.messages import OrderCreated
from payments.errors import PaymentInProgress
from payments.models import Payment

IDEAL = "pm_ideal"
DEBIT = "pm_sepa_debit"
#: Verdict, how it ends, and what is kept.
VERDICTS: list[tuple[Judged, str, int]] = [
    ("accepted", "captured", 2550),
    ("refused", "refunded", 0),
]


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[StripeDesk]:
    async with open_stripe_desk(database) as desk:
        yield desk


async def at_bank(desk: StripeDesk) -> tuple[OrderCreated, Payment]:
    order = await desk.order(currency="eur")
    return order, await desk.pay(order, IDEAL)


def reference(payment: Payment) -> str:
    assert payment.reference is not None
    return payment.reference


async def test_the_buyer_is_led_to_the_banks_page(desk: StripeDesk) -> None:
    _, payment = await at_bank(desk)
    assert payment.status == "requires_action"
    assert (payment.next_action or {})["type"] == "redirect"
    assert await desk.said() == ["payments.started"]
    assert desk.fake.rules.moved(payment.reference) == []


@pytest.mark.parametrize(("verdict", "end", "kept"), VERDICTS)
async def test_money_is_there_first_and_the_verdict_decides_whose_it_is(
    desk: StripeDesk, verdict: Judged, end: str, kept: int
) -> None:
    order, payment = await at_bank(desk)
    desk.fake.rules.authenticate(reference(payment), approved=True)
    back = (await desk.payments.confirm(payment.id, desk.buyer)).payment
    assert (back.status, back.taken_at_once) == ("authorized", True)
    assert desk.fake.rules.moved(payment.reference) == ["captured"]

    await desk.judge(order, payment, verdict)
    assert await desk.status(payment) == end
    assert desk.fake.rules.kept(reference(payment)) == kept
    assert not desk.fake.asked("capture")
    assert not desk.fake.asked("cancel")


@pytest.mark.parametrize(("verdict", "end", "kept"), VERDICTS)
async def test_news_alone_brings_it_to_its_end(
    desk: StripeDesk, verdict: Judged, end: str, kept: int
) -> None:
    """The buyer closed the browser at the bank; news comes twice, in any order."""
    order, payment = await at_bank(desk)
    desk.fake.rules.authenticate(reference(payment), approved=True)
    await desk.deliver(*reversed(desk.fake.rules.events * 2))
    await desk.judge(order, payment, verdict)
    await desk.deliver(*desk.fake.rules.events)
    assert await desk.status(payment) == end
    assert desk.fake.rules.kept(reference(payment)) == kept


async def test_without_news_the_sweep_finds_it(desk: StripeDesk) -> None:
    order, payment = await at_bank(desk)
    desk.fake.rules.authenticate(reference(payment), approved=True)
    await desk.sweep()
    assert (await desk.said())[-1] == "payments.created"
    await desk.judge(order, payment, "accepted")
    assert await desk.status(payment) == "captured"


async def test_a_bank_that_refuses_frees_the_order(desk: StripeDesk) -> None:
    order, payment = await at_bank(desk)
    desk.fake.rules.authenticate(reference(payment), approved=False)
    refused = await desk.payments.confirm(payment.id, desk.buyer)
    assert refused.payment.status == "failed"
    assert (await desk.pay(order, VISA)).status == "authorized"


async def test_paid_at_the_bank_after_another_card_it_goes_back(
    desk: StripeDesk,
) -> None:
    """What was approved in one tab is called off in another: never both are kept."""
    order, payment = await at_bank(desk)
    desk.fake.rules.authenticate(reference(payment), approved=True)
    with pytest.raises(PaymentInProgress):
        await desk.pay(order, VISA)
    await desk.sweep()
    assert await desk.status(payment) == "refunded"
    assert desk.fake.rules.kept(reference(payment)) == 0
    assert (await desk.pay(order, VISA)).status == "authorized"


async def test_a_refund_without_answer_is_finished_and_given_once(
    desk: StripeDesk,
) -> None:
    order, payment = await at_bank(desk)
    desk.fake.rules.authenticate(reference(payment), approved=True)
    await desk.payments.confirm(payment.id, desk.buyer)
    desk.fault("refund", "hang_after")
    await desk.judge(order, payment, "refused")
    assert (await desk.find(payment)).shown == "authorized"
    desk.fake.released.set()
    await desk.sweep()
    assert await desk.status(payment) == "refunded"
    assert desk.fake.rules.moved(payment.reference) == ["captured", "refunded"]


class TestDebit:
    """A bank that takes days, and lets nobody call it off."""

    @pytest.mark.parametrize(("verdict", "end", "kept"), VERDICTS)
    async def test_orders_hears_of_it_while_it_is_waited_for(
        self, desk: StripeDesk, verdict: Judged, end: str, kept: int
    ) -> None:
        order = await desk.order(currency="eur")
        payment = await desk.pay(order, DEBIT)
        assert payment.status == "processing"
        await desk.sweep()
        assert await desk.said() == ["payments.started"] * 2
        with pytest.raises(PaymentInProgress):
            await desk.pay(order, VISA)

        desk.fake.rules.finish(reference(payment))
        await desk.sweep()
        await desk.judge(order, payment, verdict)
        assert await desk.status(payment) == end
        assert desk.fake.rules.kept(reference(payment)) == kept

    async def test_refused_days_later_it_has_failed(self, desk: StripeDesk) -> None:
        order = await desk.order(currency="eur")
        payment = await desk.pay(order, DEBIT)
        desk.fake.rules.finish(reference(payment), "debit_not_authorized")
        await desk.sweep()
        assert await desk.status(payment) == "failed"
        assert (await desk.pay(order, VISA)).status == "authorized"


async def test_what_cannot_be_paid_so_is_told_at_once(desk: StripeDesk) -> None:
    """Dollars at a bank of euros: the intent is closed, and a card may pay."""
    order = await desk.order(currency="usd")
    with pytest.raises(Busy):
        await desk.pay(order, IDEAL)
    assert {each["status"] for each in desk.fake.rules.intents.values()} == {"canceled"}
    assert (await desk.pay(order, VISA)).status == "authorized"
