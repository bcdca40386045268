"""The test provider, as payments asks it: over HTTP, with time-outs."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import aiohttp
import httpx
import msgspec
from httpx_aiohttp import AiohttpTransport

from payments.domain import Standing
from payments.providers.interface import (
    Answer,
    Authorization,
    OutcomeUnknown,
    Recorded,
    Redirect,
    Refused,
    SendsNoNews,
    Stumbled,
    TokenUnknown,
    Webhook,
)
from payments.providers.stand_in.wire import (
    KEY_HEADER,
    TOKEN_UNKNOWN,
    AmountBody,
    AuthorizeBody,
    PaymentBody,
    RefusalBody,
)

#: Seconds a buyer waits for an answer; what comes later is looked up.
PATIENCE: Final = 3.0
#: Most connections of a process to the provider.
CONNECTIONS: Final = 100

_OK: Final = 200
_DECLINED: Final = 402
_NOT_FOUND: Final = 404
_KEY_AT_WORK: Final = 409
_STUMBLED: Final = 500


class StandIn:
    """Provider `test`; `public_url` is where browsers find its pages."""

    name = "test"
    livemode = False
    publishable_key = None

    def __init__(self, http: httpx.AsyncClient, *, public_url: str) -> None:
        self._http = http
        self._public_url = public_url.rstrip("/")

    @classmethod
    def at(cls, url: str, *, public_url: str, patience: float = PATIENCE) -> "StandIn":
        http = httpx.AsyncClient(
            base_url=url,
            timeout=httpx.Timeout(patience, connect=2.0),
            transport=AiohttpTransport(client=_session),
            trust_env=False,
        )
        return cls(http, public_url=public_url)

    async def authorize(self, wanted: Authorization) -> Answer:
        body = AuthorizeBody(
            amount=wanted.amount,
            currency=wanted.currency,
            token=wanted.token or "",
            reference=wanted.payment_id,
            return_url=wanted.return_url,
        )
        return self._read(await self._post("/payments", body, wanted.key))

    async def confirm(self, reference: str) -> Answer:
        return self._read(await self._post(f"/payments/{reference}/confirm"))

    async def capture(self, reference: str, *, amount: int, key: str) -> Answer:
        path = f"/payments/{reference}/capture"
        return self._read(await self._post(path, AmountBody(amount), key))

    async def void(self, reference: str, *, key: str) -> Answer:
        return self._read(await self._post(f"/payments/{reference}/void", key=key))

    async def refund(self, reference: str, *, amount: int, key: str) -> Answer:
        path = f"/payments/{reference}/refunds"
        return self._read(await self._post(path, AmountBody(amount), key))

    async def look_up(self, payment_id: UUID, reference: str | None) -> Answer | None:
        if reference:
            response = await self._send("GET", f"/payments/{reference}")
        else:
            response = await self._send("GET", f"/payments?reference={payment_id}")
        return None if response.status_code == _NOT_FOUND else self._read(response)

    async def statement(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Recorded]:
        query = urlencode({"since": since.isoformat(), "until": until.isoformat()})
        response = await self._send("GET", f"/statement?{query}")
        if response.status_code != _OK:
            raise OutcomeUnknown(f"answered {response.status_code}")
        for body in msgspec.json.decode(response.content, type=list[PaymentBody]):
            yield _recorded(body)

    def read_webhook(self, body: bytes, signature: str | None) -> Webhook:
        """It sends none."""
        del body, signature
        raise SendsNoNews

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _post(
        self, path: str, body: msgspec.Struct | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = {KEY_HEADER: key} if key else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = msgspec.json.encode(body) if body is not None else None
        return await self._send("POST", path, content=content, headers=headers)

    async def _send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        try:
            return await self._http.request(
                method, path, content=content, headers=headers
            )
        except httpx.HTTPError as error:
            raise OutcomeUnknown(repr(error)) from None

    def _read(self, response: httpx.Response) -> Answer:
        status = response.status_code
        if status == _STUMBLED:
            raise Stumbled(f"answered {status}")
        if status > _STUMBLED or status == _KEY_AT_WORK:
            raise OutcomeUnknown(f"answered {status}")
        try:
            if status in {_OK, _DECLINED}:
                return self._answer(
                    msgspec.json.decode(response.content, type=PaymentBody)
                )
            refusal = msgspec.json.decode(response.content, type=RefusalBody)
        except msgspec.DecodeError as error:
            raise OutcomeUnknown(f"answered {status}, unreadable: {error}") from None
        if refusal.code == TOKEN_UNKNOWN:
            raise TokenUnknown
        raise Refused(refusal.code, refusal.detail)

    def _answer(self, body: PaymentBody) -> Answer:
        wanted = body.standing is Standing.REQUIRES_ACTION and body.challenge
        return Answer(
            standing=body.standing,
            reference=body.id,
            amount_refunded=body.amount_refunded,
            decline_code=body.decline_code,
            next_action=(
                Redirect(f"{self._public_url}{body.challenge}") if wanted else None
            ),
        )


def _session() -> aiohttp.ClientSession:
    """Httpx's own pool looks through all connections at every request."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS), trust_env=False
    )


def _recorded(body: PaymentBody) -> Recorded:
    return Recorded(
        payment_id=body.reference,
        reference=body.id,
        standing=body.standing,
        amount=body.amount,
        currency=body.currency,
        amount_captured=body.amount_captured,
        amount_refunded=body.amount_refunded,
    )
