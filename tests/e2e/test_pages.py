"""What people do on the pages, in a real browser: at a desk and on a phone."""

import pytest
import pytest_asyncio
from browser_kit.visitor import Open
from system_kit.stage import Stage

pytestmark = pytest.mark.e2e

FLOOR = "Floor"


@pytest_asyncio.fixture
async def event(stage: Stage) -> str:
    """The page of an event that somebody has just put on sale."""
    seller = await stage.member()
    made = await seller.announce()
    await seller.offer(event_id=made["id"], title=FLOOR, quantity=3)
    return f"/events/{made['id']}"


async def test_a_member_buys_what_another_sells(window: Open) -> None:
    async with window() as seller, window() as buyer:
        await seller.sign_up()
        event = await seller.sell(FLOOR, price="25.50", quantity=3)
        await buyer.sign_up()
        await buyer.hold(event, FLOOR, quantity=2)
        await buyer.pay()
        await buyer.is_done()
        await buyer.go("/orders")
        await buyer.sees("orders.states.complete")


async def test_a_guest_buys_without_an_account(window: Open, event: str) -> None:
    async with window() as guest:
        await guest.hold(event, FLOOR, quantity=1)
        await guest.pay()
        await guest.is_done()
        await guest.sees("keep.title")


async def test_a_hold_that_runs_out_gives_its_ticket_back(
    stage: Stage, window: Open, event: str
) -> None:
    async with window() as guest, window() as other:
        path = await guest.hold(event, FLOOR, quantity=3)
        await stage.expire({"id": path.rsplit("/", 1)[-1]})
        await guest.sees("ended.expired.title")
        await other.hold(event, FLOOR, quantity=3)


async def test_a_declined_card_is_told_and_another_taken(
    window: Open, event: str
) -> None:
    async with window() as guest:
        await guest.hold(event, FLOOR, quantity=1)
        await guest.pay("declined")
        await guest.sees("pay.declined")
        await guest.pay()
        await guest.is_done()


async def test_the_bank_asks_and_leads_back(window: Open, event: str) -> None:
    async with window() as guest:
        await guest.hold(event, FLOOR, quantity=1)
        await guest.pay("secure")
        await guest.answer_bank(approve=True)
        await guest.is_done()


async def test_tickets_given_back_are_on_sale_again(window: Open, event: str) -> None:
    async with window() as guest, window() as other:
        await guest.hold(event, FLOOR, quantity=3)
        await guest.give_back()
        await guest.sees("ended.buyer.title")
        await other.hold(event, FLOOR, quantity=3)
