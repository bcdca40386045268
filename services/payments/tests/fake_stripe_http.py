"""The fake of Stripe as an HTTP server: keys, faults, pages of lists, and webhooks."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from urllib.parse import parse_qsl

import httpx
from fake_stripe import Intent, Params, Rules, StripeRefuses, shown
from stripe import WebhookSignature

from common.asgi import Receive, Scope, Send, respond
from common.embedded.processes import free_ports
from common.server import serve_asgi
from common.testing.waiting import eventually

Operation = Literal[
    "create", "confirm", "capture", "cancel", "refund", "retrieve", "search", "list"
]
Kind = Literal["error", "error_after", "hang", "hang_after", "busy", "locked_out"]

SECRET_KEY = "sk_test_fake"
WEBHOOK_SECRET = "whsec_fake"
_BROKEN = {"error": {"type": "api_error", "message": "Something went wrong."}}
_INTENT = re.compile(r"/v1/payment_intents/(?P<id>pi_\w+)(/(?P<verb>\w+))?")


@dataclass
class Reply:
    status: int
    body: dict[str, Any]


@dataclass
class Request:
    operation: Operation
    intent_id: str
    params: Params
    key: str | None


@dataclass
class FakeStripe:
    """Honours keys as Stripe does: one act and one answer each, a 500 included."""

    rules: Rules = field(default_factory=Rules)
    url: str = ""
    #: What the next calls of an operation meet.
    faults: list[tuple[Operation, Kind]] = field(
        default_factory=list[tuple[Operation, Kind]]
    )
    #: Search runs behind: what is new is not found yet.
    search_lags: bool = False
    calls: list[Request] = field(default_factory=list[Request])
    #: What the SDK said of itself: version and account.
    headers: dict[str, str] = field(default_factory=dict[str, str])
    #: Lets go of those whom a fault keeps waiting.
    released: asyncio.Event = field(default_factory=asyncio.Event)
    _answers: dict[str, tuple[str, Reply]] = field(
        default_factory=dict[str, tuple[str, Reply]]
    )
    _at_work: set[str] = field(default_factory=set[str])

    def fault(self, operation: Operation, kind: Kind, *, times: int = 1) -> None:
        self.faults.extend((operation, kind) for _ in range(times))

    def forget_words(self) -> None:
        """As if every intent had been opened with other parameters."""
        for key, (said, reply) in self._answers.items():
            if said.startswith('["create"'):
                self._answers[key] = ("other words", reply)

    def asked(self, operation: Operation) -> list[Request]:
        return [call for call in self.calls if call.operation == operation]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _read(receive)
        self.headers = {k.decode(): v.decode() for k, v in scope["headers"]}
        request = _parsed(scope, body, self.headers.get("idempotency-key"))
        self.calls.append(request)
        reply, replayed = await self._answer(request)
        headers = [(b"idempotent-replayed", b"true")] if replayed else []
        await respond(
            send,
            status=reply.status,
            media="application/json",
            body=json.dumps(reply.body).encode(),
            headers=headers,
        )

    async def _answer(self, request: Request) -> tuple[Reply, bool]:
        fault = self._meet(request.operation)
        if self.headers.get("authorization") != f"Bearer {SECRET_KEY}":
            fault = "locked_out"
        if fault == "locked_out":
            error = {"type": "invalid_request_error", "message": "Invalid API Key"}
            return Reply(401, {"error": error}), False
        if fault == "busy":
            error = {"type": "invalid_request_error", "code": "rate_limit"}
            return Reply(429, {"error": error}), False
        if fault == "hang":
            await self.released.wait()
        if request.key in self._at_work:
            error = {"type": "idempotency_error", "code": "idempotency_key_in_use"}
            return Reply(409, {"error": error}), False
        return await self._once(request, fault)

    async def _once(self, request: Request, fault: Kind | None) -> tuple[Reply, bool]:
        if request.key is None:
            return self._act(request, fault), False
        said = json.dumps([request.operation, request.intent_id, request.params])
        if request.key in self._answers:
            before, reply = self._answers[request.key]
            return (reply, True) if before == said else (_OTHER_PARAMETERS, False)
        reply = self._act(request, fault)
        # Validation that fails is not kept: nothing began.
        if reply.status not in {400, 404}:
            self._answers[request.key] = (said, reply)
        if fault == "hang_after":
            self._at_work.add(request.key)
            try:
                await self.released.wait()
            finally:
                self._at_work.discard(request.key)
        return reply, False

    def _act(self, request: Request, fault: Kind | None) -> Reply:
        if fault == "error":
            return Reply(500, _BROKEN)
        try:
            body = self._acts()[request.operation](request)
        except StripeRefuses as refusal:
            return Reply(refusal.status, {"error": refusal.error})
        return Reply(500, _BROKEN) if fault == "error_after" else Reply(200, body)

    def _acts(self) -> dict[Operation, Callable[[Request], dict[str, Any]]]:
        rules = self.rules
        return {
            "create": lambda r: _intent(rules.create(r.params), r),
            "confirm": lambda r: _intent(rules.confirm(self._of(r), r.params), r),
            "capture": lambda r: _intent(rules.capture(self._of(r), r.params), r),
            "cancel": lambda r: _intent(rules.cancel(self._of(r)), r),
            "retrieve": lambda r: _intent(self._of(r), r),
            "refund": lambda r: rules.refund(r.params),
            "search": self._search,
            "list": self._list,
        }

    def _of(self, request: Request) -> Intent:
        return self.rules.found(request.intent_id)

    def _search(self, request: Request) -> dict[str, Any]:
        wanted = re.fullmatch(r"metadata\['(\w+)'\]:'(.+)'", request.params["query"])
        assert wanted is not None
        name, value = wanted.groups()
        found = [] if self.search_lags else list(self.rules.intents.values())
        found = [each for each in found if each["metadata"].get(name) == value]
        data = [shown(each, expand=True) for each in found]
        return {"object": "search_result", "data": data, "has_more": False, "url": "/"}

    def _list(self, request: Request) -> dict[str, Any]:
        created, after = request.params["created"], request.params.get("starting_after")
        found = [
            each
            for each in reversed(self.rules.intents.values())
            if int(created["gte"]) <= each["created"] < int(created["lt"])
        ]
        ids = [each["id"] for each in found]
        start = ids.index(after) + 1 if after else 0
        size = int(request.params.get("limit", 10))
        page = found[start : start + size]
        return {
            "object": "list",
            "data": [shown(each, expand=True) for each in page],
            "has_more": len(found) > start + size,
            "url": "/v1/payment_intents",
        }

    def _meet(self, operation: Operation) -> Kind | None:
        for index, (wanted, kind) in enumerate(self.faults):
            if wanted == operation:
                del self.faults[index]
                return kind
        return None


_OTHER_PARAMETERS = Reply(
    400,
    {
        "error": {
            "type": "idempotency_error",
            "message": "Keys can only be used with the same parameters.",
        }
    },
)


def signed(
    event: dict[str, Any], *secrets: str, at: int | None = None
) -> httpx.Request:
    """A delivery of news; of several secrets each signs it, as in a rotation."""
    body = json.dumps(event)
    headers = [
        WebhookSignature.generate_signature_header(body, secret, at)
        for secret in secrets or (WEBHOOK_SECRET,)
    ]
    signature = ",".join([headers[0], *(h.partition(",")[2] for h in headers[1:])])
    return httpx.Request(
        "POST",
        "http://localhost/api/payments/webhooks/stripe",
        content=body,
        headers={
            "Stripe-Signature": signature,
            "Content-Type": "application/json; charset=utf-8",
        },
    )


@asynccontextmanager
async def serving(fake: FakeStripe) -> AsyncGenerator[FakeStripe]:
    """A server of its own port, for this block."""
    [port] = free_ports(1)
    stopping = asyncio.Event()
    task = asyncio.create_task(
        serve_asgi(fake, host="127.0.0.1", port=port, stopping=stopping)
    )
    fake.url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(trust_env=False) as http:
        await eventually(lambda: http.get(fake.url))
    fake.calls.clear()
    yield fake
    fake.released.set()
    stopping.set()
    await task


async def _read(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _parsed(scope: Scope, body: bytes, key: str | None) -> Request:
    path, query = scope["path"], scope["query_string"].decode()
    params = _nested(parse_qsl(body.decode() or query))
    posted = scope["method"] == "POST"
    if match := _INTENT.fullmatch(path):
        operation = cast("Operation", match["verb"] or "retrieve")
        return Request(operation, match["id"], params, key)
    if path == "/v1/refunds":
        return Request("refund", "", params, key)
    if path.endswith("/search"):
        return Request("search", "", params, key)
    return Request("create" if posted else "list", "", params, key)


def _nested(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][c]=1` as Stripe reads it."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        *path, last = re.findall(r"[^\[\]]+", name)
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
        branch[last] = value
    return tree


def _intent(intent: Intent, request: Request) -> dict[str, Any]:
    return shown(intent, expand="expand" in request.params)
