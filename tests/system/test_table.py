"""Every route of the public API, through the gateway: what each must refuse.

The routes come from the services' OpenAPI documents, so a new one is tested as soon as
it is there. Each test names every route that answers otherwise.
"""

import time
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from system_kit.people import Person
from system_kit.stage import Stage
from table_kit.contract import promised
from table_kit.operations import NOUNS, Operation, document, operations
from table_kit.scenery import Scenery
from table_kit.seen import PROBLEM, code_of
from table_kit.wrong import WRONG_HEADERS, WRONG_JSON, wrong_bodies, wrong_queries

from common.ids import new_id
from common.testing.tokens import Signer, forgeries
from common.testing.waiting import eventually

#: Bytes that the gateway takes; services take less.
GATEWAY = 1 << 20
TOO_LARGE = (GATEWAY - 1, GATEWAY + 1)

SIGNED_IN = [o for o in operations() if o.person == "required"]
UNSAFE = [o for o in operations() if o.unsafe and not o.webhook]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scenery(stage: Stage) -> AsyncIterator[Scenery]:
    yield await Scenery.of(stage)


def told(operation: Operation, what: object, answer: httpx.Response) -> str:
    return f"{operation} with {what!r:.200}: {answer.status_code} {answer.text:.300}"


def refuses(answer: httpx.Response, status: int, code: str) -> bool:
    """A problem of that name and nothing more: no trace, no SQL, no secret."""
    if answer.status_code != status or code_of(answer) != code:
        return False
    problem = answer.json()
    inner = ("Traceback", "SELECT ", "sqlalchemy", "asyncpg", "/site-packages/")
    return (
        problem["status"] == status
        and bool(problem["title"])
        and bool(problem["detail"])
        and not any(word in answer.text for word in inner)
    )


def names(answer: httpx.Response, field: str) -> bool:
    """Whether an invalid input is told by its field, in a sentence."""
    if not refuses(answer, 400, "invalid"):
        return False
    errors = answer.json().get("errors", [])
    return bool(errors) and errors[0]["field"] == field and bool(errors[0]["message"])


class TestTheDocuments:
    @pytest.mark.parametrize("noun", NOUNS)
    async def test_they_are_served_as_they_stand_in_the_repository(
        self, stage: Stage, noun: str
    ) -> None:
        served = await stage.person().ask("GET", f"/api/{noun}/openapi.json")
        assert served == document(noun)

    def test_every_route_is_promised(self) -> None:
        assert {str(o) for o in operations()} == promised().keys()

    def test_every_promise_is_documented(self) -> None:
        missing = [
            f"{operation}: {status} {code}"
            for operation in operations()
            for status, code in promised()[str(operation)]
            if status not in operation.answers
            or (code and code not in operation.answers[status])
        ]
        assert not missing


class TestStrangers:
    async def test_are_signed_out_everywhere(self, scenery: Scenery) -> None:
        wrong: list[str] = []
        for operation in SIGNED_IN:
            answer = await scenery.ask(operation, scenery.stage.person())
            wrong += [] if _signed_out(answer) else [told(operation, "", answer)]
        assert not wrong

    async def test_are_believed_no_header_that_says_who_they_are(
        self, scenery: Scenery
    ) -> None:
        me = await scenery.buyer.me()
        assert me is not None
        claims = dict.fromkeys(("X-User-Id", "X-User", "Remote-User"), me["id"])
        claims |= {"X-Forwarded-User": me["id"], "X-Auth-Request-User": me["id"]}
        wrong: list[str] = []
        for operation in SIGNED_IN:
            answer = await scenery.ask(
                operation, scenery.stage.person(), headers=claims
            )
            wrong += [] if _signed_out(answer) else [told(operation, claims, answer)]
        assert not wrong

    async def test_forge_no_token_that_passes(self, scenery: Scenery) -> None:
        """Signed with auth's own key, where that is what the forgery is about."""
        genuine = await signer_of(scenery.stage, scenery.seller)
        assert await passes(scenery, genuine.token())
        forged = forgeries(genuine) | {"revoked": await revoked(scenery.stage)}
        wrong: list[str] = []
        for operation in SIGNED_IN:
            for name, token in forged.items():
                headers = {"Authorization": f"Bearer {token}"}
                answer = await scenery.ask(
                    operation, scenery.stage.person(), headers=headers
                )
                wrong += [] if _signed_out(answer) else [told(operation, name, answer)]
        assert not wrong

    async def test_forge_no_cookie_that_passes(self, scenery: Scenery) -> None:
        forged = forgeries(await signer_of(scenery.stage, scenery.seller))
        wrong: list[str] = []
        for operation in SIGNED_IN:
            for name in ("none", "HS256 with the public key", "expired"):
                headers = {"Cookie": f"session={forged[name]}"}
                answer = await scenery.ask(
                    operation, scenery.stage.person(), headers=headers
                )
                wrong += [] if _signed_out(answer) else [told(operation, name, answer)]
        assert not wrong


