"""The test provider, as payments asks it: over HTTP, with time-outs."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec

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
from payments.providers.stand_in.line import HttpLine, Line
from payments.providers.stand_in.wire import (
    TOKEN_UNKNOWN,
    AmountBody,
    AuthorizeBody,
    PaymentBody,
    RefusalBody,
    Reply,
)

#: Seconds a buyer waits for an answer; what comes later is looked up.
PATIENCE: Final = 3.0

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

    def __init__(self, line: Line, *, public_url: str) -> None:
        self._line = line
        self._public_url = public_url.rstrip("/")

    @classmethod
    def at(cls, url: str, *, public_url: str, patience: float = PATIENCE) -> "StandIn":
        return cls(HttpLine(url, patience=patience), public_url=public_url)

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
            reply = await self._line.send("GET", f"/payments/{reference}")
        else:
            reply = await self._line.send("GET", f"/payments?reference={payment_id}")
        return None if reply.status == _NOT_FOUND else self._read(reply)

    async def statement(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Recorded]:
        query = urlencode({"since": since.isoformat(), "until": until.isoformat()})
        reply = await self._line.send("GET", f"/statement?{query}")
        if reply.status != _OK:
            raise OutcomeUnknown(f"answered {reply.status}")
        for body in msgspec.json.decode(reply.body, type=list[PaymentBody]):
            yield _recorded(body)

    def read_webhook(self, body: bytes, signature: str | None) -> Webhook:
        """It sends none."""
        del body, signature
        raise SendsNoNews

    async def aclose(self) -> None:
        await self._line.aclose()

    async def _post(
        self, path: str, body: msgspec.Struct | None = None, key: str | None = None
    ) -> Reply:
        content = msgspec.json.encode(body) if body is not None else None
        return await self._line.send("POST", path, content=content, key=key)

    def _read(self, reply: Reply) -> Answer:
        status = reply.status
        if status == _STUMBLED:
            raise Stumbled(f"answered {status}")
        if status > _STUMBLED or status == _KEY_AT_WORK:
            raise OutcomeUnknown(f"answered {status}")
        try:
            if status in {_OK, _DECLINED}:
                return self._answer(msgspec.json.decode(reply.body, type=PaymentBody))
            refusal = msgspec.json.decode(reply.body, type=RefusalBody)
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
