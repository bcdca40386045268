"""HTTP in: `/api/sales`, what sellers ask of the orders of their tickets."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from common.errors import Invalid
from common.identity import Identity
from common.pagination import LIMIT, MOST, Page, page_of, place_of
from common.zones import NO_ZONE, zones
from orders import sales_csv
from orders.domain import Status
from orders.sales import Sales
from orders.sales_repository import Asked
from orders.sales_schemas import SummaryRead
from orders.schemas import OrderRead
from orders.service import Shown

AnyRequest = Request[Any, Any, State]
Words = Annotated[
    str,
    QueryParameter(
        max_length=200,
        description="Parts of code, name and e-mail; case and accents do not matter.",
    ),
]
Zone = Annotated[
    str,
    QueryParameter(
        max_length=64,
        description="An IANA timezone: days and weeks begin at its midnight.",
    ),
]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST)]
Cursor = Annotated[str | None, QueryParameter(max_length=200)]

_VARY = {"Vary": "Accept"}
_AS_FILE = _VARY | {"Content-Disposition": 'attachment; filename="sales.csv"'}


@get(
    "/api/sales",
    operation_id="listSales",
    responses={
        200: ResponseSpec(
            Page[OrderRead],
            description="A page; with `Accept: text/csv` all of them, as a file.",
            generate_examples=False,
        )
    },
)
async def list_sales(
    request: AnyRequest,
    sales: Sales,
    member: Identity,
    *,
    event_id: FromQuery[UUID | None] = None,
    status: FromQuery[Status | None] = None,
    q: Words = "",
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Response[Page[OrderRead]] | Stream:
    """Orders of one's tickets, newest first."""
    asked = Asked(seller_id=member.user_id, event_id=event_id, status=status, words=q)
    if _wants_csv(request):
        return await _file(sales.export(asked))
    before = place_of(cursor, tuple[UUID])[0] if cursor else None
    shown = await sales.page(asked, before=before, limit=limit + 1)
    page = page_of(shown, limit, read=_read, place=lambda each: (each[0].id,))
    return Response(page, headers=_VARY)


@get("/api/sales/summary", operation_id="summarizeSales")
async def summarize_sales(
    sales: Sales,
    member: Identity,
    *,
    event_id: FromQuery[UUID | None] = None,
    timezone: Zone = "UTC",
) -> SummaryRead:
    """What is held, sold and earned: by ticket, over time, and how holds ended."""
    if timezone not in zones():
        raise Invalid.field("query.timezone", NO_ZONE)
    return SummaryRead.of(await sales.summary(member.user_id, event_id, timezone))


SALES_ROUTES: Sequence[HTTPRouteHandler] = (list_sales, summarize_sales)


def _read(shown: Shown) -> OrderRead:
    return OrderRead.of(*shown)


def _wants_csv(request: AnyRequest) -> bool:
    accepted = request.accept.best_match(["application/json", sales_csv.MEDIA])
    return accepted == sales_csv.MEDIA


async def _file(batches: AsyncGenerator[list[Shown]]) -> Stream:
    """The first batch is read before anything is sent: then we may still be busy."""
    nothing: list[Shown] = []
    first = await anext(batches, nothing)
    return Stream(
        _lines(first, batches),
        media_type=f"{sales_csv.MEDIA}; charset=utf-8; header=present",
        headers=_AS_FILE,
    )


async def _lines(
    first: list[Shown], batches: AsyncGenerator[list[Shown]]
) -> AsyncIterator[bytes]:
    yield sales_csv.heading()
    yield sales_csv.rows(map(_read, first))
    try:
        async for batch in batches:
            yield sales_csv.rows(map(_read, batch))
    except Exception:
        # The transfer breaks off, too; some keep what has come of it.
        yield sales_csv.broken_off()
        raise
