"""Every rule of the gateway, over real Envoy."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from local_kit import Backend, RunningGateway

from common.embedded.processes import LOOPBACK
from common.testing.waiting import eventually
from local.gateway import Gateway, Upstream, clusters
from local.gateway.program import validate, write

AVAILABILITY = "/api/events/1/availability"
SESSION = {"cookie": "theme=dark; session=token"}
SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
}


def problem(answer: httpx.Response) -> tuple[int, str]:
    """The status of an answer of the gateway's own, and its code."""
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"]
    return answer.status_code, str(body["type"]).removeprefix("/problems/")


def total(backends: list[Backend], what: str) -> int:
    return sum(backend.seen[what] for backend in backends)


class TestConfiguration:
    @pytest.mark.parametrize("limits", [True, False])
    def test_envoy_accepts_it(self, tmp_path: Path, *, limits: bool) -> None:
        upstreams = {"auth": [Upstream(1, 2)], "client": [Upstream(3, path="")]}
        gateway = Gateway(
            port=1, upstreams=upstreams, limits=limits, origin="https://tickets.test"
        )
        write(gateway, tmp_path / "gateway.json")
        assert validate(tmp_path / "gateway.json") == ""

    async def test_envoy_warns_of_nothing(self, gateway: RunningGateway) -> None:
        lines = (await asyncio.to_thread(gateway.log.read_text)).splitlines()
        assert [line for line in lines if not line.startswith("{")] == []

    def test_a_wrong_one_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "gateway.json").write_text('{"nonsense": 1}')
        assert "nonsense" in validate(tmp_path / "gateway.json")


class TestRoutes:
    @pytest.mark.parametrize(
        ("path", "backend"),
        [
            ("/api/users/currentuser", "auth"),
            ("/.well-known/jwks.json", "auth"),
            ("/api/events", "tickets"),
            ("/api/events/1/availability", "tickets"),
            ("/api/tickets?q=a", "tickets"),
            ("/api/orders", "orders"),
            ("/api/orders/1?wait=8", "orders"),
            ("/api/sales/summary", "orders"),
            ("/api/payments/config", "payments"),
            ("/api/payments/webhooks/test", "payments"),
            ("/test-provider/challenges/1", "test-provider"),
            ("/", "client"),
            ("/events/1", "client"),
            ("/apiary", "client"),
            ("/test-provider", "client"),
        ],
    )
    async def test_a_path_reaches_its_service(
        self, gateway: RunningGateway, path: str, backend: str
    ) -> None:
        answer = await gateway.client.get(path)
        assert answer.headers["backend"] == backend
        assert answer.json()["path"] == path

    @pytest.mark.parametrize("path", ["/api", "/api/", "/api/ordersx", "/api/nothing"])
    async def test_nothing_else_is_an_api(
        self, gateway: RunningGateway, path: str
    ) -> None:
        assert problem(await gateway.client.get(path)) == (404, "not-found")

    @pytest.mark.parametrize("path", ["/livez", "/metrics", "/api/orders/../../livez"])
    async def test_inner_paths_reach_no_service(
        self, gateway: RunningGateway, path: str
    ) -> None:
        answer = await gateway.client.get(httpx.URL(f"{gateway.url}{path}"))
        assert answer.headers["backend"] == "client"

    async def test_an_escaped_slash_is_refused(self, gateway: RunningGateway) -> None:
        answer = await gateway.client.get("/api/orders%2f..%2fusers")
        assert problem(answer) == (400, "invalid")

    async def test_without_a_client_there_are_no_pages(
        self, another_gateway: RunningGateway
    ) -> None:
        upstreams = {**another_gateway.gateway.upstreams}
        del upstreams["client"]
        async with another_gateway.told(upstreams=upstreams) as gateway:
            assert problem(await gateway.client.get("/")) == (404, "not-found")


