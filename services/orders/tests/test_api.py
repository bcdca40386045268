"""`/api/orders`: what goes in, what comes out, what is refused."""

import asyncio
from typing import Any

import pytest
from orders_desk import Browse, Desk, authorized, event, person

from common.ids import new_id
from orders.verdicts import Verdicts

URL = "/api/orders"
NOBODYS = "01900000-0000-7000-8000-000000000001"


def body(*tickets: object, quantity: int = 1, **more: Any) -> dict[str, Any]:
    items = [{"ticket_id": str(t), "quantity": quantity} for t in tickets]
    return {"items": items} | more


async def test_an_order_is_answered_whole(desk: Desk, browse: Browse) -> None:
    show = event()
    floor = await desk.offer(event=show)
    buyer = person()
    contact = {"name": "Ada", "email": "ada@example.com"}
    answer = await browse(buyer).post(
        URL,
        params={"event_id": str(show.id)},
        json=body(floor.ticket_id, quantity=2, contact=contact, expected_total=5100),
    )
    order = answer.json()
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert order["status"] == "created"
    assert order["reason"] is None
    assert order["contact"] == contact
    assert order["event"]["name"] == show.name
    assert order["items"][0]["amount"] == order["total"] == 5100
    assert order["buyer_id"] == str(buyer.user_id)
    assert order["now"] >= order["created_at"]
    assert len(order["code"]) == 8


async def test_orders_of_one_moment_are_said_each_under_its_own_trace(
    desk: Desk, browse: Browse
) -> None:
    floor = await desk.offer()
    traces = [f"{n:032x}" for n in range(1, 5)]
    asked = [
        browse(person()).post(
            URL,
            json=body(floor.ticket_id),
            headers={"traceparent": f"00-{trace}-{1:016x}-01"},
        )
        for trace in traces
    ]
    assert {a.status_code for a in await asyncio.gather(*asked)} == {201}
    said = await desk.said("orders.created")
    assert sorted(message["trace"][3:35] for message in said) == traces


async def test_the_same_key_is_answered_again(desk: Desk, browse: Browse) -> None:
    floor = await desk.offer()
    browser = browse(person())
    browser.headers["Idempotency-Key"] = "once"
    first = await browser.post(URL, json=body(floor.ticket_id))
    again = await browser.post(URL, json=body(floor.ticket_id))
    assert (first.status_code, again.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    other = await browser.post(URL, json=body(floor.ticket_id, quantity=2))
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"items": []}, "items"),
        ({}, "items"),
        (body("no-uuid"), "items.0.ticket_id"),
        (body(new_id(), quantity=0), "items.0.quantity"),
        (body(new_id(), quantity=51), "items.0.quantity"),
        (body(new_id(), surprise=1), "surprise"),
        (body(new_id(), expected_total=-1), "expected_total"),
        (body(new_id(), contact={"name": "", "email": "a@b.co"}), "contact.name"),
        (body(new_id(), contact={"name": "A", "email": "nobody"}), "contact.email"),
        (body(new_id(), new_id(), quantity=26), "items"),
        (body(*([new_id()] * 2)), "items.1.ticket_id"),
        (body(*(new_id() for _ in range(21))), "items"),
    ],
)
async def test_a_wrong_body_names_its_field(
    browse: Browse, wrong: dict[str, Any], field: str
) -> None:
    answer = await browse(person()).post(URL, json=wrong)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": 0}, "query.limit"),
        ({"limit": 101}, "query.limit"),
        ({"status": "lost"}, "query.status"),
        ({"cursor": "%%%"}, "query.cursor"),
        ({"cursor": "e30"}, "query.cursor"),
        ({"surprise": 1}, "query.surprise"),
    ],
)
async def test_a_wrong_query_names_its_parameter(
    browse: Browse, params: dict[str, Any], field: str
) -> None:
    answer = await browse(person()).get(URL, params=params)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


async def test_a_refusal_names_every_failing_item(desk: Desk, browse: Browse) -> None:
    single = await desk.offer(quantity=1)
    await desk.order(person(), single)
    answer = await browse(person()).post(URL, json=body(single.ticket_id))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/all-held")
    assert answer.json()["items"] == [
        {
            "ticket_id": str(single.ticket_id),
            "available": 0,
            "max": 50,
            "sale_starts_at": None,
        }
    ]


