"""A hot route in front of the framework: the same refusals, in the same order, cheaper.

What stands here must answer as the framework does; one table of tests runs against
both. Everything else of a service goes on to the framework.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping

import msgspec

from common.asgi import ASGIApp, Message, Receive, Scope, Send, respond
from common.errors import (
    PROBLEM_JSON,
    Busy,
    ContentTooLarge,
    CrossSite,
    Invalid,
    SignedOut,
    problem,
)
from common.http.answers import refusal_of
from common.http.api import BODY_LIMIT
from common.http.credentials import cookie_name, crosses_sites, token_of
from common.http.edge import Edge
from common.http.guards import known_query, refuse_other_media
from common.http.repeats import keyed_by
from common.http.sentences import REQUIRED
from common.idempotency import Keyed
from common.identity import Identity, Verifier
from common.limits import Limits


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was let in: by whom, and with what."""

    identity: Identity
    query: Mapping[str, str]
    body: bytes
    keyed: Keyed | None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


Work = Callable[[Entered], Awaitable[Answered]]


class Front:
    """Answers one POST route itself and hands the rest to the application behind."""

    def __init__(
        self,
        behind: ASGIApp,
        *,
        path: str,
        query: Collection[str],
        verifier: Verifier,
        limits: Limits,
        public_url: str | None,
        work: Work,
        pressed: Callable[[bytes], bool] = lambda _: False,
    ) -> None:
        """`pressed`, by the query: who is told so before anything is looked at."""
        self._behind = behind
        self._path = path
        self._query = query
        self._verifier = verifier
        self._limits = limits
        self._public_url = public_url
        self._cookie = cookie_name(public_url)
        self._work = work
        self._pressed = pressed
        self._edge = Edge(self._answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and scope["path"] == self._path
        if ours and scope["method"] == "POST":
            scope["path_template"] = self._path
            await self._edge(scope, receive, send)
        else:
            await self._behind(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if self._pressed(scope["query_string"]):
                raise Busy  # noqa: TRY301  # answered below, as every error is
            answer = await self._work(await self._enter(scope, receive))
        except Exception as error:  # noqa: BLE001  # every error is answered
            refusal = refusal_of(error)
            headers = [(k.encode(), v.encode()) for k, v in refusal.headers.items()]
            await respond(
                send,
                status=refusal.status,
                media=PROBLEM_JSON,
                body=problem(refusal),
                headers=headers,
            )
            return
        await respond(
            send,
            status=answer.status,
            media="application/json",
            body=answer.body,
            headers=answer.headers,
        )

    async def _enter(self, scope: Scope, receive: Receive) -> Entered:
        headers = {
            k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]
        }
        if crosses_sites(headers, public_url=self._public_url):
            raise CrossSite
        token = token_of(headers, cookie=self._cookie)
        if token is None:
            raise SignedOut
        identity = await self._verifier.identify(token)
        self._limits.take(identity.user_id)
        query = known_query(scope["query_string"], self._query)
        refuse_other_media(headers)
        body = await _body(receive)
        if not body:
            raise Invalid.field("body", REQUIRED)
        key = headers.get("idempotency-key")
        return Entered(
            identity=identity,
            query=query,
            body=body,
            keyed=None if key is None else keyed_by(key, identity, scope, body),
        )


async def _body(receive: Receive) -> bytes:
    message: Message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        if len(body) > BODY_LIMIT:
            raise ContentTooLarge
        message = await receive()
        body += message.get("body", b"")
    if len(body) > BODY_LIMIT:
        raise ContentTooLarge
    return body
