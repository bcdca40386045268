"""HTTP in: `/api/payments`."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from common.errors import Fault, Invalid, NotFound, NotYours
from common.http import WEBHOOK, problems
from common.idempotency import REPLAYED, Keyed
from common.identity import Identity
from common.pagination import LIMIT, MOST, Page, page_of, place_of
from payments.errors import (
    AlreadyPaid,
    AlreadyRefunded,
    Declined,
    HoldEnded,
    NotCaptured,
    OrderCancelled,
    OrderNotFound,
    PaymentInProgress,
    PaymentNotFound,
    RefundInProgress,
)
from payments.providers.interface import SendsNoNews, WrongSignature
from payments.recording import PATH
from payments.refunds import Refunds
from payments.schemas import (
    ConfigRead,
    PaymentCreate,
    PaymentRead,
    RefundCreate,
    RefundRead,
)
from payments.service import Payments
from payments.webhooks import Webhooks

SIGNATURE: Final = "Stripe-Signature"
_NOT_SIGNED: Final = Fault("signature", "Is not the provider's, or too old.")
AnyRequest = Request[Any, Any, Any]
Limit = Annotated[int, Parameter(ge=1, le=MOST)]
Cursor = Annotated[str | None, Parameter(max_length=200)]


@post(
    PATH,
    operation_id="createPayment",
    responses=problems(
        Declined,
        OrderNotFound,
        OrderCancelled,
        AlreadyPaid,
        PaymentInProgress,
        HoldEnded,
    ),
)
async def create_payment(
    data: PaymentCreate, payments: Payments, identity: Identity, keyed: Keyed | None
) -> Response[PaymentRead]:
    """Pay an order: the card is authorized now, and charged once the order completes.

    `requires_action`: send the buyer on, and confirm when they are back.
    """
    paid = await payments.pay(
        order_id=data.order_id, token=data.token, identity=identity, keyed=keyed
    )
    headers = REPLAYED if paid.replayed else None
    return Response(PaymentRead.of(paid.payment), status_code=201, headers=headers)


@post(
    "/api/payments/{payment_id:uuid}/confirm",
    operation_id="confirmPayment",
    status_code=200,
    responses=problems(PaymentNotFound),
)
async def confirm_payment(
    payment_id: UUID, payments: Payments, identity: Identity, keyed: Keyed | None
) -> Response[PaymentRead]:
    """Ask the provider now: the buyer is back from the bank. Safe to repeat."""
    paid = await payments.confirm(payment_id, identity, keyed)
    headers = REPLAYED if paid.replayed else None
    return Response(PaymentRead.of(paid.payment), headers=headers)


@post(
    "/api/payments/{payment_id:uuid}/refunds",
    operation_id="refundPayment",
    responses=problems(
        PaymentNotFound, NotYours, NotCaptured, RefundInProgress, AlreadyRefunded
    ),
)
async def refund_payment(
    payment_id: UUID,
    data: RefundCreate,
    refunds: Refunds,
    member: Identity,
    keyed: Keyed | None,
) -> Response[RefundRead]:
    """Give money of one's own sale back, all of it or a part.

    Refunded whole, the order is cancelled; in part, the tickets stay the buyer's.
    """
    given = await refunds.refund(payment_id, data.wish(), identity=member, keyed=keyed)
    headers = REPLAYED if given.replayed else None
    return Response(RefundRead.of(given.refund), status_code=201, headers=headers)


@get("/api/payments", operation_id="listPayments")
async def list_payments(
    payments: Payments,
    identity: Identity,
    order_id: UUID | None = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[PaymentRead]:
    """One's own attempts to pay, newest first.

    Of an order of one's own tickets, what was paid for it.
    """
    before = place_of(cursor, tuple[UUID])[0] if cursor else None
    rows = await payments.page(
        identity, order_id=order_id, before=before, limit=limit + 1
    )
    return page_of(rows, limit, read=PaymentRead.of, place=lambda row: (row.id,))


@get(
    "/api/payments/{payment_id:uuid}",
    operation_id="getPayment",
    responses=problems(PaymentNotFound),
)
async def get_payment(
    payment_id: UUID, payments: Payments, identity: Identity
) -> PaymentRead:
    """One attempt to pay; a seller sees those that paid for the seller's tickets."""
    return PaymentRead.of(await payments.view(payment_id, identity))


@get("/api/payments/config", operation_id="getPaymentsConfig", sync_to_thread=False)
def get_config(payments: Payments) -> ConfigRead:
    """Who moves the money, and whether it is money."""
    return ConfigRead.of(payments.provider)


@post(
    "/api/payments/webhooks/{provider:str}",
    operation_id="receiveWebhook",
    status_code=200,
    opt=WEBHOOK,
    responses=problems(NotFound, Invalid),
)
async def receive_webhook(
    provider: str, request: AnyRequest, webhooks: Webhooks
) -> None:
    """News from a provider, signed by it; kept, and looked into afterwards.

    The test provider sends none.
    """
    try:
        signature = request.headers.get(SIGNATURE)
        await webhooks.receive(provider, await request.body(), signature)
    except SendsNoNews:
        raise NotFound(f"No provider {provider[:40]!r} sends news here.") from None
    except WrongSignature:
        raise Invalid.field(f"header.{SIGNATURE}", _NOT_SIGNED) from None


ROUTES: Sequence[HTTPRouteHandler] = (
    create_payment,
    confirm_payment,
    refund_payment,
    list_payments,
    get_payment,
    get_config,
    receive_webhook,
)
