"""HTTP in: `/api/orders`."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, QueryParameter

from common.http import problems
from common.http.conditional import UNCHANGED, IfNoneMatch, knows, unchanged
from common.idempotency import REPLAYED, Keyed
from common.identity import Identity
from common.pagination import LIMIT, MOST, Page, page_of, place_of
from orders.domain import Status
from orders.errors import (
    AllHeld,
    NotOnSale,
    OrderAlreadyCancelled,
    OrderAlreadyComplete,
    OrderNotFound,
    OverLimit,
    PriceChanged,
    SoldOut,
    TicketUnknown,
    TooManyHolds,
)
from orders.schemas import OrderCreate, OrderRead, OrderUpdate
from orders.service import Orders, Shown

Wait = Annotated[
    float, QueryParameter(ge=0, le=8, description="Seconds to wait for news.")
]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST)]
Cursor = Annotated[str | None, QueryParameter(max_length=200)]
EventId = Annotated[
    UUID | None,
    QueryParameter(description="The event of the tickets, for routing."),
]


@post(
    "/api/orders",
    operation_id="createOrder",
    responses=problems(
        SoldOut,
        AllHeld,
        OverLimit,
        TooManyHolds,
        NotOnSale,
        PriceChanged,
        TicketUnknown,
    ),
)
async def create_order(
    data: OrderCreate,
    orders: Orders,
    identity: Identity,
    keyed: Keyed | None,
    event_id: EventId = None,
) -> Response[OrderRead]:
    """Hold tickets: all of them for 15 minutes, or none."""
    request = data.request(identity, event_id)
    held = await orders.hold(request, keyed)
    answer = _shown(await orders.get(held.order_id, identity), status_code=201)
    if held.replayed:
        answer.headers |= REPLAYED
    return answer


@get("/api/orders", operation_id="listOrders")
async def list_orders(
    orders: Orders,
    identity: Identity,
    status: FromQuery[Status | None] = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[OrderRead]:
    """One's own orders, newest first."""
    before = place_of(cursor, tuple[UUID])[0] if cursor else None
    rows = await orders.page(identity, status=status, before=before, limit=limit + 1)
    return page_of(
        rows, limit, read=lambda shown: OrderRead.of(*shown), place=lambda s: (s[0].id,)
    )


@get(
    "/api/orders/{order_id:uuid}",
    operation_id="getOrder",
    responses={
        200: ResponseSpec(
            OrderRead, description="The order, as it is now.", generate_examples=False
        ),
        **UNCHANGED,
        **problems(OrderNotFound),
    },
)
async def get_order(
    order_id: FromPath[UUID],
    orders: Orders,
    identity: Identity,
    wait: Wait = 0,
    if_none_match: IfNoneMatch = None,
) -> Response[OrderRead]:
    """One order; with `wait` and `If-None-Match`, as soon as it changes, else 304."""
    known = knows(if_none_match)
    shown = await orders.awaited(
        order_id, identity, known=lambda version: known(_tag(version)), wait=wait
    )
    tag = _tag(shown[0].version)
    return unchanged(tag, {}) if known(tag) else _shown(shown)


@patch(
    "/api/orders/{order_id:uuid}",
    operation_id="updateOrder",
    responses=problems(OrderNotFound, OrderAlreadyComplete, OrderAlreadyCancelled),
)
async def update_order(
    order_id: FromPath[UUID], data: OrderUpdate, orders: Orders, identity: Identity
) -> Response[OrderRead]:
    """Name the contact of an unpaid order."""
    contact = data.contact
    await orders.name_contact(
        order_id, identity, name=contact.name, email=contact.email
    )
    return _shown(await orders.get(order_id, identity))


@delete(
    "/api/orders/{order_id:uuid}",
    operation_id="cancelOrder",
    responses=problems(OrderNotFound, OrderAlreadyComplete, OrderAlreadyCancelled),
)
async def cancel_order(
    order_id: FromPath[UUID], orders: Orders, identity: Identity
) -> None:
    """Give the tickets of an unpaid order back."""
    await orders.cancel(order_id, identity)


ROUTES: Sequence[HTTPRouteHandler] = (
    create_order,
    list_orders,
    get_order,
    update_order,
    cancel_order,
)


def _shown(shown: Shown, *, status_code: int = 200) -> Response[OrderRead]:
    order = OrderRead.of(*shown)
    return Response(
        order, status_code=status_code, headers={"ETag": _tag(order.version)}
    )


def _tag(version: int) -> str:
    return f'"{version}"'