async def test_another_event_than_the_tickets_is_refused(
    desk: Desk, browse: Browse
) -> None:
    floor = await desk.offer(event=event())
    answer = await browse(person()).post(
        URL, params={"event_id": str(new_id())}, json=body(floor.ticket_id)
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "query.event_id"


class TestOneOrder:
    async def test_it_waits_for_news_and_says_304_without(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        url, known = f"{URL}/{order.id}", {"If-None-Match": '"1"'}
        quiet = await browse(buyer).get(url, params={"wait": 0.2}, headers=known)
        assert (quiet.status_code, quiet.headers["ETag"]) == (304, '"1"')
        await desk.orders.cancel(order.id, buyer)
        news = await browse(buyer).get(url, params={"wait": 8}, headers=known)
        assert (news.json()["status"], news.headers["ETag"]) == ("cancelled", '"2"')

    @pytest.mark.parametrize(
        ("known", "status"),
        [("*", 304), ('W/"1", "7"', 304), ('"7", "8"', 200), ("1", 400)],
    )
    async def test_tags_are_named_as_everywhere(
        self, desk: Desk, browse: Browse, known: str, status: int
    ) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        answer = await browse(buyer).get(
            f"{URL}/{order.id}", headers={"If-None-Match": known}
        )
        assert answer.status_code == status

    async def test_waiting_longer_than_eight_seconds_is_refused(
        self, browse: Browse
    ) -> None:
        answer = await browse(person()).get(f"{URL}/{new_id()}", params={"wait": 9})
        assert answer.json()["errors"][0]["field"] == "query.wait"

    async def test_it_is_named_a_contact(self, desk: Desk, browse: Browse) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        contact = {"name": "Ada", "email": "ada@example.com"}
        answer = await browse(buyer).patch(
            f"{URL}/{order.id}", json={"contact": contact}
        )
        assert (answer.status_code, answer.json()["contact"]) == (200, contact)

    async def test_it_is_cancelled_twice_alike(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        for _ in range(2):
            answer = await browse(buyer).delete(f"{URL}/{order.id}")
            assert answer.status_code == 204

    async def test_once_paid_it_is_not_cancelled(
        self, desk: Desk, browse: Browse
    ) -> None:
        buyer = person()
        order = await desk.order(buyer, await desk.offer())
        await desk.hear(Verdicts().judge, authorized(order))
        answer = await browse(buyer).delete(f"{URL}/{order.id}")
        assert answer.json()["type"] == "/problems/order-complete"

    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    async def test_other_people_do_not_find_it(
        self, desk: Desk, browse: Browse, method: str
    ) -> None:
        order = await desk.order(person(), await desk.offer())
        contact = {"contact": {"name": "Eve", "email": "eve@example.com"}}
        answer = await browse(person()).request(
            method,
            f"{URL}/{order.id}",
            json=contact if method == "PATCH" else None,
        )
        assert answer.status_code == 404
        assert (await desk.find(order.id)).version == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", URL),
        ("GET", URL),
        ("GET", f"{URL}/{NOBODYS}"),
        ("PATCH", f"{URL}/{NOBODYS}"),
        ("DELETE", f"{URL}/{NOBODYS}"),
    ],
)
async def test_nobody_gets_in_without_signing_in(
    browse: Browse, method: str, path: str
) -> None:
    answer = await browse().request(method, path)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/signed-out")


async def test_lists_page_and_filter(desk: Desk, browse: Browse) -> None:
    buyer, floor = person(), await desk.offer()
    made = [await desk.order(buyer, floor) for _ in range(3)]
    await desk.orders.cancel(made[0].id, buyer)
    browser = browse(buyer)
    first = (await browser.get(URL, params={"limit": 2})).json()
    rest = (await browser.get(URL, params={"cursor": first["next"]})).json()
    shown = [order["id"] for order in first["items"] + rest["items"]]
    assert shown == [str(order.id) for order in reversed(made)]
    assert rest["next"] is None
    ended = (await browser.get(URL, params={"status": "cancelled"})).json()
    assert [order["id"] for order in ended["items"]] == [str(made[0].id)]
