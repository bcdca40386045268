"""What every answer has, and what becomes of errors."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from things_desk import BEARER, CANARY, THING, SoldOut, Things

from common.asgi import Receive, Scope, Send
from common.http import Edge, openapi_document

ONE = f"/api/things/{THING}"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
async def things() -> AsyncIterator[Things]:
    things = Things()
    yield things
    await things.http.aclose()


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["type"].removeprefix("/problems/")


class Postgres(Exception):
    """What the driver raises, by its SQLSTATE."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(CANARY)
        self.sqlstate = sqlstate


def database_error(sqlstate: str) -> DBAPIError:
    return DBAPIError(f"SELECT {CANARY}", None, Postgres(sqlstate))


class TestErrors:
    @pytest.mark.parametrize(
        "fault",
        [
            PoolTimeout(CANARY),
            ConnectionRefusedError(CANARY),
            TimeoutError(CANARY),
            database_error("55P03"),
            database_error("57014"),
            database_error("57P01"),
            database_error("53300"),
            database_error("40P01"),
            database_error("25P03"),
            DBAPIError("SELECT", None, Postgres(""), connection_invalidated=True),
        ],
        ids=repr,
    )
    async def test_a_database_that_cannot_now_makes_us_busy(
        self, things: Things, fault: Exception
    ) -> None:
        things.shelf.fault = fault
        answer = await things.create()
        assert (answer.status_code, code(answer)) == (503, "busy")
        assert answer.headers["retry-after"] == "1"
        assert CANARY not in answer.text

    @pytest.mark.parametrize(
        "fault",
        [
            RuntimeError(CANARY),
            KeyError(CANARY),
            ProgrammingError(f"SELECT {CANARY}", None, Postgres("42601")),
            database_error("23505"),
        ],
        ids=repr,
    )
    async def test_what_is_unexpected_is_our_fault_and_says_no_more(
        self, things: Things, fault: Exception
    ) -> None:
        things.shelf.fault = fault
        answer = await things.create()
        assert (answer.status_code, code(answer)) == (500, "internal")
        assert CANARY not in answer.text
        assert "raceback" not in answer.text

    async def test_an_error_of_ours_brings_its_facts(self, things: Things) -> None:
        things.shelf.fault = SoldOut(items=[{"ticket_id": THING, "available": 0}])
        answer = await things.create()
        assert answer.status_code == 409
        assert answer.json() == {
            "type": "/problems/sold-out",
            "title": "Sold out",
            "status": 409,
            "detail": "Every one is sold.",
            "items": [{"ticket_id": str(THING), "available": 0}],
        }

    @pytest.mark.parametrize("path", ["/", "/api/nothing", "/api/things/no-id", "//"])
    async def test_what_is_not_there_is_404(self, things: Things, path: str) -> None:
        answer = await things.http.get(path)
        assert (answer.status_code, code(answer)) == (404, "not-found")

    async def test_what_cannot_be_done_is_405_and_says_what_can(
        self, things: Things
    ) -> None:
        answer = await things.http.delete(ONE)
        assert (answer.status_code, code(answer)) == (405, "method-not-allowed")
        assert set(answer.headers["allow"].split(", ")) == {"GET", "PATCH", "OPTIONS"}

    async def test_options_says_all_that_can_be_done(self, things: Things) -> None:
        answer = await things.http.options(ONE)
        assert answer.status_code == 204
        assert answer.headers["allow"] == "GET, OPTIONS, PATCH"

    async def test_an_impossible_host_is_400(self, things: Things) -> None:
        answer = await things.http.get(ONE, headers={"host": "a b"})
        assert (answer.status_code, code(answer)) == (400, "invalid")


class TestHeaders:
    async def test_answers_are_not_kept_nor_guessed_at(self, things: Things) -> None:
        for path in (ONE, "/api/nothing"):
            answer = await things.http.get(path)
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_a_request_keeps_its_id(self, things: Things) -> None:
        answer = await things.http.get(ONE, headers={"x-request-id": "abc-123"})
        assert answer.headers["x-request-id"] == "abc-123"

    @pytest.mark.parametrize("given", ["", "x" * 129, "caf\u00e9"])
    async def test_or_is_given_one(self, things: Things, given: str) -> None:
        headers = {b"x-request-id": given.encode("latin-1")}
        answer = await things.http.get(ONE, headers=headers)
        assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])

    async def test_a_trace_goes_on(self, things: Things) -> None:
        trace = (await things.create({"traceparent": TRACE})).json()["trace"]
        assert trace[:35] == TRACE[:35]
        assert trace != TRACE

    async def test_head_is_get_without_its_body(self, things: Things) -> None:
        answer = await things.http.head(ONE)
        assert (answer.status_code, answer.content) == (200, b"")