class TestRequests:
    async def test_each_has_an_id_of_ours(self, gateway: RunningGateway) -> None:
        answer = await gateway.client.get("/api/events", headers={"x-request-id": "my"})
        given = answer.json()["headers"]["x-request-id"]
        assert answer.headers["x-request-id"] == given
        assert len(given) == 36

    @pytest.mark.parametrize(
        "header",
        [
            "x-user-id",
            "x-forwarded-user",
            "x-auth-request-email",
            "x-identity-id",
            "x-real-ip",
            "x-envoy-retry-on",
            "x-envoy-upstream-rq-timeout-ms",
            "x-envoy-original-path",
            "x-forwarded-host",
            "X_User_Id",
        ],
    )
    async def test_nobody_says_who_they_are(
        self, gateway: RunningGateway, header: str
    ) -> None:
        answer = await gateway.client.get("/api/events", headers={header: "5xx"})
        assert header.lower() not in answer.json()["headers"]
        assert "5xx" not in json.dumps(answer.json()["headers"])

    async def test_the_address_is_what_we_see(self, gateway: RunningGateway) -> None:
        forged = {"x-forwarded-for": "10.0.0.1"}
        answer = await gateway.client.get("/api/events", headers=forged)
        assert answer.json()["headers"]["x-forwarded-for"] == "127.0.0.1"

    @pytest.mark.parametrize(
        ("proxies", "address"), [(1, "203.0.113.7"), (2, "10.6.6.6")]
    )
    async def test_trusted_proxies_say_the_address(
        self, another_gateway: RunningGateway, proxies: int, address: str
    ) -> None:
        async with another_gateway.told(trusted_proxies=proxies) as gateway:
            told = {"x-forwarded-for": "192.0.2.1, 10.6.6.6, 203.0.113.7"}
            answer = await gateway.client.get("/api/events", headers=told)
            assert answer.json()["headers"]["x-forwarded-for"] == address

    async def test_credentials_and_keys_pass(self, gateway: RunningGateway) -> None:
        own = {
            "authorization": "Bearer token",
            "idempotency-key": "k",
            "if-match": '"3"',
            "cookie": "session=token",
            "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        }
        answer = await gateway.client.get("/api/events", headers=own)
        assert own.items() <= answer.json()["headers"].items()

    async def test_a_large_body_is_refused(self, gateway: RunningGateway) -> None:
        fits, large = b"x" * (1 << 20), b"x" * ((1 << 20) + 1)
        answer = await gateway.client.post("/api/events", content=fits)
        assert answer.json()["received"] == 1 << 20
        answer = await gateway.client.post("/api/events", content=large)
        assert problem(answer) == (413, "content-too-large")

    async def test_large_headers_are_refused(self, gateway: RunningGateway) -> None:
        large = {"cookie": "x" * (40 << 10)}
        answer = await gateway.client.get("/api/events", headers=large)
        assert problem(answer) == (431, "headers-too-large")

    async def test_an_old_protocol_is_refused(self, gateway: RunningGateway) -> None:
        reader, writer = await asyncio.open_connection(LOOPBACK, gateway.gateway.port)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 426")
        assert b'"status":426' in answer

    async def test_the_access_log_keeps_no_query(self, gateway: RunningGateway) -> None:
        answer = await gateway.client.get("/api/sales?q=somebody@example.org")
        line = await logged(gateway, answer)
        assert line["path"] == "/api/sales"
        assert line["status"] == 200
        assert line["upstream"] == "orders"
        assert "somebody" not in json.dumps(line)


class TestAnswers:
    @pytest.mark.parametrize("path", ["/", "/api/events", "/api/nothing"])
    async def test_every_one_is_guarded(
        self, gateway: RunningGateway, path: str
    ) -> None:
        headers = (await gateway.client.get(path)).headers
        assert SECURITY.items() <= dict(headers).items()
        assert "strict-transport-security" not in headers
        assert headers["server"] == "ticketing"

    async def test_https_is_kept_to(self, another_gateway: RunningGateway) -> None:
        async with another_gateway.told(origin="https://tickets.test") as gateway:
            headers = (await gateway.client.get("/")).headers
            assert headers["strict-transport-security"].startswith("max-age=31536000")

    @pytest.mark.parametrize("path", ["/api/events", "/api/nothing"])
    async def test_an_answer_of_the_api_is_no_page(
        self, gateway: RunningGateway, path: str
    ) -> None:
        policy = (await gateway.client.get(path)).headers["content-security-policy"]
        assert policy == "default-src 'none'; frame-ancestors 'none'"

    async def test_pages_bring_their_own_policy(self, gateway: RunningGateway) -> None:
        [client] = gateway.backends["client"]
        client.extra_headers["Content-Security-Policy"] = "default-src 'self'"
        headers = (await gateway.client.get("/")).headers
        assert headers["content-security-policy"] == "default-src 'self'"

    async def test_pages_are_compressed_and_the_api_is_not(
        self, gateway: RunningGateway
    ) -> None:
        long = {"x-padding": "x" * 2000, "accept-encoding": "gzip"}
        [client] = gateway.backends["client"]
        client.media = "text/html; charset=utf-8"
        page = await gateway.client.get("/", headers=long)
        assert page.headers["content-encoding"] == "gzip"
        answer = await gateway.client.get("/api/events", headers=long)
        assert "content-encoding" not in answer.headers


class TestCrossSite:
    @pytest.mark.parametrize(
        "told",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "cross-site", "origin": "http://localhost:8080"},
            {"origin": "https://evil.example"},
            {"origin": "null"},
        ],
    )
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    async def test_an_unsafe_method_is_refused(
        self, gateway: RunningGateway, method: str, told: dict[str, str]
    ) -> None:
        answer = await gateway.client.request(
            method, "/api/orders", headers=SESSION | told
        )
        assert problem(answer) == (403, "cross-site")

    @pytest.mark.parametrize(
        "told",
        [
            {},
            {"sec-fetch-site": "same-origin"},
            {"sec-fetch-site": "none"},
            {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
            {"origin": "http://localhost:8080"},
            {"origin": "http://HOST"},
        ],
    )
    async def test_our_own_pages_and_programs_pass(
        self, gateway: RunningGateway, told: dict[str, str]
    ) -> None:
        host = gateway.url.removeprefix("http://")
        told = {name: value.replace("HOST", host) for name, value in told.items()}
        answer = await gateway.client.post("/api/orders", headers=SESSION | told)
        assert answer.headers["backend"] == "orders"

    @pytest.mark.parametrize(
        "cookie",
        [
            "session=a",
            "__Host-session=a",
            "a=b;session=c",
            "a=b;  session=c",
            "a=b; __Host-session=c",
        ],
    )
    async def test_it_is_the_cookie_that_matters(
        self, gateway: RunningGateway, cookie: str
    ) -> None:
        told = {"sec-fetch-site": "cross-site", "cookie": cookie}
        answer = await gateway.client.post("/api/orders", headers=told)
        assert problem(answer) == (403, "cross-site")

    @pytest.mark.parametrize("cookie", ["a=session=b", "mysession=a", "sessions=a"])
    async def test_without_it_nothing_is_at_stake(
        self, gateway: RunningGateway, cookie: str
    ) -> None:
        told = {"sec-fetch-site": "cross-site", "cookie": cookie}
        answer = await gateway.client.post("/api/orders", headers=told)
        assert answer.headers["backend"] == "orders"

    async def test_links_from_anywhere_work(self, gateway: RunningGateway) -> None:
        told = SESSION | {"sec-fetch-site": "cross-site"}
        answer = await gateway.client.get("/api/orders", headers=told)
        assert answer.headers["backend"] == "orders"

    async def test_webhooks_come_from_elsewhere(self, gateway: RunningGateway) -> None:
        told = SESSION | {"origin": "https://provider.example"}
        path = "/api/payments/webhooks/test"
        answer = await gateway.client.post(path, headers=told)
        assert answer.headers["backend"] == "payments"


class TestLimits:
    async def test_sign_ins_have_few_tokens(
        self, another_gateway: RunningGateway
    ) -> None:
        async with another_gateway.told(limits=True) as gateway:
            signin = "/api/users/signin"
            asked = (gateway.client.post(signin) for _ in range(100))
            answers = await asyncio.gather(*asked)  # a bucket fills by the second
            refused = [each for each in answers if each.status_code == 429]
            assert 20 <= len(refused) <= 40
            assert problem(refused[0]) == (429, "too-many")
            assert refused[0].headers["retry-after"] == "1"
            assert (await gateway.client.get("/api/users/currentuser")).is_success

    @pytest.mark.parametrize(
        "path", ["signin/", "signin//", "signin?", "signin/?a", "%73ignin"]
    )
    async def test_no_spelling_of_a_sign_in_has_more(
        self, another_gateway: RunningGateway, path: str
    ) -> None:
        """What a service takes for the same path, the gateway does too."""
        async with another_gateway.told(limits=True) as gateway:
            asked = (gateway.client.post(f"/api/users/{path}") for _ in range(100))
            answers = await asyncio.gather(*asked)
            assert 429 in {each.status_code for each in answers}

    async def test_each_address_has_a_bucket_of_its_own(
        self, another_gateway: RunningGateway
    ) -> None:
        async with another_gateway.told(limits=True, trusted_proxies=1) as gateway:

            async def signin(address: str) -> int:
                told = {"x-forwarded-for": address}
                answer = await gateway.client.post("/api/users/guest", headers=told)
                return answer.status_code

            assert 429 in [await signin("203.0.113.1") for _ in range(100)]
            assert await signin("203.0.113.2") == 200
            household = [f"2001:db8:1:1::{n:x}" for n in range(100)]
            assert 429 in [await signin(address) for address in household]
            assert await signin("2001:db8:1:2::1") == 200

    @pytest.mark.parametrize(
        ("proxies", "forged"),
        [(0, "203.0.113.{n}"), (1, "203.0.113.{n}, 198.51.100.7")],
    )
    async def test_nobody_gets_another_bucket_by_claiming_another_address(
        self, another_gateway: RunningGateway, proxies: int, forged: str
    ) -> None:
        async with another_gateway.told(
            limits=True, trusted_proxies=proxies
        ) as gateway:
            claims = [{"x-forwarded-for": forged.format(n=n)} for n in range(100)]
            answers = [
                await gateway.client.post("/api/users/guest", headers=told)
                for told in claims
            ]
            assert 429 in [each.status_code for each in answers]

    async def test_browsing_is_generous(self, another_gateway: RunningGateway) -> None:
        async with another_gateway.told(limits=True) as gateway:
            answers = [await gateway.client.get("/") for _ in range(500)]
            assert {each.status_code for each in answers} == {200}

    async def test_they_can_be_left_out(self, gateway: RunningGateway) -> None:
        path = "/api/users/signin"
        answers = [await gateway.client.post(path) for _ in range(100)]
        assert {each.status_code for each in answers} == {200}


class TestTrouble:
    async def test_a_post_that_arrived_is_never_sent_again(
        self, gateway: RunningGateway
    ) -> None:
        for backend in gateway.backends["orders"]:
            backend.drops = True
        answer = await gateway.client.post("/api/orders?once", content=b"{}")
        assert problem(answer) == (503, "busy")
        assert answer.headers["retry-after"] == "1"
        assert total(gateway.backends["orders"], "POST /api/orders?once") == 1

    async def test_one_process_of_two_gone_is_not_noticed(
        self, another_gateway: RunningGateway, backends: dict[str, list[Backend]]
    ) -> None:
        alive = backends["orders"][0]
        orders = [Upstream(alive.port), Upstream(1)]
        upstreams = {**another_gateway.gateway.upstreams, "orders": orders}
        async with another_gateway.told(upstreams=upstreams) as gateway:
            posts = [gateway.client.post("/api/orders") for _ in range(200)]
            answers = await asyncio.gather(*posts)
            assert {each.status_code for each in answers} == {200}

    async def test_no_process_at_all_is_busy(
        self, another_gateway: RunningGateway
    ) -> None:
        upstreams = {**another_gateway.gateway.upstreams, "orders": [Upstream(1)]}
        async with another_gateway.told(upstreams=upstreams) as gateway:
            answer = await gateway.client.post("/api/orders")
            assert problem(answer) == (503, "busy")
            assert answer.headers["retry-after"] == "1"

    async def test_who_comes_beyond_what_orders_can_take_is_refused_here(
        self, another_gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(clusters.AT_ONCE, "orders", 2)
        orders = another_gateway.backends["orders"][0]
        orders.stalls = True
        upstreams = {
            **another_gateway.gateway.upstreams,
            "orders": [Upstream(orders.port)],
        }
        async with another_gateway.told(upstreams=upstreams) as gateway:
            under_way = [
                asyncio.create_task(gateway.client.post("/api/orders"))
                for _ in range(2)
            ]
            await eventually(lambda: orders.seen["POST /api/orders"] == 2)
            answer = await gateway.client.post("/api/orders")
            assert problem(answer) == (503, "busy")
            assert answer.headers["retry-after"] == "1"
            waiting = asyncio.create_task(gateway.client.get("/api/orders/1?wait=8"))
            await eventually(lambda: asked(orders, "/api/orders/1?wait=8"))
            orders.stalled.set()
            answers = await asyncio.gather(*under_way, waiting)
            assert {each.status_code for each in answers} == {200}

    async def test_an_unwell_process_gets_no_requests(
        self, gateway: RunningGateway
    ) -> None:
        unwell, well = gateway.backends["orders"]
        unwell.ready = False

        async def avoided() -> bool:
            unwell.seen.clear()
            for _ in range(10):
                await gateway.client.get("/api/orders/avoided")
            return unwell.seen.total() == 0

        await eventually(avoided)
        assert well.seen["GET /api/orders/avoided"] >= 10

    async def test_ready_while_every_cluster_is(self, gateway: RunningGateway) -> None:
        async def answers(status: int) -> bool:
            return (await gateway.client.get("/readyz")).status_code == status

        await eventually(lambda: answers(200))
        assert (await gateway.client.get("/readyz")).content == b""
        [payments] = gateway.backends["payments"]
        payments.ready = False
        await eventually(lambda: answers(503))
        text = (await gateway.client.get("/readyz")).text
        assert "payments" not in text
        payments.ready = True
        await eventually(lambda: answers(200))

    async def test_a_service_that_lacks_something_may_still_answer(
        self, gateway: RunningGateway
    ) -> None:
        [payments] = gateway.backends["payments"]
        payments.ready = False

        async def known() -> bool:
            return (await gateway.client.get("/readyz")).status_code == 503

        await eventually(known)
        answer = await gateway.client.get("/api/payments/config")
        assert answer.headers["backend"] == "payments"

    async def test_a_stalled_service_ends_in_no_answer_but_a_stream_goes_on(
        self, gateway: RunningGateway
    ) -> None:
        [tickets], [order, other] = (
            gateway.backends["tickets"],
            gateway.backends["orders"],
        )
        for backend in (order, other):
            backend.stalls = True
        listening = asyncio.create_task(listened(gateway, AVAILABILITY))
        file = gateway.client.get("/api/sales", headers=CSV, timeout=20)
        exporting = asyncio.create_task(file)
        await eventually(lambda: asked(tickets, AVAILABILITY))
        tickets.stalls = True
        plain, waiting = await asyncio.gather(
            gateway.client.get("/api/events"),
            gateway.client.get("/api/orders/1?wait=8"),
        )
        assert not listening.done()
        assert not exporting.done()
        for backend in (tickets, order, other):
            backend.stalled.set()
        assert (await exporting).is_success
        assert (await listening).startswith(b"data: {}\n\n")
        assert problem(plain) == problem(waiting) == (504, "no-answer")
        short = (await logged(gateway, plain))["milliseconds"]
        longer = (await logged(gateway, waiting))["milliseconds"]
        assert 9_500 <= short < 11_500 <= longer < 14_000


CSV = {"accept": "text/csv"}


async def listened(gateway: RunningGateway, path: str) -> bytes:
    """All that a stream says, once it has ended."""
    headers = {"accept": "text/event-stream"}
    answer = await gateway.client.get(path, headers=headers, timeout=20)
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["content-security-policy"]
    return answer.content


async def logged(gateway: RunningGateway, answer: httpx.Response) -> dict[str, Any]:
    """What the access log says of an answered request."""

    async def line() -> dict[str, Any] | None:
        written = await asyncio.to_thread(gateway.access_log)
        wanted = answer.headers["x-request-id"]
        return next((one for one in written if one["request_id"] == wanted), None)

    found = await eventually(line)
    assert found is not None
    return found


async def asked(backend: Backend, path: str) -> bool:
    return backend.seen[f"GET {path}"] > 0
