"""What every route refuses, and the words it finds."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from things_desk import BEARER, THING, Things

from common.errors import FieldError
from common.http.sentences import fault_of, field_error
from common.limits import RateLimits

ONE = f"/api/things/{THING}"


@pytest.fixture
async def things() -> AsyncIterator[Things]:
    things = Things()
    yield things
    await things.http.aclose()


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    return problem["type"].removeprefix("/problems/")


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    assert (answer.status_code, code(answer)) == (400, "invalid")
    return [(error["field"], error["message"]) for error in answer.json()["errors"]]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"items": [{"quantity": 0}]}, "items.0.quantity", "Must be at least 1."),
    ({"items": [{"quantity": 51}]}, "items.0.quantity", "Must be at most 50."),
    (
        {"items": [{"quantity": 1}, {"quantity": "1"}]},
        "items.1.quantity",
        "Must be a whole number.",
    ),
    (
        {"items": [{"quantity": 1.5}]},
        "items.0.quantity",
        "Must be a whole number.",
    ),
    (
        {"items": [{"quantity": True}]},
        "items.0.quantity",
        "Must be a whole number.",
    ),
    ({"items": [{}]}, "items.0.quantity", "Is required."),
    (
        {"items": [{"quantity": 1, "x": 1}]},
        "items.0.x",
        "There is no such field.",
    ),
    ({"items": []}, "items", "Must not be empty."),
    ({"items": [{"quantity": 1}] * 3}, "items", "May have at most 2 entries."),
    ({"items": None}, "items", "Must be a list."),
    ({"name": "x" * 21}, "name", "May have at most 20 characters."),
    ({"name": 5}, "name", "Must be text or null."),
    ({"name": "a\0b"}, "name", "Must not contain the character NUL."),
    (
        {"at": "tomorrow"},
        "at",
        "Must be a date and time, as in 2026-12-31T20:00:00Z.",
    ),
    (
        {"at": "2026-12-31T20:00:00"},
        "at",
        "Must say its offset, as in 2026-12-31T20:00:00Z.",
    ),
    ({"owner": "me"}, "owner", "Must be a UUID."),
    ({"price": 1}, "price", "There is no such field."),
]


class TestBody:
    @pytest.mark.parametrize(
        ("change", "field", "message"),
        WRONG,
    )
    async def test_the_first_wrong_field_is_named(
        self, things: Things, change: dict[str, Any], field: str, message: str
    ) -> None:
        assert faults(await things.create(**change)) == [(field, message)]
        assert not things.shelf.asked.is_set()

    async def test_programs_are_told_by_a_code_and_its_values(
        self, things: Things
    ) -> None:
        answer = await things.create(name="x" * 21)
        [error] = answer.json()["errors"]
        assert (error["code"], error["values"]) == ("too-long", {"max": "20"})

    @pytest.mark.parametrize(
        ("raw", "message"),
        [
            (b"", "Is required."),
            (b"{", "Is not valid JSON."),
            (b"nope", "Is not valid JSON."),
            (b'{"items": [{"quantity": 1}]} {}', "Is not valid JSON."),
            (b'{"name": "\xff"}', "Is not valid JSON."),
            (b'{"name": "\\ud800"}', "Is not valid JSON."),
            (b"[]", "Must be an object."),
            (b"null", "Must be an object."),
            (b"7", "Must be an object."),
        ],
    )
    async def test_a_body_that_is_none_is_named_as_a_whole(
        self, things: Things, raw: bytes, message: str
    ) -> None:
        headers = {**BEARER, "content-type": "application/json; charset=utf-8"}
        answer = await things.http.post("/api/things", content=raw, headers=headers)
        assert faults(answer) == [("body", message)]

    async def test_a_backslash_before_u0000_is_text(self, things: Things) -> None:
        answer = await things.create(name="\\u0000")
        assert answer.json()["name"] == "\\u0000"

    async def test_too_much_is_413(self, things: Things) -> None:
        answer = await things.create(name="x" * 1000)
        assert (answer.status_code, code(answer)) == (413, "content-too-large")

    async def test_too_much_in_pieces_is_413(self, things: Things) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b" " * 100

        headers = {**BEARER, "content-type": "application/json"}
        answer = await things.http.post(
            "/api/things", content=pieces(), headers=headers
        )
        assert (answer.status_code, code(answer)) == (413, "content-too-large")

    @pytest.mark.parametrize(
        "media",
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"],
    )
    async def test_other_media_are_415(self, things: Things, media: str) -> None:
        headers = {**BEARER, "content-type": media}
        for content in (b"{}", b""):
            answer = await things.http.post(
                "/api/things", content=content, headers=headers
            )
            assert (answer.status_code, code(answer)) == (415, "unsupported-media-type")

    async def test_a_body_without_its_media_is_415(self, things: Things) -> None:
        answer = await things.http.post("/api/things", content=b"{}", headers=BEARER)
        assert answer.status_code == 415

    async def test_a_merge_patch_is_json(self, things: Things) -> None:
        headers = {**BEARER, "content-type": "application/merge-patch+json"}
        for raw, name in ((b"{}", "kept"), (b'{"name": null}', None)):
            answer = await things.http.patch(ONE, content=raw, headers=headers)
            assert answer.json()["name"] == name

    async def test_a_route_without_body_takes_none(self, things: Things) -> None:
        poke = f"{ONE}/poke"
        assert (await things.http.post(poke, headers=BEARER)).status_code == 204
        assert (
            await things.http.post(poke, headers=BEARER, json={})
        ).status_code == 204
        answer = await things.http.post(poke, headers=BEARER, json={"user_id": "me"})
        assert faults(answer) == [("user_id", "There is no such field.")]


class TestQuery:
    @pytest.mark.parametrize(
        ("query", "field", "message"),
        [
            ("limit=0", "query.limit", "Must be at least 1."),
            ("limit=101", "query.limit", "Must be at most 100."),
            ("limit=many", "query.limit", "Must be a whole number."),
            (
                "from=soon",
                "query.from",
                "Must be a date and time, as in 2026-12-31T20:00:00Z.",
            ),
            ("owner=me", "query.owner", "Must be a UUID."),
            ("limits=5", "query.limits", "There is no such parameter."),
            (
                "since=2026-01-01T00:00:00Z",
                "query.since",
                "There is no such parameter.",
            ),
            ("owner=%00", "query.owner", "Must not contain the character NUL."),
        ],
    )
    async def test_what_is_wrong_is_named(
        self, things: Things, query: str, field: str, message: str
    ) -> None:
        assert faults(await things.http.get(f"/api/things?{query}")) == [
            (field, message)
        ]

    async def test_all_that_is_wrong_is_named(self, things: Things) -> None:
        answer = await things.http.get("/api/things?limit=x&owner=y")
        assert [field for field, _ in faults(answer)] == ["query.limit", "query.owner"]

    async def test_a_wrong_header_is_named_as_it_was_sent(self, things: Things) -> None:
        answer = await things.http.get(ONE, headers={"if-none-match": "x" * 11})
        [(field, message)] = faults(answer)
        assert (field, message) == (
            "header.If-None-Match",
            "May have at most 10 characters.",
        )

    async def test_what_is_right_arrives(self, things: Things) -> None:
        query = {"limit": "5", "from": "2026-01-01T00:00:00Z", "owner": str(THING)}
        [thing] = (await things.http.get("/api/things", params=query)).json()
        assert thing["name"] == f"5 {datetime(2026, 1, 1)}+00:00 {THING}"  # noqa: DTZ001  # printed


class TestKey:
    async def test_it_is_what_the_body_and_the_address_are_done_with(
        self, things: Things
    ) -> None:
        answer = await things.create({"idempotency-key": "k-1"})
        assert answer.json()["name"] == "k-1"

    @pytest.mark.parametrize("key", ["a b", "x" * 256, ""])
    async def test_a_key_of_another_form_is_refused(
        self, things: Things, key: str
    ) -> None:
        [(field, _)] = faults(await things.create({"idempotency-key": key}))
        assert field == "header.Idempotency-Key"


class TestPeople:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"cookie": "__Host-session=forged"},
            {"cookie": "session=member"},
            {"cookie": "other=member"},
            {"authorization": "Bearer forged"},
            {"authorization": "Bearer "},
            {"authorization": "Basic member"},
            {"authorization": "Bearer forged", "cookie": "__Host-session=member"},
        ],
    )
    async def test_strangers_are_refused_before_their_input_is_read(
        self, things: Things, headers: dict[str, str]
    ) -> None:
        answer = await things.http.post("/api/things", json={}, headers=headers)
        assert (answer.status_code, code(answer)) == (401, "signed-out")
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        "headers",
        [
            {"cookie": "a=b; __Host-session=guest"},
            {"cookie": "session=member; __Host-session=guest"},
            {"authorization": "bearer guest"},
        ],
    )
    async def test_cookie_and_bearer_say_who_asks(
        self, things: Things, headers: dict[str, str]
    ) -> None:
        answer = await things.http.get(ONE, headers=headers)
        assert answer.json()["asked_by"] == "guest"

    async def test_without_https_the_cookie_has_its_plain_name(self) -> None:
        things = Things(public_url="http://localhost:8080")
        headers = {"cookie": "session=guest; __Host-session=member"}
        answer = await things.http.get(ONE, headers=headers)
        assert answer.json()["asked_by"] == "guest"

    async def test_a_visitor_may_be_nobody(self, things: Things) -> None:
        for headers in ({}, {"authorization": "Bearer forged"}):
            answer = await things.http.get(ONE, headers=headers)
            assert answer.json()["asked_by"] is None

    async def test_a_guest_is_no_member(self, things: Things) -> None:
        headers = {"authorization": "Bearer guest"}
        answer = await things.http.patch(ONE, json={}, headers=headers)
        assert (answer.status_code, code(answer)) == (403, "guest")

    async def test_without_keys_nobody_is_signed_out(self, things: Things) -> None:
        headers = {"authorization": "Bearer keyless"}
        for path in (ONE, "/api/things/openapi.json"):
            await things.http.get(path, headers=headers)
        answer = await things.http.get(ONE, headers=headers)
        assert (answer.status_code, code(answer)) == (503, "busy")

    async def test_an_account_is_limited(self) -> None:
        things = Things(limits=RateLimits(rate=0.1, burst=2))
        statuses = [(await things.create()).status_code for _ in range(3)]
        assert statuses == [201, 201, 429]
        refused = await things.create()
        assert code(refused) == "too-many"
        assert int(refused.headers["retry-after"]) == 10


class TestSites:
    COOKIE = "__Host-session=member"

    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "cross-site", "origin": "http://things"},
            {"origin": "https://evil.test"},
            {"origin": "null"},
            {"origin": "http://things.evil.test"},
            {"sec-fetch-site": "cross-site", "authorization": "Basic x"},
        ],
    )
    async def test_another_sites_page_is_refused(
        self, things: Things, headers: dict[str, str]
    ) -> None:
        headers = {"cookie": self.COOKIE, **headers}
        for method, path in (("POST", "/api/things"), ("PATCH", ONE)):
            answer = await things.http.request(method, path, json={}, headers=headers)
            assert (answer.status_code, code(answer)) == (403, "cross-site")

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"sec-fetch-site": "same-origin"},
            {"sec-fetch-site": "none"},
            {"origin": "http://things"},
            {"origin": "https://tickets.test"},
            {"sec-fetch-site": "same-origin", "origin": "https://evil.test"},
        ],
    )
    async def test_our_own_pages_and_programs_pass(
        self, things: Things, headers: dict[str, str]
    ) -> None:
        headers = {"cookie": self.COOKIE, **headers}
        answer = await things.http.patch(ONE, json={}, headers=headers)
        assert answer.status_code == 200

    async def test_the_rule_is_about_the_cookie(self, things: Things) -> None:
        headers = {**BEARER, "sec-fetch-site": "cross-site", "cookie": self.COOKIE}
        assert (
            await things.http.patch(ONE, json={}, headers=headers)
        ).status_code == 200

    async def test_reading_is_harmless(self, things: Things) -> None:
        headers = {"cookie": self.COOKIE, "sec-fetch-site": "cross-site"}
        assert (await things.http.get(ONE, headers=headers)).status_code == 200

    async def test_providers_are_other_sites(self, things: Things) -> None:
        headers = {"sec-fetch-site": "cross-site", "content-type": "text/plain"}
        path = "/api/things/webhooks/stripe?x=1"
        answer = await things.http.post(path, content=b"signed", headers=headers)
        assert answer.json() == {"heard": "stripe"}


class TestSentences:
    def test_a_path_becomes_dotted(self) -> None:
        error = field_error("Expected `int`, got `str` - at `$.a[0].b[...]`")
        assert error == FieldError(
            "a.0.b", "Must be a whole number.", "kind", {"kind": "a whole number"}
        )

    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            ("Expected `str` of length >= 8", "Needs 8 characters."),
            ("Expected `array` of length 2", "Must have 2 entries."),
            ("Expected `int` > 3", "Must be more than 3."),
            ("Expected `float` < 0.5", "Must be less than 0.5."),
            ("Expected `str` matching regex '^a$'", "Is not in the expected form."),
            (r"Expected `str` matching regex '\\S'", "Must not be blank."),
            ("Invalid enum value 'x'", "Is none of the known values."),
            ("Number out of range", "Is out of range."),
            ("Expected `uuid | null`, got `int`", "Must be a UUID or null."),
            ("ends before it starts", "ends before it starts"),
        ],
    )
    def test_a_fault_becomes_a_sentence(self, fault: str, said: str) -> None:
        assert fault_of(fault).message == said