def count(**labels: str) -> float:
    return REGISTRY.get_sample_value("http_requests_total", labels) or 0


class TestMeasures:
    async def test_requests_are_counted_by_the_route_not_by_the_path(
        self, things: Things
    ) -> None:
        labels = {"method": "GET", "route": "/api/things/{thing_id}", "status": "200"}
        before = count(**labels)
        await things.http.get(ONE)
        assert count(**labels) == before + 1

    async def test_paths_that_lead_nowhere_are_counted_as_one(
        self, things: Things
    ) -> None:
        labels = {"method": "GET", "route": "unknown", "status": "404"}
        before = count(**labels)
        for path in ("/a", "/b"):
            await things.http.get(path)
        assert count(**labels) == before + 2


class TestEdge:
    """Around a route that stands in front of the framework."""

    async def test_an_error_nobody_caught_is_answered(self) -> None:
        async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
            raise RuntimeError(CANARY)

        transport = httpx.ASGITransport(app=Edge(broken))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
            answer = await http.get("/")
        assert (answer.status_code, code(answer)) == (500, "internal")
        assert CANARY not in answer.text
        assert answer.headers["x-request-id"]


class TestDocument:
    async def test_it_is_served_and_always_the_same(self, things: Things) -> None:
        served = await things.http.get("/api/things/openapi.json")
        assert served.headers["content-type"] == "application/json"
        assert served.content == openapi_document(Things().api)

    async def test_operations_have_stable_names(self, things: Things) -> None:
        assert {o["operationId"] for o in operations(await document(things))} == {
            "createThing",
            "listThings",
            "readThing",
            "updateThing",
            "pokeThing",
            "hearProvider",
        }

    async def test_errors_are_problems(self, things: Things) -> None:
        create = (await document(things))["paths"]["/api/things"]["post"]
        assert set(create["responses"]) == {
            *("201", "400", "401", "403", "409"),
            *("413", "415", "422", "429", "503"),
        }
        conflict = create["responses"]["409"]
        assert conflict["description"].splitlines() == [
            "`sold-out`: Every one is sold.",
            "`key-in-progress`: A request with this Idempotency-Key is still at work.",
        ]
        assert list(conflict["content"]) == ["application/problem+json"]

    async def test_who_may_ask_is_said(self, things: Things) -> None:
        paths = (await document(things))["paths"]
        either: list[dict[str, list[str]]] = [{"cookie": []}, {"bearer": []}]
        assert paths["/api/things"]["post"]["security"] == either
        assert paths["/api/things/{thing_id}"]["get"]["security"] == [*either, {}]
        assert "security" not in paths["/api/things"]["get"]

    async def test_inputs_are_as_strict_as_they_are(self, things: Things) -> None:
        built = await document(things)
        schema = built["components"]["schemas"]["ThingCreate"]
        assert schema["additionalProperties"] is False
        parameters = {
            parameter["name"]: parameter["schema"]
            for parameter in built["paths"]["/api/things"]["get"]["parameters"]
        }
        assert parameters["limit"] == {
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "default": 20,
        }
        assert parameters["from"] == {"type": "string", "format": "date-time"}

    async def test_no_content_has_no_schema(self, things: Things) -> None:
        poke = (await document(things))["paths"]["/api/things/{thing_id}/poke"]
        assert "content" not in poke["post"]["responses"]["204"]

    async def test_two_apis_of_one_process_do_not_mix(self, things: Things) -> None:
        other = await Things().http.get("/api/things/openapi.json")
        assert other.json() == await document(things)


async def document(things: Things) -> dict[str, Any]:
    return (await things.http.get("/api/things/openapi.json", headers=BEARER)).json()


def operations(built: dict[str, Any]) -> list[dict[str, Any]]:
    return [o for path in built["paths"].values() for o in path.values()]
