"""`POST /api/orders` in front of the framework: when a tour goes on sale, it is all.

The same schemas, errors and use case as `api.create_order`; the answer is made from the
order as it was written, so nothing is read again.
"""

from uuid import UUID

import msgspec

from common.asgi import ASGIApp
from common.errors import Invalid
from common.http.bodies import decode
from common.http.front import Answered, Entered, Front
from common.http.sentences import UUID_WANTED
from common.identity import Verifier
from common.limits import Limits
from orders.schemas import OrderCreate, OrderRead
from orders.service import Orders

PATH = "/api/orders"

_body = msgspec.json.Decoder(OrderCreate)
_encoder = msgspec.json.Encoder()
_JUST_MADE = ((b"etag", b'"1"'),)


def in_front_of(
    api: ASGIApp,
    orders: Orders,
    verifier: Verifier,
    *,
    limits: Limits,
    public_url: str | None,
) -> ASGIApp:
    return Front(
        api,
        path=PATH,
        query=("event_id",),
        verifier=verifier,
        limits=limits,
        public_url=public_url,
        work=HotRoute(orders),
        pressed=lambda query: (
            orders.pressed or orders.pressed_at(lambda: _event_in(query))
        ),
    )


class HotRoute:
    """Answers a request for an order."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    async def __call__(self, entered: Entered) -> Answered:
        wanted: OrderCreate = decode(entered.body, _body)
        request = wanted.request(entered.identity, _event_id(entered))
        held = await self._orders.hold(request, entered.keyed)
        if held.draft is None:
            return await self._again(held.order_id, entered)
        order = OrderRead.drafted(held.draft, livemode=self._orders.livemode)
        return Answered(status=201, body=_encoder.encode(order), headers=_JUST_MADE)

    async def _again(self, order_id: UUID, entered: Entered) -> Answered:
        order = OrderRead.of(*await self._orders.get(order_id, entered.identity))
        headers = (
            (b"etag", f'"{order.version}"'.encode()),
            (b"idempotent-replayed", b"true"),
        )
        return Answered(status=201, body=_encoder.encode(order), headers=headers)


def _event_in(query: bytes) -> UUID | None:
    """The event as it is usually asked for; who asks otherwise is looked at first."""
    name, _, named = query.partition(b"=")
    if name != b"event_id":
        return None
    try:
        return UUID(named.decode("latin-1"))
    except ValueError:
        return None


def _event_id(entered: Entered) -> UUID | None:
    named = entered.query.get("event_id")
    if named is None:
        return None
    try:
        return UUID(named)
    except ValueError:
        raise Invalid.field("query.event_id", UUID_WANTED) from None
