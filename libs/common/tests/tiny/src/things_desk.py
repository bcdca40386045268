"""Test kit of `common.http`: an API of things, with a route of every kind."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import httpx
from litestar import Response, get, patch, post
from litestar.params import HeaderParameter, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from common.errors import Conflict, Gone, KeyInProgress, SignedOut
from common.http import WEBHOOK, Body, create_api, problems
from common.idempotency import Keyed
from common.identity import Identity, KeysMissing
from common.limits import Limits
from common.observability import current_trace

THING = UUID("01a20446-000b-73fd-8871-5dde19382396")
GUEST = Identity(
    user_id=UUID("01a20446-000c-701b-8965-14ffde02f633"),
    session_id=THING,
    kind="guest",
    expires_at=datetime(2027, 1, 1, tzinfo=UTC),
)
MEMBER = structs.replace(GUEST, kind="member")
BEARER = {"authorization": "Bearer member"}
CANARY = "canary-41c7"


class People:
    """Tokens are the words `member` and `guest`."""

    async def identify(self, token: str) -> Identity:
        if token == "keyless":
            raise KeysMissing
        if token not in ("member", "guest"):
            raise SignedOut
        return MEMBER if token == "member" else GUEST


class Shelf:
    """Where things are; raises what a test puts there."""

    def __init__(self) -> None:
        self.fault: BaseException | None = None
        self.asked = asyncio.Event()

    def look(self) -> None:
        self.asked.set()
        if self.fault is not None:
            raise self.fault


class SoldOut(Conflict):
    """Every one is sold."""

    code = "sold-out"


class HoldEnded(Gone):
    """It was yours for a while."""

    code = "hold-ended"


class Item(Body, frozen=True, kw_only=True):
    quantity: Annotated[int, Meta(ge=1, le=50)]


class ThingCreate(Body, frozen=True, kw_only=True):
    items: Annotated[list[Item], Meta(min_length=1, max_length=2)]
    name: Annotated[str, Meta(max_length=20)] | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None
    owner: UUID | None = None


class ThingUpdate(Body, frozen=True, kw_only=True):
    name: str | UnsetType | None = UNSET


class ThingRead(Struct):
    id: UUID
    name: str | None
    asked_by: str | None = None
    trace: str | None = None


@post("/api/things", responses=problems(SoldOut, KeyInProgress))
async def create_thing(
    data: ThingCreate, identity: Identity, shelf: Shelf, keyed: Keyed | None
) -> ThingRead:
    """Make a thing."""
    shelf.look()
    name = keyed.key if keyed else data.name
    return ThingRead(THING, name, identity.kind, current_trace())


@get("/api/things")
async def list_things(
    shelf: Shelf,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
    since: Annotated[datetime | None, QueryParameter(name="from")] = None,
    owner: UUID | None = None,
) -> list[ThingRead]:
    shelf.look()
    return [ThingRead(THING, f"{limit} {since} {owner}")]


@get("/api/things/{thing_id:uuid}", responses=problems(HoldEnded))
async def read_thing(
    thing_id: UUID,
    visitor: Identity | None,
    known: Annotated[
        str | None, HeaderParameter(name="If-None-Match", max_length=10)
    ] = None,
) -> ThingRead:
    assert known is None
    return ThingRead(thing_id, None, visitor.kind if visitor else None)


@patch("/api/things/{thing_id:uuid}")
async def update_thing(
    thing_id: UUID, data: ThingUpdate, member: Identity
) -> ThingRead:
    name = "kept" if data.name is UNSET else data.name
    return ThingRead(thing_id, name, member.kind)


@post("/api/things/{thing_id:uuid}/poke", status_code=204)
async def poke_thing(thing_id: UUID, identity: Identity) -> Response[None]:
    """Takes no body."""
    headers = {"X-Poked": f"{thing_id} by {identity.user_id}"}
    return Response(None, status_code=204, headers=headers)


@post("/api/things/webhooks/{provider:str}", status_code=200, opt=WEBHOOK)
async def hear_provider(provider: str) -> dict[str, str]:
    return {"heard": provider}


ROUTES = (
    create_thing,
    list_things,
    read_thing,
    update_thing,
    poke_thing,
    hear_provider,
)


class Things:
    """The API and a client of it."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        public_url: str = "https://tickets.test",
    ) -> None:
        self.shelf = Shelf()
        self.api = create_api(
            name="things",
            version="1.0.0",
            routes=ROUTES,
            dependencies={"shelf": self.shelf},
            verifier=People(),
            limits=limits,
            public_url=public_url,
            body_limit=1000,
        )
        transport = httpx.ASGITransport(app=self.api)  # pyright: ignore[reportArgumentType]  # plainer ASGI types
        self.http = httpx.AsyncClient(transport=transport, base_url="http://things")

    async def create(self, headers: Any = None, **body: Any) -> httpx.Response:
        whole = {"items": [{"quantity": 1}], **body}
        return await self.http.post(
            "/api/things", json=whole, headers={**BEARER, **(headers or {})}
        )
