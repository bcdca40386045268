"""HTTP of the test provider. All but the challenge page stays inside."""

from datetime import UTC, datetime
from typing import Annotated, Any, cast
from urllib.parse import parse_qs
from uuid import UUID

from litestar import Litestar, Request, Response, Router, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody

from common.asgi import ASGIApp
from payments.providers.stand_in import bank, page
from payments.providers.stand_in.bank import CHALLENGES, Refusal
from payments.providers.stand_in.books import Account, Books
from payments.providers.stand_in.desk import Desk, refused, reply_of
from payments.providers.stand_in.hot_route import in_front_of
from payments.providers.stand_in.wire import (
    KEY_HEADER,
    LONGEST_KEY,
    AmountBody,
    EntryBody,
    FaultBody,
    PaymentBody,
    Reply,
)

Dealing = NamedDependency[Desk]
AnyRequest = Request[Any, Any, State]
Key = Annotated[str | None, HeaderParameter(name=KEY_HEADER, max_length=LONGEST_KEY)]


def _json(reply: Reply) -> Response[bytes]:
    return Response(reply.body, status_code=reply.status, media_type="application/json")


@get("/payments")
async def find(desk: Dealing, reference: FromQuery[UUID]) -> Response[bytes]:
    return _json(await desk.look_up(reference=reference))


@get("/payments/{account_id:str}")
async def look_up(desk: Dealing, account_id: FromPath[str]) -> Response[bytes]:
    return _json(await desk.look_up(account_id=account_id))


@post("/payments/{account_id:str}/confirm", status_code=200)
async def confirm(
    desk: Dealing, account_id: FromPath[str], key: Key = None
) -> Response[bytes]:
    return _json(await desk.change("confirm", account_id, key))


@post("/payments/{account_id:str}/void", status_code=200)
async def void(
    desk: Dealing, account_id: FromPath[str], key: Key = None
) -> Response[bytes]:
    return _json(await desk.change("void", account_id, key))


@post("/payments/{account_id:str}/refunds", status_code=200)
async def refund(
    desk: Dealing,
    account_id: FromPath[str],
    data: JSONBody[AmountBody],
    key: Key = None,
) -> Response[bytes]:
    return _json(await desk.change("refund", account_id, key, amount=data.amount))


@get("/ledger")
async def ledger(desk: Dealing) -> list[EntryBody]:
    """Every entry ever made, oldest first."""
    return await desk.ledger.transact(Books.entries)


@get("/statement")
async def statement(
    desk: Dealing, since: FromQuery[datetime], until: FromQuery[datetime]
) -> list[PaymentBody]:
    """Every payment begun in that time, as it stands."""
    times = [time.astimezone(UTC).isoformat() for time in (since, until)]
    accounts = await desk.ledger.transact(lambda books: books.opened(*times))
    return [bank.body_of(account) for account in accounts]


@get("/livez")
async def alive(desk: Dealing) -> dict[str, str]:
    """Alive while the ledger can be read."""
    await desk.ledger.transact(lambda _books: None)
    return {"status": "ok"}


@post("/control/faults", status_code=204)
async def add_fault(desk: Dealing, data: JSONBody[FaultBody]) -> None:
    desk.faults.add(data)


@delete("/control/faults")
async def clear_faults(desk: Dealing) -> None:
    desk.faults.clear()


@post("/control/payments/{account_id:str}/lapse", status_code=200)
async def lapse(desk: Dealing, account_id: FromPath[str]) -> Response[bytes]:
    """Take an authorization back, as a bank does after some days."""
    return _json(
        await desk.ledger.transact(
            lambda books: reply_of(bank.lapse(books, account_id))
        )
    )


def _page(account: Account) -> Response[str]:
    return Response(
        page.challenge_page(account), headers=page.headers(account.return_url)
    )


def _no_page(_request: AnyRequest, _refusal: Exception) -> Response[str]:
    return Response(
        page.unknown_page(),
        status_code=404,
        media_type="text/html",
        headers=page.headers(),
    )


@get("/{challenge:str}", media_type="text/html")
async def show_challenge(desk: Dealing, challenge: FromPath[str]) -> Response[str]:
    return _page(
        await desk.ledger.transact(lambda books: bank.challenged(books, challenge))
    )


@post("/{challenge:str}", status_code=303, media_type="text/html")
async def answer_challenge(
    request: AnyRequest, desk: Dealing, challenge: FromPath[str]
) -> Response[str]:
    form = parse_qs((await request.body()).decode(errors="replace"))
    approved = form.get("decision") == ["approve"]
    account = await desk.ledger.transact(
        lambda books: bank.answer_challenge(books, challenge, approved=approved)
    )
    back = {**page.headers(account.return_url), "Location": account.return_url}
    return Response("", headers=back)


def _refused(_request: AnyRequest, refusal: Refusal) -> Response[bytes]:
    return _json(refused(refusal))


def create_api(desk: Desk) -> ASGIApp:
    challenges = Router(
        CHALLENGES,
        route_handlers=[show_challenge, answer_challenge],
        exception_handlers={Refusal: _no_page},
    )
    inner = [find, look_up, confirm, void, refund]
    control = [ledger, statement, add_fault, clear_faults, lapse]

    api = Litestar(
        route_handlers=[*inner, *control, alive, challenges],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False)},
        exception_handlers={Refusal: _refused},
        openapi_config=None,
    )
    return in_front_of(cast("ASGIApp", api), desk)
