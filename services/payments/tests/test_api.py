"""`/api/payments`: what goes in, what comes out, what is refused."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from payments_desk import (
    CHALLENGED,
    DECLINED,
    PUBLIC_URL,
    VISA,
    Browse,
    Desk,
    cancelled,
    judged,
    person,
)

from common.ids import new_id
from common.messages import OrderState

URL = "/api/payments"
NOBODYS = "01900000-0000-7000-8000-000000000001"
FIELDS = {
    "id",
    "order_id",
    "status",
    "amount",
    "amount_refunded",
    "currency",
    "livemode",
    "next_action",
    "error",
    "created_at",
    "version",
}


def body(order: OrderState, token: str | None = VISA, **more: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"order_id": str(order.order_id)} | more
    return facts if token is None else facts | {"token": token}


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


both_ways = pytest.mark.parametrize("browse", ["framework", "hot route"], indirect=True)


@both_ways
class TestCreate:
    async def test_a_payment_is_answered_whole(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        answer = await browse(buyer).post(URL, json=body(order))
        payment = answer.json()

        assert answer.status_code == 201
        assert payment.keys() == FIELDS
        assert payment["status"] == "authorized"
        assert payment["order_id"] == str(order.order_id)
        assert (payment["amount"], payment["currency"]) == (2550, "usd")
        assert payment["amount_refunded"] == 0
        assert payment["livemode"] is False
        assert payment["next_action"] is None
        assert payment["error"] is None

    async def test_a_bank_that_asks_sends_the_buyer_to_its_page(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        answer = await browse(buyer).post(URL, json=body(order, CHALLENGED))
        payment = answer.json()
        assert (answer.status_code, payment["status"]) == (201, "requires_action")
        assert payment["next_action"]["type"] == "redirect"

        page = payment["next_action"]["url"]
        assert page.startswith(f"{PUBLIC_URL}/test-provider/challenges/")
        back = await desk.provider_http.post(
            page.removeprefix(PUBLIC_URL), data={"decision": "approve"}
        )
        order_page = f"{PUBLIC_URL}/orders/{order.order_id}"
        assert back.headers["location"] == f"{order_page}?payment={payment['id']}"
        confirmed = await browse(buyer).post(f"{URL}/{payment['id']}/confirm")
        assert (confirmed.status_code, confirmed.json()["status"]) == (
            200,
            "authorized",
        )
        assert confirmed.json()["next_action"] is None

    async def test_a_declined_card_is_402_with_its_reason(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        answer = await browse(buyer).post(URL, json=body(order, DECLINED))
        declined = answer.json()
        assert problem(answer) == (402, "declined")
        assert declined["decline_code"] == "generic_decline"

        payment = await browse(buyer).get(f"{URL}/{declined['payment_id']}")
        assert payment.json()["status"] == "failed"
        assert payment.json()["error"] == {"decline_code": "generic_decline"}

    async def test_an_unknown_outcome_is_processing(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        desk.wire.cut_off("after")
        answer = await browse(buyer).post(URL, json=body(order))
        assert (answer.status_code, answer.json()["status"]) == (201, "processing")

        again = await browse(buyer).post(URL, json=body(order))
        assert problem(again) == (409, "payment-in-progress")

    async def test_an_order_that_costs_nothing_needs_no_token(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer, total=0)
        answer = await browse(buyer).post(URL, json=body(order, None))

        assert (answer.status_code, answer.json()["status"]) == (201, "authorized")

    async def test_an_unknown_order_may_be_on_its_way(self, browse: Browse) -> None:
        answer = await browse(person()).post(
            URL, json={"order_id": str(new_id()), "token": VISA}
        )
        assert problem(answer) == (404, "not-found")
        assert answer.headers["retry-after"] == "1"

    @pytest.mark.parametrize(
        ("reason", "expected"),
        [
            ("expired", (410, "hold-ended")),
            ("buyer", (409, "order-cancelled")),
            ("withdrawn", (409, "order-cancelled")),
        ],
    )
    async def test_an_order_that_ended_is_not_paid(
        self, desk: Desk, browse: Browse, reason: Any, expected: tuple[int, str]
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        await desk.hear(cancelled(order, reason))
        answer = await browse(buyer).post(URL, json=body(order))

        assert problem(answer) == expected

    async def test_an_order_is_paid_once(self, desk: Desk, browse: Browse) -> None:
        buyer = person()
        order = await desk.order(buyer)
        paid = await browse(buyer).post(URL, json=body(order))
        again = await browse(buyer).post(URL, json=body(order))
        assert problem(again) == (409, "payment-in-progress")

        payment = await desk.find(paid.json()["id"])
        await desk.hear(judged(order, payment.id, "accepted"))
        again = await browse(buyer).post(URL, json=body(order))
        assert problem(again) == (409, "already-paid")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"order_id": "1"}, "order_id"),
            ({"order_id": None}, "order_id"),
            ({"token": ""}, "token"),
            ({"token": "x" * 256}, "token"),
            ({"token": "tok visa"}, "token"),
            ({"token": "tok_\u00e9"}, "token"),
            ({"token": 1}, "token"),
            ({"amount": 1}, "amount"),
            ({"status": "captured"}, "status"),
        ],
    )
    async def test_bad_input_is_named(
        self, desk: Desk, browse: Browse, change: dict[str, Any], field: str
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        answer = await browse(buyer).post(URL, json=body(order) | change)

        assert problem(answer) == (400, "invalid")
        assert field in answer.json()["errors"][0]["field"]

    @pytest.mark.parametrize("token", [None, "tok_nobody"])
    async def test_a_token_is_needed_and_must_be_one(
        self, desk: Desk, browse: Browse, token: str | None
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        answer = await browse(buyer).post(URL, json=body(order, token))

        assert problem(answer) == (400, "invalid")
        assert answer.json()["errors"][0]["field"] == "token"


@both_ways
class TestIdempotency:
    async def test_the_same_key_pays_once_and_shows_the_payment_as_it_is(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        browser = browse(buyer)
        browser.headers["Idempotency-Key"] = "once"
        first = await browser.post(URL, json=body(order))
        await desk.hear(judged(order, UUID(first.json()["id"]), "accepted"))
        await desk.settle()
        again = await browser.post(URL, json=body(order))

        assert (first.status_code, again.status_code) == (201, 201)
        assert "idempotent-replayed" not in first.headers
        assert again.headers["idempotent-replayed"] == "true"
        assert again.json()["id"] == first.json()["id"]
        assert again.json()["status"] == "captured"

    async def test_a_decline_is_kept_and_a_new_card_is_a_new_key(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        browser = browse(buyer)
        browser.headers["Idempotency-Key"] = "first"
        answers = [await browser.post(URL, json=body(order, DECLINED)) for _ in "12"]
        assert [problem(answer) for answer in answers] == [(402, "declined")] * 2
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["idempotent-replayed"] == "true"

        browser.headers["Idempotency-Key"] = "second"
        assert (await browser.post(URL, json=body(order))).status_code == 201

    async def test_the_first_status_stays_whatever_became_of_the_payment(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        browser = browse(buyer)
        browser.headers["Idempotency-Key"] = "once"
        first = await browser.post(URL, json=body(order, CHALLENGED))
        payment = await desk.find(UUID(first.json()["id"]))
        await desk.answer_bank(payment, "decline")
        await browse(buyer).post(f"{URL}/{payment.id}/confirm")
        again = await browser.post(URL, json=body(order, CHALLENGED))

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json()["status"] == "failed"

    async def test_a_confirmation_of_the_same_key_shows_the_payment_as_it_is(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        browser = browse(buyer)
        paid = await browser.post(URL, json=body(order, CHALLENGED))
        payment = await desk.find(UUID(paid.json()["id"]))
        path = f"{URL}/{payment.id}/confirm"
        browser.headers["Idempotency-Key"] = "back"
        first = await browser.post(path)
        await desk.answer_bank(payment, "approve")
        again = await browser.post(path)

        assert (first.status_code, again.status_code) == (200, 200)
        assert "idempotent-replayed" not in first.headers
        assert again.headers["idempotent-replayed"] == "true"
        assert again.json()["status"] == "authorized"

    @pytest.mark.parametrize(
        ("key", "refused"),
        [("back", (422, "key-reused")), ("two words", (400, "invalid"))],
    )
    async def test_a_confirmation_takes_a_key_of_its_own(
        self, desk: Desk, browse: Browse, key: str, refused: tuple[int, str]
    ) -> None:
        buyer = person()
        browser = browse(buyer)
        paid = [
            await browser.post(URL, json=body(await desk.order(buyer))) for _ in "12"
        ]
        one, other = (f"{URL}/{p.json()['id']}/confirm" for p in paid)
        await browser.post(one, headers={"Idempotency-Key": "back"})
        answer = await browser.post(other, headers={"Idempotency-Key": key})
        assert problem(answer) == refused

    async def test_another_body_under_the_same_key_is_refused(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        browser = browse(buyer)
        browser.headers["Idempotency-Key"] = "once"
        await browser.post(URL, json=body(order))
        answer = await browser.post(URL, json=body(order, DECLINED))

        assert problem(answer) == (422, "key-reused")

    async def test_a_key_still_at_work_is_said_to_be(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        browser = browse(buyer)
        browser.headers["Idempotency-Key"] = "once"
        asked = asyncio.Event()
        desk.wire.watch = asked.set
        await desk.tell_provider(operation="authorize", fault="slow", seconds=0.3)
        first = asyncio.create_task(browser.post(URL, json=body(order)))
        await asyncio.wait_for(asked.wait(), 10)
        second = await browser.post(URL, json=body(order))

        assert problem(second) == (409, "key-in-progress")
        assert (await first).status_code == 201

    @pytest.mark.parametrize(
        "refused", [("tok_nobody", 400), (None, 400)], ids=["unknown", "missing"]
    )
    async def test_any_other_refusal_leaves_the_key_free(
        self, desk: Desk, browse: Browse, refused: tuple[str | None, int]
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        browser = browse(buyer)
        browser.headers["Idempotency-Key"] = "once"
        token, status = refused
        first = await browser.post(URL, json=body(order, token))
        assert first.status_code == status

        assert (await browser.post(URL, json=body(order))).status_code == 201

    async def test_a_free_order_is_answered_again(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer, total=0)
        browser = browse(buyer)
        browser.headers["Idempotency-Key"] = "once"
        first, again = [await browser.post(URL, json=body(order, None)) for _ in "12"]

        assert first.json() == again.json()
        assert again.headers["idempotent-replayed"] == "true"

    async def test_an_unknown_outcome_is_answered_again_as_it_came_out(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer)
        browser = browse(buyer)
        browser.headers["Idempotency-Key"] = "once"
        desk.wire.cut_off("after")
        first = await browser.post(URL, json=body(order))
        await desk.sweep()
        again = await browser.post(URL, json=body(order))

        assert first.json()["status"] == "processing"
        assert (again.status_code, again.json()["status"]) == (201, "authorized")


class TestRead:
    async def test_ones_own_attempts_newest_first_page_by_page(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        browser = browse(buyer)
        orders = [await desk.order(buyer) for _ in range(3)]
        paid = [(await browser.post(URL, json=body(o))).json()["id"] for o in orders]
        await desk.pay(await desk.order(other := person()), other)

        first = (await browser.get(URL, params={"limit": 2})).json()
        rest = (
            await browser.get(URL, params={"limit": 2, "cursor": first["next"]})
        ).json()
        assert [p["id"] for p in first["items"] + rest["items"]] == paid[::-1]
        assert rest["next"] is None

    async def test_the_attempts_of_one_order(self, desk: Desk, browse: Browse) -> None:
        buyer = person()
        browser = browse(buyer)
        order = await desk.order(buyer)
        await browser.post(URL, json=body(order, DECLINED))
        await browser.post(URL, json=body(order))
        await browser.post(URL, json=body(await desk.order(buyer)))

        found = await browser.get(URL, params={"order_id": str(order.order_id)})
        statuses = [payment["status"] for payment in found.json()["items"]]
        assert statuses == ["authorized", "failed"]

    async def test_payments_of_others_are_not_found(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        payment = await desk.pay(await desk.order(buyer), buyer)
        stranger = browse(person())
        for answer in (
            await stranger.get(f"{URL}/{payment.id}"),
            await stranger.post(f"{URL}/{payment.id}/confirm"),
            await stranger.get(f"{URL}/{new_id()}"),
        ):
            assert problem(answer) == (404, "not-found")

    @pytest.mark.parametrize(
        "query", [{"limit": 0}, {"limit": 101}, {"cursor": "x"}, {"order_id": "1"}]
    )
    async def test_bad_queries_are_named(
        self, browse: Browse, query: dict[str, Any]
    ) -> None:
        answer = await browse(person()).get(URL, params=query)

        assert problem(answer) == (400, "invalid")
        [name] = query
        assert answer.json()["errors"][0]["field"] == f"query.{name}"

    async def test_anybody_may_know_the_provider(self, browse: Browse) -> None:
        answer = await browse().get(f"{URL}/config")

        assert answer.json() == {
            "provider": "test",
            "livemode": False,
            "publishable_key": None,
        }

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", URL),
            ("POST", URL),
            ("GET", f"{URL}/{NOBODYS}"),
            ("POST", f"{URL}/{NOBODYS}/confirm"),
        ],
    )
    async def test_strangers_are_asked_to_sign_in(
        self, browse: Browse, method: str, path: str
    ) -> None:
        assert problem(await browse().request(method, path)) == (401, "signed-out")


class TestWebhooks:
    @pytest.mark.parametrize("provider", ["test", "stripe", "nobody"])
    async def test_no_provider_sends_news_yet(
        self, browse: Browse, provider: str
    ) -> None:
        answer = await browse().post(
            f"{URL}/webhooks/{provider}",
            content=b"anything",
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert problem(answer) == (404, "not-found")
