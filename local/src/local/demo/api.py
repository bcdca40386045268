"""The public API as one person uses it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any

import httpx

from local.demo.people import PASSWORD, Person
from local.errors import Trouble

#: Asked to wait, and so many times at most.
PATIENCE = 40
WAITING = {
    HTTPStatus.NOT_FOUND,  # not known to the next service yet
    HTTPStatus.CONFLICT,  # not on offer yet
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
}


class Refused(Trouble):
    """The API said no."""

    def __init__(self, answer: httpx.Response) -> None:
        self.code = code_of(answer)
        request = answer.request
        super().__init__(
            f"{request.method} {request.url.path} was refused: "
            f"{answer.status_code} {answer.text[:200]}",
        )


class Visitor:
    """One person, signed in, at one system."""

    def __init__(self, http: httpx.AsyncClient, person: Person) -> None:
        self._http = http
        self.person = person
        self._headers: dict[str, str] = {}

    async def come_in(self) -> bool:
        """Sign up, or sign in when known already; tells whether they are new."""
        body = self._credentials | {"name": self.person.name}
        try:
            answer = await self._send("POST", "/api/users/signup", json=body)
        except Refused as refused:
            if refused.code == "email-taken" and await self.sign_in():
                return False
            raise
        self._carry(answer)
        return True

    async def sign_in(self) -> bool:
        """Tells whether they are known."""
        body = self._credentials
        try:
            answer = await self._send("POST", "/api/users/signin", json=body)
        except Refused as refused:
            if refused.code != "signed-out":
                raise
            return False
        self._carry(answer)
        return True

    @property
    def _credentials(self) -> dict[str, str]:
        return {"email": self.person.email, "password": PASSWORD}

    def _carry(self, answer: httpx.Response) -> None:
        self._headers["Authorization"] = f"Bearer {token_of(answer)}"

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = await self._send("GET", path, params=query)
        return answer.json()

    async def every(self, path: str, **query: Any) -> AsyncIterator[dict[str, Any]]:
        """Give every item of a list, page by page."""
        cursor: str | None = None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = await self.get(path, limit=100, **query, **more)
            for item in page["items"]:
                yield item
            cursor = page["next"]
            if cursor is None:
                return

    async def post(
        self, path: str, body: Mapping[str, Any], *, key: str, **query: Any
    ) -> dict[str, Any]:
        """Once per key: a second run finds what the first one made."""
        answer = await self._send(
            "POST",
            path,
            json=body,
            params=query,
            headers={"Idempotency-Key": key.replace(" ", "-")},
        )
        return answer.json()

    async def delete(self, path: str) -> None:
        await self._send("DELETE", path)

    async def _send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> httpx.Response:
        """Send; where the answer says when to come back, come back then."""
        own = self._headers | dict(headers or {})
        answer = await self._http.request(method, path, headers=own, **content)
        for _ in range(PATIENCE):
            wait = answer.headers.get("retry-after")
            if answer.status_code not in WAITING or wait is None:
                break
            await asyncio.sleep(float(wait))
            answer = await self._http.request(method, path, headers=own, **content)
        if not answer.is_success:
            raise Refused(answer)
        return answer


def token_of(answer: httpx.Response) -> str:
    """Take the session from the cookie, which over http may not be sent back."""
    cookies = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        cookies.load(line)
    for name in ("session", "__Host-session"):
        if name in cookies:
            return cookies[name].value
    raise Trouble("Signing in gave no session.")


def code_of(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["type"]).removeprefix("/problems/")
    except (ValueError, KeyError, TypeError):
        return ""
