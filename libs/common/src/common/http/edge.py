"""The outermost layer of a service's HTTP: ids, measures and headers of every answer.

It knows ASGI only, so a route that stands in front of the framework gets the same.
"""

import time
from dataclasses import dataclass

import structlog

from common.asgi import ASGIApp, Message, RawHeaders, Receive, Scope, Send, respond
from common.errors import PROBLEM_JSON, ContentTooLarge, Internal, problem
from common.ids import new_id
from common.metrics import measure
from common.observability import bind_trace

log = structlog.get_logger()

_LONGEST_ID = 128
#: Of a body that is too large, so much is read to its end: as much as a gateway takes.
_HEARD_OUT = 1 << 20
_UNKNOWN_ROUTE = "unknown"
_DEFAULTS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


@dataclass(kw_only=True, slots=True)
class Exchange:
    """One request and what becomes of it."""

    scope: Scope
    receive: Receive
    send: Send
    request_id: str
    started: float
    status: int = 0
    #: Whether the request has come in whole.
    whole: bool = False

    @property
    def route(self) -> str:
        return self.scope.get("path_template") or _UNKNOWN_ROUTE

    async def hear(self) -> Message:
        message = await self.receive()
        self.whole = not message.get("more_body", False)
        return message

    async def hear_out(self) -> None:
        """Read on: whoever still sends when we hang up never sees our answer."""
        heard = 0
        while not self.whole and heard < _HEARD_OUT:
            heard += len((await self.hear()).get("body", b""))

    async def forward(self, message: Message) -> None:
        """Send on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.status == ContentTooLarge.status:
                await self.hear_out()
            message["headers"] = self._headed(message.get("headers", ()))
        await self.send(message)

    def _headed(self, headers: RawHeaders) -> list[tuple[bytes, bytes]]:
        own = list(headers)
        named = [name.lower() for name, _ in own]
        own += [pair for pair in _DEFAULTS if pair[0] not in named]
        own.append((b"x-request-id", self.request_id.encode()))
        return own


class Edge:
    """Wraps an application: traces, measures, and leaves nothing unanswered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given, trace = _named(scope["headers"])
        exchange = Exchange(
            scope=scope,
            receive=receive,
            send=send,
            request_id=request_id(given),
            started=time.perf_counter(),
        )
        with bind_trace(trace, request_id=exchange.request_id):
            await self._exchange(exchange)

    async def _exchange(self, exchange: Exchange) -> None:
        app = head(self._app) if exchange.scope["method"] == "HEAD" else self._app
        try:
            await app(exchange.scope, exchange.hear, exchange.forward)
        except Exception:
            log.exception("unexpected_error", route=exchange.route)
            if not exchange.status:
                body = problem(Internal())
                await respond(
                    exchange.forward, status=500, media=PROBLEM_JSON, body=body
                )
        finally:
            self._measure(exchange)

    @staticmethod
    def _measure(exchange: Exchange) -> None:
        seconds = time.perf_counter() - exchange.started
        method, status = exchange.scope["method"], exchange.status
        measure(method=method, route=exchange.route, status=status, seconds=seconds)
        log.debug(
            "request",
            method=method,
            route=exchange.route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
        )


def head(app: ASGIApp) -> ASGIApp:
    """Answer HEAD as GET, without the body, and be it one that would never end."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def without_body(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.body":
                if answered:
                    return
                answered = True
                message = {**message, "body": b"", "more_body": False}
            await send(message)

        scope["method"] = "GET"
        await app(scope, receive, without_body)

    return answer


def request_id(given: str | None) -> str:
    """Take the caller's id when it is short and printable, else make one."""
    if given and len(given) <= _LONGEST_ID and given.isascii() and given.isprintable():
        return given
    return str(new_id())


def _named(headers: RawHeaders) -> tuple[str | None, str | None]:
    """The request's id and its trace, as they came."""
    given = trace = None
    for name, value in headers:
        if name == b"x-request-id":
            given = value.decode("latin-1")
        elif name == b"traceparent":
            trace = value.decode("latin-1")
    return given, trace
