"""`/api/events`: what goes in, what comes out, what is refused."""

from typing import Any

import pytest
from tickets_desk import (
    A_MOMENT,
    EVENTS,
    TICKETS,
    VENUE,
    Browse,
    Desk,
    a_ticket,
    an_event,
    fault,
    person,
)

from common.ids import new_id
from common.testing.people import People
from tickets.domain.events import EventStatus

NOBODYS = "01900000-0000-7000-8000-000000000001"


class TestCreatingEvents:
    async def test_an_event_is_answered_whole(self, browse: Browse) -> None:
        seller = person()
        answer = await browse(seller).post(EVENTS, json=an_event())
        event = answer.json()
        assert answer.status_code == 201
        assert answer.headers["ETag"] == '"1"'
        assert answer.headers["Location"] == f"{EVENTS}/{event['id']}"
        assert answer.headers["Cache-Control"] == "no-store"
        assert event == {
            "id": event["id"],
            "seller_id": str(seller.user_id),
            "status": "published",
            "name": "The Last Waltz",
            "description": None,
            "venue": {"street": None, "postal_code": None, **VENUE},
            "starts_at": "2026-12-31T19:00:00Z",
            "starts_at_local": "2026-12-31T20:00:00",
            "ends_at": None,
            "timezone": "Europe/Berlin",
            "currency": "usd",
            "price_from": None,
            "available": 0,
            "next_sale_at": None,
            "sale": None,
            "created_at": "2026-12-01T12:00:00Z",
            "updated_at": "2026-12-01T12:00:00Z",
            "version": 1,
        }

    async def test_the_start_may_be_a_moment(self, browse: Browse) -> None:
        body = an_event(starts_at="2026-12-31T14:00:00-05:00", starts_at_local=...)
        event = (await browse(person()).post(EVENTS, json=body)).json()
        assert event["starts_at"] == "2026-12-31T19:00:00Z"
        assert event["starts_at_local"] == "2026-12-31T20:00:00"

    async def test_seconds_may_be_left_out_as_browsers_do(self, browse: Browse) -> None:
        body = an_event(starts_at_local="2026-12-31T20:00")
        event = (await browse(person()).post(EVENTS, json=body)).json()
        assert event["starts_at_local"] == "2026-12-31T20:00:00"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": ...}, "name"),
            ({"name": ""}, "name"),
            ({"name": "   "}, "name"),
            ({"name": "x" * 201}, "name"),
            ({"name": 7}, "name"),
            ({"name": "a\0b"}, "name"),
            ({"venue": ...}, "venue"),
            ({"venue": VENUE | {"country": "XX"}}, "venue.country"),
            ({"venue": VENUE | {"country": "de"}}, "venue.country"),
            ({"venue": VENUE | {"city": " "}}, "venue.city"),
            ({"venue": VENUE | {"planet": "Mars"}}, "venue.planet"),
            ({"venue": {"name": "Hall"}}, "venue.city"),
            ({"timezone": "Europe/Atlantis"}, "timezone"),
            ({"timezone": "+01:00"}, "timezone"),
            ({"starts_at_local": ...}, "starts_at"),
            ({"starts_at": "2026-12-31T19:00:00Z"}, "starts_at_local"),
            ({"starts_at_local": "2026-12-31T20:00:00Z"}, "starts_at_local"),
            ({"starts_at_local": "2026-02-31T20:00:00"}, "starts_at_local"),
            ({"starts_at_local": "tomorrow"}, "starts_at_local"),
            ({"starts_at_local": "2027-03-28T02:30:00"}, "starts_at_local"),
            ({"starts_at_local": "2026-10-25T02:30:00"}, "starts_at_local"),
            ({"starts_at_local": "0001-01-01T00:00:00"}, "starts_at_local"),
            (
                {"starts_at_local": ..., "starts_at": "2026-12-31T20:00:00"},
                "starts_at",
            ),
            (
                {"starts_at_local": ..., "starts_at": "0001-01-01T00:00:00+14:00"},
                "starts_at",
            ),
            ({"ends_at": "2026-12-31T19:00:00Z"}, "ends_at"),
            ({"ends_at": "9999-12-31T23:59:59-14:00"}, "ends_at"),
            ({"description": "x" * 10_001}, "description"),
            ({"currency": "xxx"}, "currency"),
            ({"currency": "EUR"}, "currency"),
            ({"status": "cancelled"}, "status"),
            ({"status": None}, "status"),
            ({"version": 7}, "version"),
            ({"seller_id": str(new_id())}, "seller_id"),
            ({"available": 7}, "available"),
        ],
    )
    async def test_what_is_wrong_is_named(
        self, browse: Browse, change: dict[str, Any], field: str
    ) -> None:
        answer = await browse(person()).post(EVENTS, json=an_event(**change))
        assert fault(answer) == (400, "invalid", field)
        assert answer.json()["errors"][0]["message"].endswith(".")

    async def test_only_members_sell(self, browse: Browse) -> None:
        for path, body in ((EVENTS, an_event()), (TICKETS, a_ticket())):
            guest = await browse(person(kind="guest")).post(path, json=body)
            assert fault(guest)[:2] == (403, "guest")
            nobody = await browse().post(path, json=body)
            assert fault(nobody)[:2] == (401, "signed-out")

    async def test_a_body_is_json(self, browse: Browse) -> None:
        seller = browse(person())
        form = await seller.post(EVENTS, data={"name": "x"})
        assert fault(form)[:2] == (415, "unsupported-media-type")
        typed = {"Content-Type": "application/json"}
        broken = await seller.post(EVENTS, content=b"{", headers=typed)
        assert fault(broken)[:2] == (400, "invalid")

    async def test_another_site_cannot_sell_for_one(
        self, browse: Browse, people: People
    ) -> None:
        headers = {
            "Cookie": f"session={people.token(person())}",
            "Sec-Fetch-Site": "cross-site",
        }
        answer = await browse().post(EVENTS, json=an_event(), headers=headers)
        assert fault(answer)[:2] == (403, "cross-site")

    async def test_the_same_key_is_answered_again(self, browse: Browse) -> None:
        seller = browse(person())
        seller.headers["Idempotency-Key"] = "once"
        for path, body in ((EVENTS, an_event()), (TICKETS, a_ticket())):
            first = await seller.post(path, json=body)
            again = await seller.post(path, json=body)
            assert (first.status_code, again.status_code) == (201, 201)
            assert "Idempotent-Replayed" not in first.headers
            assert again.headers["Idempotent-Replayed"] == "true"
            assert again.json() == first.json()
            other = await seller.post(path, json=body | {"currency": "eur"})
            assert fault(other)[:2] == (422, "key-reused")

    async def test_a_refused_request_leaves_its_key_free(self, browse: Browse) -> None:
        seller = browse(person())
        seller.headers["Idempotency-Key"] = "once"
        unknown = await seller.post(TICKETS, json=a_ticket(event_id=str(new_id())))
        assert fault(unknown)[:2] == (404, "not-found")
        assert (await seller.post(TICKETS, json=a_ticket())).status_code == 201

    async def test_a_bad_key_is_refused(self, browse: Browse) -> None:
        answer = await browse(person()).post(
            EVENTS, json=an_event(), headers={"Idempotency-Key": "no spaces"}
        )
        assert fault(answer) == (400, "invalid", "header.Idempotency-Key")


