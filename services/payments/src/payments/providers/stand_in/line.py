"""The line to the test provider: one request, one reply, or nobody knows."""

from typing import Final, Protocol

import aiohttp

from payments.providers.interface import OutcomeUnknown
from payments.providers.stand_in.wire import KEY_HEADER, Reply

#: Most connections of a process to the provider.
CONNECTIONS: Final = 100
#: Seconds in which a connection is made.
_CONNECT: Final = 2.0


class Line(Protocol):
    """Raises `OutcomeUnknown`, and nothing else, where no reply came."""

    async def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        key: str | None = None,
    ) -> Reply: ...

    async def aclose(self) -> None: ...


class HttpLine:
    """HTTP over connections that are kept; nobody waits longer than `patience`."""

    def __init__(self, url: str, *, patience: float) -> None:
        self._url = url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=patience, sock_connect=_CONNECT)
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        key: str | None = None,
    ) -> Reply:
        headers = {KEY_HEADER: key} if key else {}
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self._opened().request(
                method,
                self._url + path,
                data=content,
                headers=headers,
                allow_redirects=False,
            ) as response:
                return Reply(response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OutcomeUnknown(repr(error)) from None

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        """Opened by the first request: a session belongs to its event loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                trust_env=False,
            )
        return self._session