class TestOtherPeople:
    async def test_find_nothing_that_is_not_theirs(self, scenery: Scenery) -> None:
        """Not even whether it exists; what everybody sees is not theirs to change."""
        guest = await scenery.stage.guest()
        theirs = [o for o in SIGNED_IN if o.place]
        wrong: list[str] = []
        for operation in theirs:
            for who in (scenery.stranger, guest):
                answer = await scenery.ask(operation, who)
                if not _hidden(answer, scenery):
                    wrong.append(told(operation, who.email, answer))
        assert not wrong

    async def test_pay_for_no_order_of_others(self, scenery: Scenery) -> None:
        body = {"order_id": scenery.order["id"], "token": "tok_visa"}
        await scenery.stranger.ask("POST", "/api/payments", 404, json=body)

    async def test_sell_no_tickets_to_events_of_others(self, scenery: Scenery) -> None:
        body = {"title": "Mine", "price": 1, "event_id": scenery.event["id"]}
        refusal = await scenery.stranger.ask("POST", "/api/tickets", 403, json=body)
        assert refusal["type"] == "/problems/not-yours"

    async def test_list_nothing_that_is_not_theirs(self, scenery: Scenery) -> None:
        only = {"order_id": scenery.order["id"]}
        of_event = {"event_id": scenery.event["id"]}
        for path, params in (
            ("/api/orders", {}),
            ("/api/payments", only),
            ("/api/sales", of_event),
        ):
            found = await scenery.stranger.ask("GET", path, params=params)
            assert found["items"] == []
        sums = await scenery.stranger.ask("GET", "/api/sales/summary", params=of_event)
        assert (sums["tickets"], sums["series"]) == ([], [])

    async def test_see_no_draft(self, scenery: Scenery) -> None:
        draft = await scenery.seller.announce(status="draft")
        body = {"title": "Soon", "price": 1, "event_id": draft["id"]}
        hidden = await scenery.seller.ask("POST", "/api/tickets", 201, json=body)
        places = {"event_id": draft["id"], "ticket_id": hidden["id"]}
        for operation in operations():
            if {"event_id", "ticket_id"} & set(operation.place):
                path = scenery.path(operation, **places)
                body = scenery.call(operation).body
                options: dict[str, Any] = {"json": body} if body else {}
                await scenery.stranger.ask(operation.method, path, 404, **options)

    async def test_guests_have_no_rights_of_members(self, scenery: Scenery) -> None:
        guest, wrong = await scenery.stage.guest(), list[str]()
        for operation in operations():
            if "guest" in operation.answers.get(403, ()):
                answer = await scenery.ask(operation, guest)
                if not refuses(answer, 403, "guest"):
                    wrong.append(told(operation, "a guest", answer))
        assert not wrong


class TestOtherSites:
    @pytest.mark.parametrize(
        "header",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "cross-site", "Origin": "own"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
        ],
    )
    async def test_make_no_request_with_the_cookie(
        self, scenery: Scenery, header: dict[str, str]
    ) -> None:
        own = scenery.stage.system.settings.origin
        headers = {name: value.replace("own", own) for name, value in header.items()}
        wrong: list[str] = []
        for operation in UNSAFE:
            answer = await scenery.ask(operation, scenery.seller, headers=headers)
            if not refuses(answer, 403, "cross-site"):
                wrong.append(told(operation, headers, answer))
        assert not wrong

    @pytest.mark.parametrize(
        "header",
        [
            {},
            {"Sec-Fetch-Site": "same-origin"},
            {"Sec-Fetch-Site": "none"},
            {"Origin": "own"},
        ],
    )
    async def test_our_own_pages_do(
        self, scenery: Scenery, header: dict[str, str]
    ) -> None:
        """What they send is looked at: here it is of the wrong media."""
        own = scenery.stage.system.settings.origin
        headers = {name: value.replace("own", own) for name, value in header.items()}
        wrong: list[str] = []
        for operation in UNSAFE:
            answer = await _send_text(scenery, operation, headers)
            if not refuses(answer, 415, "unsupported-media-type"):
                wrong.append(told(operation, headers, answer))
        assert not wrong


