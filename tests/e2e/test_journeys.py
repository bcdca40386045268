"""What people do, through the gateway."""

from http import HTTPStatus

import pytest
import pytest_asyncio
from system_kit.people import (
    BANKS,
    CHALLENGED,
    DECLINED,
    VISA,
    Json,
    Person,
    order_of,
    payment_of,
)
from system_kit.stage import ORDERS, Stage

from common.testing.waiting import eventually

pytestmark = pytest.mark.e2e

#: A session that ended is unknown everywhere within this many seconds.
SIGNED_OUT = 5.0


@pytest_asyncio.fixture
async def seller(stage: Stage) -> Person:
    return await stage.member()


@pytest_asyncio.fixture
async def offered(seller: Person) -> Json:
    event = await seller.announce()
    return await seller.offer(event_id=event["id"], quantity=4)


class TestBuying:
    async def test_a_member_buys_what_another_sells(
        self, stage: Stage, offered: Json
    ) -> None:
        buyer = await stage.member()
        order = await buyer.order(offered, 2)
        payment = await buyer.pay(order)
        complete = await buyer.completion(order)

        assert payment["amount"] == complete["total"] == 2 * offered["price"]
        assert [o["id"] for o in (await buyer.ask("GET", "/api/orders"))["items"]] == [
            order["id"]
        ]
        paid = await eventually(lambda: captured(buyer, payment))
        assert paid["amount"] == complete["total"]
        await buyer.sees(offered, available=2)

    async def test_a_guest_buys_without_an_account(
        self, stage: Stage, offered: Json
    ) -> None:
        guest = await stage.guest()
        order = await guest.order(offered)
        await guest.pay(order)
        assert (await guest.completion(order))["status"] == "complete"

    async def test_a_program_buys_with_a_bearer_token(
        self, stage: Stage, offered: Json
    ) -> None:
        program = (await stage.guest()).elsewhere(stage.url)
        order = await program.order(offered)
        await program.pay(order)
        await program.completion(order)

    async def test_a_free_order_needs_no_card(
        self, stage: Stage, seller: Person
    ) -> None:
        free = await seller.offer(price=0)
        guest = await stage.guest()
        order = await guest.order(free)
        payment = await guest.pay(order, token=None)
        assert (await guest.completion(order))["total"] == payment["amount"] == 0

    async def test_a_declined_card_leaves_the_hold_for_another(
        self, stage: Stage, offered: Json
    ) -> None:
        guest = await stage.guest()
        order = await guest.order(offered)
        refusal = await guest.ask(
            "POST", "/api/payments", 402, json=payment_of(order, DECLINED)
        )
        assert refusal["decline_code"] == "generic_decline"
        assert (await guest.find(order))["status"] == "created"
        await guest.pay(order)
        await guest.completion(order)

    async def test_an_event_with_several_tickets_is_one_order(
        self, stage: Stage, seller: Person
    ) -> None:
        event = await seller.announce()
        floor = await seller.offer(event_id=event["id"], title="Floor")
        balcony = await seller.offer(event_id=event["id"], title="Balcony", price=100)
        items = [*order_of(floor)["items"], *order_of(balcony, 3)["items"]]
        guest = await stage.guest()
        order = await guest.ask(
            "POST",
            "/api/orders",
            201,
            params={"event_id": event["id"]},
            json={"items": items, "expected_total": 2850},
        )
        await guest.pay(order)
        complete = await guest.completion(order)
        assert complete["event"]["name"] == event["name"]
        await guest.sees(balcony, available=7)


class TestGuests:
    async def test_who_signs_up_keeps_orders(self, stage: Stage, offered: Json) -> None:
        person = await stage.guest()
        order = await person.order(offered)
        user = await person.sign_up()
        assert (await person.find(order))["buyer_id"] == user["id"]
        await person.pay(order)
        await person.completion(order)

    async def test_who_signs_in_keeps_orders(self, stage: Stage, offered: Json) -> None:
        member, browser = await stage.member(), await stage.guest()
        held = await browser.order(offered)
        await browser.sign_in(member.email)
        await browser.pay(held)
        await browser.completion(held)
        mine = await browser.ask("GET", "/api/orders")
        assert held["id"] in [order["id"] for order in mine["items"]]


