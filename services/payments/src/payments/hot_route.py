"""`POST /api/payments` in front of the framework: half of a sale's requests are these.

The same schemas, errors and use case as `api.create_payment`.
"""

import msgspec

from common.asgi import ASGIApp
from common.http.bodies import decode
from common.http.front import Answered, Entered, Front
from common.identity import Verifier
from common.limits import Limits
from payments.recording import PATH
from payments.schemas import PaymentCreate, PaymentRead
from payments.service import Payments

_body = msgspec.json.Decoder(PaymentCreate)
_encoder = msgspec.json.Encoder()
_REPLAYED = ((b"idempotent-replayed", b"true"),)


def in_front_of(
    api: ASGIApp,
    payments: Payments,
    verifier: Verifier,
    *,
    limits: Limits,
    public_url: str | None,
) -> ASGIApp:
    return Front(
        api,
        path=PATH,
        query=(),
        verifier=verifier,
        limits=limits,
        public_url=public_url,
        work=HotRoute(payments),
    )


class HotRoute:
    """Answers a request to pay."""

    def __init__(self, payments: Payments) -> None:
        self._payments = payments

    async def __call__(self, entered: Entered) -> Answered:
        wanted: PaymentCreate = decode(entered.body, _body)
        paid = await self._payments.pay(
            order_id=wanted.order_id,
            token=wanted.token,
            identity=entered.identity,
            keyed=entered.keyed,
        )
        body = _encoder.encode(PaymentRead.of(paid.payment))
        headers = _REPLAYED if paid.replayed else ()
        return Answered(status=201, body=body, headers=headers)