class TestInput:
    @pytest.mark.parametrize(
        "operation", [o for o in operations() if o.body is not None], ids=str
    )
    async def test_a_wrong_body_is_told_by_its_field(
        self, scenery: Scenery, operation: Operation
    ) -> None:
        assert operation.body is not None
        wrong: list[str] = []
        for each in wrong_bodies(operation.body, scenery.call(operation).body):
            answer = await scenery.ask(operation, json=each.value)
            if not names(answer, each.field):
                wrong.append(f"{each.field}: {told(operation, each.value, answer)}")
        assert not wrong, "\n".join(wrong)

    async def test_what_is_no_json_is_told_so(self, scenery: Scenery) -> None:
        json_header = {"Content-Type": "application/json"}
        wrong: list[str] = []
        for operation in operations():
            for raw in WRONG_JSON if operation.body is not None else ():
                answer = await scenery.ask(operation, content=raw, headers=json_header)
                if not names(answer, "body"):
                    wrong.append(told(operation, raw[:20], answer))
        assert not wrong, "\n".join(wrong)

    async def test_a_body_where_none_is_wanted_is_refused(
        self, scenery: Scenery
    ) -> None:
        wrong: list[str] = []
        for operation in UNSAFE:
            if operation.body is None:
                answer = await scenery.ask(operation, json={"unheard_of": 1})
                if not names(answer, "unheard_of"):
                    wrong.append(told(operation, "a body", answer))
        assert not wrong, "\n".join(wrong)

    async def test_a_wrong_query_is_told_by_its_parameter(
        self, scenery: Scenery
    ) -> None:
        wrong: list[str] = []
        for operation in operations():
            if operation.webhook:
                continue  # its parameters are the provider's
            for each in wrong_queries(operation):
                answer = await scenery.ask(operation, params=each.value)
                if not names(answer, each.field):
                    wrong.append(f"{each.field}: {told(operation, each.value, answer)}")
        assert not wrong, "\n".join(wrong)

    async def test_a_wrong_header_is_told_by_its_name(self, scenery: Scenery) -> None:
        wrong: list[str] = []
        for operation in operations():
            for parameter in operation.parameters_in("header"):
                name = parameter["name"]
                for value in WRONG_HEADERS[name]:
                    headers = {name: value.encode("latin-1")}
                    answer = await scenery.ask(operation, headers=headers)
                    if not names(answer, f"header.{name}"):
                        wrong.append(told(operation, headers, answer))
        assert not wrong, "\n".join(wrong)

    async def test_an_id_of_nothing_is_not_found(self, scenery: Scenery) -> None:
        """Neither one that could be, nor what is none."""
        wrong: list[str] = []
        for operation in operations():
            for value in (
                (str(new_id()), "42", "..%2f", "%00") if operation.place else ()
            ):
                path = operation.filled(dict.fromkeys(operation.place, value))
                answer = await scenery.ask(operation, path=path)
                # Envoy refuses an encoded slash itself, as a path that is none.
                none = "%" in value and refuses(answer, 400, "invalid")
                if not (none or refuses(answer, 404, "not-found")):
                    wrong.append(told(operation, value, answer))
        assert not wrong, "\n".join(wrong)

    async def test_other_media_are_refused(self, scenery: Scenery) -> None:
        wrong: list[str] = []
        for operation in UNSAFE:
            answer = await _send_text(scenery, operation, {})
            if not refuses(answer, 415, "unsupported-media-type"):
                wrong.append(told(operation, "text", answer))
        assert not wrong

    @pytest.mark.parametrize("size", TOO_LARGE)
    async def test_what_is_too_large_is_refused(
        self, scenery: Scenery, size: int
    ) -> None:
        headers = {"Content-Type": "application/json"}
        wrong: list[str] = []
        for operation in operations():
            if 413 in operation.answers:
                answer = await scenery.ask(
                    operation, content=b" " * size, headers=headers
                )
                if not refuses(answer, 413, "content-too-large"):
                    wrong.append(told(operation, size, answer))
        assert not wrong, "\n".join(wrong)

    async def test_methods_that_no_route_has_are_refused(
        self, scenery: Scenery
    ) -> None:
        wrong: list[str] = []
        for path, methods in _methods().items():
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
                place = path.format_map(scenery.places)
                answer = await scenery.seller.http.request(method, place)
                if not refuses(answer, 405, "method-not-allowed"):
                    wrong.append(f"{method} {path}: {answer.status_code}")
        assert not wrong


