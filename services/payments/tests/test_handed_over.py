"""Who hears a verdict carries it out; what is left of it is the sweep's."""

from datetime import timedelta

import pytest
from payments_desk import Desk, judged, person

from common.messages import OrderState
from payments import settlement
from payments.models import Payment


async def authorized(desk: Desk) -> tuple[OrderState, Payment]:
    buyer = person()
    order = await desk.order(buyer)
    return order, await desk.pay(order, buyer)


async def test_who_hears_a_verdict_carries_it_out(desk: Desk) -> None:
    order, payment = await authorized(desk)
    await desk.hear(judged(order, payment.id, "accepted"))
    assert desk.settlement.handed_over.is_set()
    await desk.settlement.run_handed_over()

    assert await desk.status(payment.id) == "captured"


async def test_a_verdict_that_is_not_committed_is_not(desk: Desk) -> None:
    order, payment = await authorized(desk)

    async def fail() -> None:
        async with desk.database.transaction() as tx:
            verdict = judged(order, payment.id, "accepted")
            await desk.payments.follow([verdict], tx)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await fail()
    await desk.settle()

    assert await desk.kinds(payment.id) == ["authorized"]


async def test_what_waited_too_long_is_left_to_the_sweep(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlement, "LEASE", timedelta())
    order, payment = await authorized(desk)
    await desk.hear(judged(order, payment.id, "accepted"))
    await desk.settlement.run_handed_over()
    assert await desk.status(payment.id) == "capturing"
    await desk.settle()

    assert await desk.status(payment.id) == "captured"
    assert await desk.kinds(payment.id) == ["authorized", "captured"]
