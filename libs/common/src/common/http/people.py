"""The person behind a request, as Litestar dependencies.

`identity` is anybody signed in, guests too; `member` is not a guest; `visitor` may be
nobody (None).
"""

from typing import Any

from litestar import Request
from litestar.di import Provide

from common.errors import Guest, SignedOut
from common.http.credentials import token_of
from common.identity import Identity, Verifier
from common.limits import Limits

AnyRequest = Request[Any, Any, Any]

_SEEN = "ticketing.identity"


class People:
    """Identifies each request once, and counts it against the account's limit."""

    def __init__(self, verifier: Verifier, limits: Limits, *, cookie: str) -> None:
        self._verifier = verifier
        self._limits = limits
        self._cookie = cookie

    async def identity(self, request: AnyRequest) -> Identity:
        known = request.scope.get(_SEEN)
        if isinstance(known, Identity):
            return known
        token = token_of(request.headers, cookie=self._cookie)
        if token is None:
            raise SignedOut
        identity = await self._verifier.identify(token)
        self._limits.take(identity.user_id)
        request.scope[_SEEN] = identity  # pyright: ignore[reportGeneralTypeIssues]  # ASGI lets servers and applications add keys
        return identity

    async def member(self, request: AnyRequest) -> Identity:
        identity = await self.identity(request)
        if identity.kind != "member":
            raise Guest
        return identity

    async def visitor(self, request: AnyRequest) -> Identity | None:
        try:
            return await self.identity(request)
        except SignedOut:
            return None

    def dependencies(self) -> dict[str, Provide]:
        async def identity(request: AnyRequest) -> Identity:
            return await self.identity(request)

        async def member(request: AnyRequest) -> Identity:
            return await self.member(request)

        async def visitor(request: AnyRequest) -> Identity | None:
            return await self.visitor(request)

        return {
            "identity": Provide(identity),
            "member": Provide(member),
            "visitor": Provide(visitor),
        }