class TestWhatStaysInside:
    @pytest.mark.parametrize(
        "path",
        [
            "/livez",
            "/metrics",
            "/readyz/",
            "/api",
            "/api/orders/livez",
            "/api/orders/metrics",
            "/api/users/readyz",
            "/api/orders/internal",
            "/api/internal/orders",
            "/api/nothing",
            "/api/ordersomething",
            "/api/../livez",
            "/api/orders/..%2flivez",
            "/test-provider/ledger",
            "/test-provider/control/faults",
            "/test-provider/challenges/../ledger",
            "/payments",
            "/ledger",
            "/schema",
            "/docs",
        ],
    )
    async def test_is_not_reached_through_the_gateway(
        self, scenery: Scenery, path: str
    ) -> None:
        answer = await scenery.seller.http.get(path)
        assert answer.status_code in (400, 404, 405), answer.text
        assert answer.headers["Content-Type"].partition(";")[0] in (
            PROBLEM,
            "text/html",
        )

    async def test_the_gateways_own_readiness_names_nothing(self, stage: Stage) -> None:
        answer = await stage.person().http.get("/readyz")
        assert (answer.status_code, answer.content) == (HTTPStatus.OK, b"")


async def signer_of(stage: Stage, person: Person) -> Signer:
    """Sign as auth does, with its own key, for a session that there is."""
    database = stage.database("auth")
    try:
        async with database.transaction() as tx:
            key = (await tx.session.execute(text(_KEY))).one()
    finally:
        await database.dispose()
    me = await person.me()
    assert me is not None
    sessions = await person.ask("GET", "/api/users/sessions")
    return Signer(
        _decoded(key.private),
        kid=key.kid,
        now=int(time.time()),
        user=UUID(me["id"]),
        session=UUID(sessions["items"][0]["id"]),
    )


_KEY = "SELECT kid, private FROM signing_keys ORDER BY signs_from DESC LIMIT 1"


def _decoded(private: str) -> bytes:
    return urlsafe_b64decode(private + "=" * (-len(private) % 4))


async def passes(scenery: Scenery, token: str) -> bool:
    headers = {"Authorization": f"Bearer {token}"}
    answers = [
        await scenery.stage.person().http.get(path, headers=headers)
        for path in ("/api/users/sessions", "/api/orders", "/api/payments")
    ]
    return all(answer.is_success for answer in answers)


async def revoked(stage: Stage) -> str:
    """A token that was genuine until its session ended, everywhere."""
    person = await stage.member()
    token = person.token
    elsewhere = person.elsewhere(stage.url)
    await person.sign_out()

    async def unknown_everywhere() -> bool:
        asked = ("/api/users/sessions", "/api/orders", "/api/payments")
        answers = [await elsewhere.http.get(path) for path in asked for _ in range(4)]
        sold = await elsewhere.http.post("/api/events", json={})
        return all(_signed_out(answer) for answer in (*answers, sold))

    await eventually(unknown_everywhere, limit=5.0)
    return token


def _signed_out(answer: httpx.Response) -> bool:
    return refuses(answer, 401, "signed-out")


def _hidden(answer: httpx.Response, scenery: Scenery) -> bool:
    """Refused, without a word about what is there."""
    refused = (
        refuses(answer, 404, "not-found")
        or refuses(answer, 403, "not-yours")
        or refuses(answer, 403, "guest")
    )
    facts = (scenery.order["code"], scenery.order["buyer_id"], scenery.buyer.email)
    return refused and not any(fact in answer.text for fact in facts)


async def _send_text(
    scenery: Scenery, operation: Operation, headers: dict[str, str]
) -> httpx.Response:
    media = {"Content-Type": "text/plain", **headers}
    return await scenery.ask(operation, scenery.seller, content=b"text", headers=media)


def _methods() -> dict[str, set[str]]:
    methods: dict[str, set[str]] = {}
    for operation in operations():
        methods.setdefault(operation.path, set()).add(operation.method)
    return methods
