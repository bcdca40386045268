"""What every route refuses before it looks at its input.

In this order: requests that another site had a browser send, strangers, bodies that
are not JSON, query parameters that the route does not know, and bodies of routes that
take none.
"""

from collections.abc import Collection, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from common.errors import CrossSite, Fault, Invalid, UnsupportedMediaType
from common.http.bodies import NUL, decode_nothing
from common.http.credentials import crosses_sites
from common.http.people import AnyRequest, People
from common.http.sentences import REQUIRED

_SAFE = ("GET", "HEAD", "OPTIONS")
_RULES = "ticketing.rules"
_UNKNOWN = Fault("unknown-parameter", "There is no such parameter.")

AnyConnection = ASGIConnection[Any, Any, Any, Any]

#: `opt` of a route that other sites' servers post to, signed in their own way.
WEBHOOK: dict[str, Any] = {"webhook": True}


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a route takes."""

    #: Name of the dependency that says who must ask: `identity`, `member` or none.
    person: str | None = None
    #: Query parameters: the handler's name of each, and the public one.
    query: Mapping[str, str] = {}
    #: Headers likewise.
    headers: Mapping[str, str] = {}
    body: bool = False
    webhook: bool = False

    def attach(self, handler: BaseRouteHandler) -> None:
        handler.opt = {**handler.opt, _RULES: self}

    @classmethod
    def of(cls, handler: BaseRouteHandler) -> "Rules":
        return handler.opt.get(_RULES, _WITHOUT_RULES)


#: Litestar's own routes: OPTIONS.
_WITHOUT_RULES = Rules(webhook=True)


class Gatekeeper:
    """The guard of all routes."""

    def __init__(self, people: People, *, public_url: str | None) -> None:
        self._people = people
        self._public_url = public_url

    async def __call__(
        self, connection: AnyConnection, handler: BaseRouteHandler
    ) -> None:
        rules, request = Rules.of(handler), cast("AnyRequest", connection)
        if rules.webhook:
            return
        unsafe = request.method not in _SAFE
        if unsafe and crosses_sites(request.headers, public_url=self._public_url):
            raise CrossSite
        await self._admit(request, rules)
        known_query(request.scope["query_string"], rules.query.values())
        if unsafe:
            refuse_other_media(request.headers)
            _check_presence(await request.body(), wanted=rules.body)

    async def _admit(self, request: AnyRequest, rules: Rules) -> None:
        if rules.person == "member":
            await self._people.member(request)
        elif rules.person == "identity":
            await self._people.identity(request)


def _check_presence(body: bytes, *, wanted: bool) -> None:
    if not wanted:
        decode_nothing(body)
    elif not body:
        raise Invalid.field("body", REQUIRED)


def refuse_other_media(headers: Mapping[str, str]) -> None:
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == "application/json" or media.endswith("+json"):
        return
    if media or _has_body(headers):
        raise UnsupportedMediaType


def _has_body(headers: Mapping[str, str]) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def known_query(query: bytes, known: Collection[str]) -> dict[str, str]:
    """Parameters that say something; raises Invalid for one the route does not know."""
    found: dict[str, str] = {}
    if not query:
        return found
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name not in known:
            raise Invalid.field(f"query.{name}", _UNKNOWN)
        if "\0" in value:
            raise Invalid.field(f"query.{name}", NUL)
        if value:
            found[name] = value
    return found
