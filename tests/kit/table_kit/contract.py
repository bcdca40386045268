"""The public contract: every route, its good answers and the problems of its own.

What follows from what a route takes and from who may ask (invalid input, strangers,
other sites, media, sizes, limits, being busy) holds for all routes alike and is not
repeated here. `LATER` lists routes that serve pages of a later time already.
"""

from collections.abc import Mapping

Answers = Mapping[str, str]

CONTRACT: Answers = {
    # auth
    "POST /api/users/signup": "201, 409 email-taken",
    "POST /api/users/guest": "201",
    "POST /api/users/signin": "200, 401 signed-out",
    "POST /api/users/signout": "204",
    "GET /api/users/currentuser": "200",
    "GET /.well-known/jwks.json": "200",
    # tickets
    "POST /api/events": "201, 403 guest, 409 key-in-progress, 422 key-reused",
    "GET /api/events": "200, 304",
    "GET /api/events/{event_id}": "200, 304, 404 not-found",
    "GET /api/events/{event_id}/availability": "200, 304, 404 not-found",
    "PUT /api/events/{event_id}": (
        "200, 403 guest, 403 not-yours, 404 not-found, 409 holds-or-sales, 412 changed"
    ),
    "PATCH /api/events/{event_id}": (
        "200, 403 guest, 403 not-yours, 404 not-found, 409 holds-or-sales, 412 changed"
    ),
    "POST /api/events/{event_id}/cancel": (
        "200, 403 guest, 403 not-yours, 404 not-found, 409 event-draft,"
        " 409 key-in-progress, 422 key-reused"
    ),
    "POST /api/tickets": (
        "201, 403 guest, 403 not-yours, 404 not-found,"
        " 409 key-in-progress, 422 key-reused"
    ),
    "GET /api/tickets": "200, 304",
    "GET /api/tickets/{ticket_id}": "200, 304, 404 not-found",
    "PUT /api/tickets/{ticket_id}": (
        "200, 403 guest, 403 not-yours, 404 not-found, 409 holds-or-sales, 412 changed"
    ),
    "PATCH /api/tickets/{ticket_id}": (
        "200, 403 guest, 403 not-yours, 404 not-found, 409 holds-or-sales, 412 changed"
    ),
    "DELETE /api/tickets/{ticket_id}": (
        "204, 403 guest, 403 not-yours, 404 not-found, 409 holds-or-sales, 412 changed"
    ),
    # orders
    "POST /api/orders": (
        "201, 404 not-found, 409 sold-out, 409 all-held, 409 over-limit,"
        " 409 too-many-holds, 409 not-on-sale, 409 price-changed, 409 key-in-progress,"
        " 422 key-reused"
    ),
    "GET /api/orders": "200",
    "GET /api/orders/{order_id}": "200, 304, 404 not-found",
    "PATCH /api/orders/{order_id}": (
        "200, 404 not-found, 409 order-complete, 409 order-cancelled"
    ),
    "DELETE /api/orders/{order_id}": (
        "204, 404 not-found, 409 order-complete, 409 order-cancelled"
    ),
    # payments
    "POST /api/payments": (
        "201, 402 declined, 404 not-found, 409 order-cancelled, 409 already-paid,"
        " 409 payment-in-progress, 409 key-in-progress, 410 hold-ended, 422 key-reused"
    ),
    "POST /api/payments/{payment_id}/confirm": (
        "200, 404 not-found, 409 key-in-progress, 422 key-reused"
    ),
    "POST /api/payments/{payment_id}/refunds": (
        "201, 403 guest, 403 not-yours, 404 not-found, 409 not-captured,"
        " 409 refund-in-progress, 409 already-refunded, 409 key-in-progress,"
        " 422 key-reused"
    ),
    "GET /api/payments": "200",
    "GET /api/payments/{payment_id}": "200, 404 not-found",
    "GET /api/payments/config": "200",
    "POST /api/payments/webhooks/{provider}": "404 not-found",
}

LATER: Answers = {
    "PATCH /api/users/currentuser": "200, 403 guest",
    "POST /api/users/password": "204, 403 guest, 409 key-in-progress, 422 key-reused",
    "GET /api/users/sessions": "200",
    "DELETE /api/users/sessions": "204",
    "GET /api/users/sessions/{session_id}": "200, 404 not-found",
    "DELETE /api/users/sessions/{session_id}": "204, 404 not-found",
    "GET /api/sales": "200, 403 guest",
    "GET /api/sales/summary": "200, 403 guest",
}


def promised() -> dict[str, frozenset[tuple[int, str]]]:
    """Status and problem code, by route."""
    return {
        route: frozenset(_answer(part) for part in answers.split(","))
        for route, answers in {**CONTRACT, **LATER}.items()
    }


def _answer(text: str) -> tuple[int, str]:
    status, _, code = text.strip().partition(" ")
    return int(status), code