class TestReadingEvents:
    async def test_one_comes_with_its_tickets(self, desk: Desk, browse: Browse) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        await desk.take(ticket, held=1)
        answer = await browse().get(f"{EVENTS}/{event.id}")
        shown = answer.json()
        assert answer.headers["ETag"].startswith('"1-')
        assert answer.headers["Cache-Control"] == A_MOMENT
        assert answer.headers["Vary"] == "Cookie, Authorization"
        assert (shown["price_from"], shown["available"]) == (2550, 9)
        assert shown["sale"] == "on_sale"
        [offered] = shown["tickets"]
        assert offered == (await browse().get(f"{TICKETS}/{ticket.id}")).json()

    async def test_who_is_signed_in_gets_nothing_from_a_cache(
        self, desk: Desk, browse: Browse
    ) -> None:
        seller = person()
        draft = await desk.announce(seller, status=EventStatus.DRAFT)
        for path in (f"{EVENTS}/{draft.id}", EVENTS):
            answer = await browse(seller).get(path)
            assert answer.headers["Cache-Control"] == "no-store"

    async def test_an_event_of_others_is_cached_like_anybodys(
        self, desk: Desk, browse: Browse
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        path = f"{EVENTS}/{event.id}"
        buyer = await browse(person(kind="guest")).get(path)
        assert buyer.headers["Cache-Control"] == A_MOMENT
        own = await browse(seller).get(path)
        assert own.headers["Cache-Control"] == "no-store"

    async def test_whoever_has_it_is_only_told_so(
        self, desk: Desk, browse: Browse
    ) -> None:
        seller, buyer = person(), browse()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        paths = (
            *(f"{EVENTS}/{event.id}", f"{TICKETS}/{ticket.id}", EVENTS, TICKETS),
            f"{EVENTS}/{event.id}/availability",
        )
        tags = {path: (await buyer.get(path)).headers["ETag"] for path in paths}
        for path, tag in tags.items():
            headers = {"If-None-Match": f'"other", W/{tag.removeprefix("W/")}'}
            answer = await buyer.get(path, headers=headers)
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["ETag"] == tag
            assert answer.headers["Cache-Control"] == A_MOMENT
        await desk.take(ticket, held=1)
        for path, tag in list(tags.items())[:4]:
            answer = await buyer.get(path, headers={"If-None-Match": tag})
            assert answer.status_code == 200

    async def test_what_was_read_may_be_changed(
        self, desk: Desk, browse: Browse
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        path = f"{EVENTS}/{event.id}"
        read = {"If-Match": (await browse(seller).get(path)).headers["ETag"]}
        first = await browse(seller).patch(path, json={"name": "Encore"}, headers=read)
        assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
        late = await browse(seller).patch(path, json={"name": "Again"}, headers=read)
        assert fault(late)[:2] == (412, "changed")

    async def test_a_draft_is_not_found_by_others(
        self, desk: Desk, browse: Browse
    ) -> None:
        draft = await desk.announce(person(), status=EventStatus.DRAFT)
        for path in (f"{EVENTS}/{draft.id}", f"{EVENTS}/{draft.id}/availability"):
            for visitor in (None, person()):
                answer = await browse(visitor).get(path)
                assert fault(answer)[:2] == (404, "not-found")

    @pytest.mark.parametrize(
        "path", [f"{EVENTS}/{NOBODYS}", f"{EVENTS}/7", f"{TICKETS}/x", TICKETS + "/"]
    )
    async def test_what_is_not_there_is_not_found(
        self, browse: Browse, path: str
    ) -> None:
        if path == TICKETS + "/":
            path += str(new_id())
        assert fault(await browse().get(path))[:2] == (404, "not-found")

    async def test_a_revoked_or_forged_token_reads_as_nobody(
        self, desk: Desk, browse: Browse
    ) -> None:
        draft = await desk.announce(person(), status=EventStatus.DRAFT)
        headers = {"Authorization": "Bearer forged"}
        answer = await browse().get(f"{EVENTS}/{draft.id}", headers=headers)
        assert answer.status_code == 404
        assert (await browse().get(EVENTS, headers=headers)).status_code == 200


class TestListingEvents:
    async def test_pages_follow_each_other(self, desk: Desk, browse: Browse) -> None:
        seller = person()
        for number in range(5):
            await desk.announce(seller, name=str(number))
        seen: list[str] = []
        cursor: str | None = None
        for _ in range(3):
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await browse().get(EVENTS, params=query)).json()
            seen += [event["name"] for event in page["items"]]
            cursor = page["next"]
        assert seen == ["0", "1", "2", "3", "4"]
        assert cursor is None

    async def test_filters_come_together(self, desk: Desk, browse: Browse) -> None:
        seller = person()
        await desk.announce(seller)
        query = {
            "q": "last wal",
            "city": "BERLIN",
            "country": "DE",
            "seller": str(seller.user_id),
            "status": "published",
            "from": "2026-12-31T00:00:00Z",
            "to": "2027-01-01T00:00:00+01:00",
        }
        for blank in ({}, {"q": " "}, {"city": ""}):
            answer = await browse().get(EVENTS, params=query | blank)
            assert len(answer.json()["items"]) == 1
        for other in (
            {"q": "first"},
            {"q": "🎸"},
            {"city": "Bern"},
            {"country": "FR"},
            {"seller": str(new_id())},
            {"status": "cancelled"},
            {"from": "2027-01-01T00:00:00Z"},
            {"to": "2026-12-31T00:00:00Z"},
        ):
            answer = await browse().get(EVENTS, params=query | other)
            assert answer.json() == {"items": [], "next": None}

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"limit": "0"}, "query.limit"),
            ({"limit": "101"}, "query.limit"),
            ({"limit": "ten"}, "query.limit"),
            ({"cursor": "x"}, "query.cursor"),
            ({"cursor": "WyIwMDAxLTAxLTAxVDAwOjAwOjAwIiwgInh4Il0"}, "query.cursor"),
            ({"country": "XX"}, "query.country"),
            ({"seller": "me"}, "query.seller"),
            ({"status": "sold"}, "query.status"),
            ({"from": "today"}, "query.from"),
            ({"from": "2026-12-31T00:00:00"}, "query.from"),
            ({"from": "1767225600"}, "query.from"),
            ({"to": "0001-01-01T00:00:00Z"}, "query.to"),
            ({"q": "x" * 201}, "query.q"),
            ({"venue": "x"}, "query.venue"),
            ({"q": "a\0b"}, "query.q"),
        ],
    )
    async def test_what_is_wrong_is_named(
        self, browse: Browse, query: dict[str, str], field: str
    ) -> None:
        assert fault(await browse().get(EVENTS, params=query)) == (
            400,
            "invalid",
            field,
        )


