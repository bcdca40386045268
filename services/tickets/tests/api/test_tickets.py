"""`/api/tickets`: what goes in, what comes out, what is refused."""

from typing import Any

import pytest
from tickets_desk import (
    NOW,
    TICKETS,
    Browse,
    Desk,
    a_ticket,
    fault,
    person,
)


class TestTickets:
    async def test_a_ticket_is_answered_whole(self, browse: Browse) -> None:
        seller = person()
        answer = await browse(seller).post(TICKETS, json=a_ticket())
        ticket = answer.json()
        assert answer.status_code == 201
        assert answer.headers["ETag"] == '"1"'
        assert answer.headers["Location"] == f"{TICKETS}/{ticket['id']}"
        assert ticket == {
            "id": ticket["id"],
            "seller_id": str(seller.user_id),
            "event_id": None,
            "title": "Floor",
            "price": 2550,
            "fee": 0,
            "currency": "usd",
            "quantity": 1,
            "available": 0,
            "status": "scheduled",
            "max_per_buyer": 50,
            "sale_starts_at": None,
            "sale_ends_at": None,
            "created_at": "2026-12-01T12:00:00Z",
            "updated_at": "2026-12-01T12:00:00Z",
            "version": 1,
        }

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"title": ...}, "title"),
            ({"title": " "}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"price": ...}, "price"),
            ({"price": -1}, "price"),
            ({"price": 100_000_000}, "price"),
            ({"price": 25.5}, "price"),
            ({"price": "2550"}, "price"),
            ({"price": True}, "price"),
            ({"price": None}, "price"),
            ({"currency": "usdollar"}, "currency"),
            ({"quantity": 0}, "quantity"),
            ({"quantity": 1_000_001}, "quantity"),
            ({"max_per_buyer": 0}, "max_per_buyer"),
            ({"event_id": "mine"}, "event_id"),
            ({"sale_starts_at": "2026-12-31"}, "sale_starts_at"),
            ({"sale_starts_at": "2026-12-31T00:00:00"}, "sale_starts_at"),
            ({"sale_ends_at": "3000-01-01T00:00:00Z"}, "sale_ends_at"),
            (
                {
                    "sale_starts_at": "2026-12-31T00:00:00Z",
                    "sale_ends_at": "2026-12-31T00:00:00+01:00",
                },
                "sale_ends_at",
            ),
            ({"status": "on_sale"}, "status"),
            ({"fee": 0}, "fee"),
        ],
    )
    async def test_what_is_wrong_is_named(
        self, browse: Browse, change: dict[str, Any], field: str
    ) -> None:
        answer = await browse(person()).post(TICKETS, json=a_ticket(**change))
        assert fault(answer) == (400, "invalid", field)
        assert answer.json()["errors"][0]["message"].endswith(".")

    @pytest.mark.parametrize(
        "body",
        [
            a_ticket(price=0, quantity=1, max_per_buyer=1),
            a_ticket(price=99_999_999, quantity=1_000_000, max_per_buyer=1_000_000),
            a_ticket(title="x" * 200, currency="jpy"),
            a_ticket(title="日本語 — “Straße” 🎟"),
        ],
    )
    async def test_bounds_are_within(
        self, browse: Browse, body: dict[str, Any]
    ) -> None:
        answer = await browse(person()).post(TICKETS, json=body)
        assert answer.status_code == 201
        assert answer.json()["title"] == body["title"]

    async def test_times_come_out_in_utc(self, browse: Browse) -> None:
        seller = browse(person())
        body = a_ticket(sale_starts_at="2026-12-24T00:00:00+01:00")
        created = (await seller.post(TICKETS, json=body)).json()
        assert created["sale_starts_at"] == "2026-12-23T23:00:00Z"
        patch = {"sale_starts_at": "2026-12-24T00:00:00+02:00"}
        edited = await seller.patch(f"{TICKETS}/{created['id']}", json=patch)
        assert edited.json()["sale_starts_at"] == "2026-12-23T22:00:00Z"

    async def test_the_event_and_its_currency_are_ones_own(
        self, desk: Desk, browse: Browse
    ) -> None:
        owner = person()
        event = await desk.announce(owner, currency="eur")
        body = a_ticket(event_id=str(event.id))
        other = await browse(person()).post(TICKETS, json=body)
        assert fault(other)[:2] == (403, "not-yours")
        dollars = await browse(owner).post(TICKETS, json=body | {"currency": "usd"})
        assert fault(dollars) == (400, "invalid", "currency")
        mine = await browse(owner).post(TICKETS, json=body)
        assert mine.json()["currency"] == "eur"

    async def test_a_list_is_newest_first(self, desk: Desk, browse: Browse) -> None:
        seller = person()
        event = await desk.announce(seller)
        for title in ("first", "second", "third"):
            await desk.offer(seller, title=title, event_id=event.id)
        page = (await browse().get(TICKETS, params={"limit": 2})).json()
        assert [ticket["title"] for ticket in page["items"]] == ["third", "second"]
        rest = await browse().get(TICKETS, params={"cursor": page["next"]})
        assert [ticket["title"] for ticket in rest.json()["items"]] == ["first"]
        for query in (
            {"q": "waltz fir"},
            {"event_id": str(event.id), "q": "first"},
            {"seller": str(seller.user_id), "q": "FÏRST"},
        ):
            found = (await browse().get(TICKETS, params=query)).json()["items"]
            assert [ticket["title"] for ticket in found] == ["first"]

    async def test_a_put_says_it_anew(self, desk: Desk, browse: Browse) -> None:
        seller = person()
        ticket = await desk.offer(seller, quantity=10, max_per_buyer=4)
        answer = await browse(seller).put(
            f"{TICKETS}/{ticket.id}", json=a_ticket(title="Arena")
        )
        after = answer.json()
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
        assert (after["title"], after["quantity"]) == ("Arena", 1)
        assert after["max_per_buyer"] == 50

    async def test_a_ticket_stays_at_its_event(
        self, desk: Desk, browse: Browse
    ) -> None:
        """Said anew without one it stays there; another one is refused."""
        seller = person()
        here, there = [await desk.announce(seller) for _ in range(2)]
        ticket = await desk.offer(seller, event_id=here.id)
        path = f"{TICKETS}/{ticket.id}"
        anew = await browse(seller).put(path, json=a_ticket(title="Arena"))
        assert (anew.status_code, anew.json()["event_id"]) == (200, str(here.id))
        for answer in (
            await browse(seller).put(path, json=a_ticket(event_id=str(there.id))),
            await browse(seller).patch(path, json={"event_id": str(there.id)}),
            await browse(seller).patch(path, json={"event_id": None}),
        ):
            assert fault(answer) == (400, "invalid", "event_id")

    async def test_a_patch_changes_what_is_named(
        self, desk: Desk, browse: Browse
    ) -> None:
        seller = person()
        ticket = await desk.offer(seller, sale_starts_at=NOW)
        path = f"{TICKETS}/{ticket.id}"
        before = (await browse().get(path)).json()
        answer = await browse(seller).patch(
            path, json={"price": 3000, "sale_starts_at": None, "quantity": None}
        )
        assert answer.json() == before | {
            "price": 3000,
            "sale_starts_at": None,
            "quantity": 1,
            "version": 2,
        }

    async def test_holds_and_sales_are_kept(self, desk: Desk, browse: Browse) -> None:
        seller = person()
        ticket = await desk.offer(seller)
        await desk.take(ticket, held=4, sold=6)
        path = f"{TICKETS}/{ticket.id}"
        browser = browse(seller)
        for answer in (
            await browser.patch(path, json={"price": 1}),
            await browser.patch(path, json={"quantity": 9}),
            await browser.put(path, json=a_ticket(quantity=10, price=1)),
            await browser.delete(path),
        ):
            assert fault(answer)[:2] == (409, "holds-or-sales")
        assert (await browser.patch(path, json={"quantity": 12})).status_code == 200

    async def test_a_deleted_ticket_is_gone(self, desk: Desk, browse: Browse) -> None:
        seller = person()
        ticket = await desk.offer(seller)
        path = f"{TICKETS}/{ticket.id}"
        stranger = await browse(person()).delete(path)
        assert fault(stranger)[:2] == (403, "not-yours")
        late = await browse(seller).delete(path, headers={"If-Match": '"9"'})
        assert fault(late)[:2] == (412, "changed")
        answer = await browse(seller).delete(path)
        assert (answer.status_code, answer.content) == (204, b"")
        assert fault(await browse(seller).delete(path))[:2] == (404, "not-found")
        assert fault(await browse().get(path))[:2] == (404, "not-found")
