"""What people do, through the gateway."""

import pytest
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e


class TestBuying:
    async def test_a_member_buys_what_another_sells(self, stage: Stage) -> None:
        seller, buyer = await stage.member(), await stage.member()
        event = await seller.announce()
        offered = await seller.offer(event_id=event["id"])

        order = await buyer.order(offered, 2)
        payment = await buyer.pay(order)
        complete = await buyer.completion(order)

        assert payment["amount"] == complete["total"] == 2 * offered["price"]
        await buyer.sees(offered, available=8)