class TestEditingEvents:
    async def test_a_put_says_it_anew(self, browse: Browse) -> None:
        seller = browse(person())
        before = an_event(description="Long.", status="draft", currency="eur")
        event = (await seller.post(EVENTS, json=before)).json()
        answer = await seller.put(
            f"{EVENTS}/{event['id']}", json=an_event(name="Encore")
        )
        after = answer.json()
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
        assert (after["name"], after["description"]) == ("Encore", None)
        assert (after["currency"], after["status"]) == ("usd", "draft")

    async def test_a_patch_changes_what_is_named(self, browse: Browse) -> None:
        seller = browse(person())
        event = (await seller.post(EVENTS, json=an_event(description="Long."))).json()
        path = f"{EVENTS}/{event['id']}"
        answer = await seller.patch(
            path,
            json={"description": None, "venue": {"street": "Skalitzer Str. 130"}},
            headers={"Content-Type": "application/merge-patch+json", "If-Match": '"1"'},
        )
        after = answer.json()
        changed = {"description": None, "version": 2}
        assert after == event | changed | {
            "venue": event["venue"] | {"street": "Skalitzer Str. 130"}
        }
        assert (await seller.patch(path, json={})).json()["version"] == 2

    async def test_a_zone_entered_wrong_is_mended(self, browse: Browse) -> None:
        seller = browse(person())
        body = an_event(ends_at="2026-12-31T22:00:00Z")
        event = (await seller.post(EVENTS, json=body)).json()
        zone = {"timezone": "America/New_York"}
        after = (await seller.patch(f"{EVENTS}/{event['id']}", json=zone)).json()
        assert after["starts_at_local"] == "2026-12-31T20:00:00"
        assert after["starts_at"] == "2027-01-01T01:00:00Z"
        assert after["ends_at"] == "2027-01-01T04:00:00Z"

    async def test_an_hour_that_comes_twice_survives_an_edit(
        self, browse: Browse
    ) -> None:
        seller = browse(person())
        body = an_event(starts_at_local=..., starts_at="2027-10-31T01:30:00Z")
        event = (await seller.post(EVENTS, json=body)).json()
        after = await seller.patch(f"{EVENTS}/{event['id']}", json={"name": "Encore"})
        assert after.json()["starts_at"] == "2027-10-31T01:30:00Z"

    @pytest.mark.parametrize(
        ("patch", "field"),
        [
            ({"name": None}, "name"),
            ({"venue": None}, "venue"),
            ({"venue": {"city": None}}, "venue.city"),
            ({"venue": {"country": "XX"}}, "venue.country"),
            ({"timezone": "Mars"}, "timezone"),
            ({"starts_at_local": "2027-01-02T00:00:00"}, "ends_at"),
            (
                {
                    "starts_at_local": "2027-01-02T00:00:00",
                    "starts_at": "2027-01-02T00:00:00Z",
                },
                "starts_at_local",
            ),
            ({"status": "cancelled"}, "status"),
            ({"version": 9}, "version"),
        ],
    )
    async def test_what_is_wrong_is_named(
        self, browse: Browse, patch: dict[str, Any], field: str
    ) -> None:
        seller = browse(person())
        body = an_event(ends_at="2027-01-01T00:00:00Z")
        event = (await seller.post(EVENTS, json=body)).json()
        answer = await seller.patch(f"{EVENTS}/{event['id']}", json=patch)
        assert fault(answer) == (400, "invalid", field)

    async def test_prices_keep_their_currency(self, desk: Desk, browse: Browse) -> None:
        seller = person()
        event = await desk.announce(seller)
        await desk.offer(seller, event_id=event.id, currency="pln")
        path = f"{EVENTS}/{event.id}"
        answer = await browse(seller).patch(path, json={"currency": "usd"})
        assert fault(answer) == (400, "invalid", "currency")
        assert answer.json()["errors"][0]["message"].startswith("Must be pln")
        same = await browse(seller).patch(path, json={"currency": "pln"})
        assert same.json()["currency"] == "pln"

    @pytest.mark.parametrize(
        ("if_match", "status"),
        [
            ('"1"', 200),
            ("*", 200),
            ('"7", "1"', 200),
            ('"2"', 412),
            ('W/"1"', 412),
            ('"abc"', 412),
            ("1", 400),
            ("", 400),
        ],
    )
    async def test_only_what_was_read_is_changed(
        self, desk: Desk, browse: Browse, if_match: str, status: int
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller)
        headers = {"If-Match": if_match}
        for path, body in (
            (f"{EVENTS}/{event.id}", {"name": "Encore"}),
            (f"{TICKETS}/{ticket.id}", {"title": "Arena"}),
        ):
            answer = await browse(seller).patch(path, json=body, headers=headers)
            assert answer.status_code == status
            if status == 412:
                assert fault(answer)[1] == "changed"
            if status == 400:
                assert fault(answer)[2] == "header.If-Match"

    async def test_strangers_change_nothing(self, desk: Desk, browse: Browse) -> None:
        event = await desk.announce(person())
        path = f"{EVENTS}/{event.id}"
        for method, body in (("PUT", an_event()), ("PATCH", {"name": "Mine"})):
            answer = await browse(person()).request(method, path, json=body)
            assert fault(answer)[:2] == (403, "not-yours")
            answer = await browse().request(method, path, json=body)
            assert fault(answer)[:2] == (401, "signed-out")

    async def test_an_event_is_not_deleted(self, desk: Desk, browse: Browse) -> None:
        seller = person()
        event = await desk.announce(seller)
        answer = await browse(seller).delete(f"{EVENTS}/{event.id}")
        assert fault(answer)[:2] == (405, "method-not-allowed")