class TestTheBank:
    @pytest.mark.parametrize("token", [CHALLENGED, *BANKS])
    async def test_an_approved_challenge_completes_the_order(
        self, stage: Stage, offered: Json, token: str
    ) -> None:
        guest = await stage.guest()
        order = await guest.order(offered)
        payment = await guest.pay(order, token)
        assert payment["status"] == "requires_action"
        back = await guest.answer_bank(payment, "approve")
        assert f"/orders/{order['id']}" in back
        confirmed = await guest.confirm(payment)
        assert confirmed["status"] in {"processing", "authorized", "captured"}
        await guest.completion(order)
        await guest.captured(payment)

    async def test_what_a_bank_took_for_a_cancelled_order_goes_back(
        self, stage: Stage, offered: Json
    ) -> None:
        guest = await stage.guest()
        order = await guest.order(offered)
        payment = await guest.pay(order, BANKS[0])
        await guest.cancel(order)
        await guest.answer_bank(payment, "approve")
        await guest.confirm(payment)

        async def given_back() -> bool:
            path = f"/api/payments/{payment['id']}"
            return (await guest.ask("GET", path))["status"] == "refunded"

        await eventually(given_back)

    async def test_at_the_bank_the_hold_lasts_longer_once(
        self, stage: Stage, offered: Json
    ) -> None:
        guest = await stage.guest()
        order = await guest.order(offered)
        path = f"/api/orders/{order['id']}"

        async def waiting() -> Json:
            shown = await guest.ask("GET", path)
            assert shown["status"] == "awaiting_payment"
            return shown

        await guest.pay(order, CHALLENGED)
        longer = await eventually(waiting)
        assert longer["expires_at"] > order["expires_at"]

        # The tab was closed: another card, and the first attempt is called off.
        await guest.pay(order, CHALLENGED)
        await guest.pay(order)
        done = await guest.completion(order)
        assert done["expires_at"] == longer["expires_at"]

    async def test_a_declined_challenge_leaves_the_hold(
        self, stage: Stage, offered: Json
    ) -> None:
        guest = await stage.guest()
        order = await guest.order(offered)
        payment = await guest.pay(order, CHALLENGED)
        await guest.answer_bank(payment, "decline")
        assert (await guest.confirm(payment))["status"] == "failed"
        await guest.pay(order)
        await guest.completion(order)

    async def test_another_card_takes_the_place_of_a_challenge(
        self, stage: Stage, offered: Json
    ) -> None:
        guest = await stage.guest()
        order = await guest.order(offered)
        left = await guest.pay(order, CHALLENGED)
        await guest.pay(order, VISA)
        await guest.completion(order)
        attempts = await guest.ask(
            "GET", "/api/payments", params={"order_id": order["id"]}
        )
        by_id = {attempt["id"]: attempt["status"] for attempt in attempts["items"]}
        assert by_id.pop(left["id"]) == "voided"
        assert len(by_id) == 1


class TestEnding:
    async def test_a_hold_ends_and_its_ticket_returns(
        self, stage: Stage, offered: Json
    ) -> None:
        guest = await stage.guest()
        async with stage.told(*ORDERS, ORDERS_HOLD_SECONDS="2"):
            order = await guest.order(offered, 4)
            await guest.sees(offered, available=0)
            assert (await guest.expiry(order))["status"] == "cancelled"
        await guest.sees(offered, available=4)
        late = await eventually(lambda: refused_late(guest, order))
        assert late["type"] == "/problems/hold-ended"

    async def test_the_buyer_cancels_and_others_may_buy(
        self, stage: Stage, offered: Json
    ) -> None:
        first, second = await stage.guest(), await stage.guest()
        order = await first.order(offered, 4)
        held = await second.ask("POST", "/api/orders", 409, json=order_of(offered))
        assert held["type"] == "/problems/all-held"
        await first.cancel(order)
        await first.cancel(order)
        assert (await first.find(order))["reason"] == "buyer"
        # With a key, as pages ask: another process may remember for a moment that
        # nothing was left, and tells so those who ask without.
        await second.order(offered, 4, headers={"Idempotency-Key": "mine"})

    async def test_what_people_see_follows_within_two_seconds(
        self, stage: Stage, offered: Json
    ) -> None:
        guest, onlooker = await stage.guest(), stage.person()
        order = await guest.order(offered, 3)
        seen = await onlooker.sees(offered, available=1)
        assert seen["status"] == "on_sale"
        await guest.cancel(order)
        await onlooker.sees(offered, available=4)
        event = await onlooker.ask("GET", f"/api/events/{offered['event_id']}")
        assert event["available"] == 4

    async def test_signing_out_ends_the_session_in_every_service(
        self, stage: Stage
    ) -> None:
        person = await stage.member()
        stolen = person.elsewhere(stage.url)
        await person.sign_out()
        for path in ("/api/users/sessions", "/api/orders", "/api/payments"):
            await eventually(
                lambda path=path: forgotten(stolen, path), limit=SIGNED_OUT
            )
        await eventually(lambda: may_not_sell(stolen), limit=SIGNED_OUT)
        assert await person.me() is None


async def captured(buyer: Person, payment: Json) -> Json:
    found = await buyer.ask("GET", f"/api/payments/{payment['id']}")
    assert found["status"] == "captured"
    return found


async def refused_late(buyer: Person, order: Json) -> Json:
    """Pay, once payments has heard that the hold is over."""
    answer = await buyer.http.post("/api/payments", json=payment_of(order))
    assert answer.status_code == HTTPStatus.GONE
    return answer.json()


async def forgotten(person: Person, path: str) -> bool:
    answer = await person.http.get(path)
    return answer.status_code == HTTPStatus.UNAUTHORIZED


async def may_not_sell(person: Person) -> bool:
    answer = await person.http.post("/api/tickets", json={"title": "A", "price": 1})
    return answer.status_code == HTTPStatus.UNAUTHORIZED
