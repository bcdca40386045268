"""Every route and every status of the contract is seen through the gateway."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from system_kit.books import check_books
from system_kit.people import Person
from system_kit.stage import Stage
from table_kit.contract import promised
from table_kit.operations import Operation, operations
from table_kit.scenery import Scenery
from table_kit.seen import code_of
from table_kit.tour import Tour

from common.embedded.processes import answers, free_ports
from common.testing.servers import Child
from common.testing.waiting import eventually
from common.topology import DATABASES
from local.gateway import Gateway, Upstream, filters, limits
from local.gateway.limits import Limit
from local.gateway.program import command, write

#: Problems that all routes share: `test_table` shows them on each, and so do the tests
#: below for limits and for being busy.
SHARED = frozenset(
    {
        *("invalid", "signed-out", "guest", "cross-site", "not-found"),
        *("content-too-large", "unsupported-media-type", "too-many", "busy"),
    }
)
#: What cannot be seen yet, and why.
NOT_YET = {
    ("POST /api/payments/webhooks/{provider}", 200, ""): "the test provider sends none",
}
#: Routes that need no database, so they answer without one.
WITHOUT_DATABASE = {"publicKeys", "getPaymentsConfig", "receiveWebhook"}

pytestmark = pytest.mark.timeout(300)


async def test_every_answer_of_the_contract_is_seen(stage: Stage) -> None:
    tour = Tour(stage)
    await tour.go()
    expected = {*documented(), *of_the_contract()} - NOT_YET.keys()
    seen = {
        (route, status, code)
        for route, given in tour.seen.answers.items()
        for status, code in given
    }
    assert expected <= seen, sorted(expected - seen)
    known = {(str(o), status) for o in operations() for status in o.answers}
    undocumented = {(route, status) for route, status, _ in seen} - known
    assert not undocumented
    assert tour.seen.replayed == {str(o) for o in operations() if o.keyed}
    await check_books(stage.system)


def documented() -> set[tuple[str, int, str]]:
    """Good answers, and problems of a route's own."""
    return {
        (str(operation), status, code)
        for operation in operations()
        for status, codes in operation.answers.items()
        for code in codes or ("",)
        if code not in SHARED
    }


def of_the_contract() -> set[tuple[str, int, str]]:
    return {
        (route, status, code)
        for route, given in promised().items()
        for status, code in given
        if code not in SHARED
    }


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that any machine reaches; `test_gateway` has those that people meet."""
    browsing = Limit("browsing", burst=10, rate=1)
    signing_in = Limit("signing-in", burst=5, rate=1)
    monkeypatch.setattr(filters, "BROWSING", browsing)
    monkeypatch.setattr(limits, "SIGNING_IN", signing_in)


@pytest.mark.usefixtures("few")
async def test_every_route_says_when_there_were_too_many(
    stage: Stage, tmp_path: Path
) -> None:
    """A gateway with limits in front of the same services, asked without end."""
    scenery = await Scenery.of(stage)
    async with limited(stage, tmp_path) as url:
        for operation in operations():
            person = Person(stage.transport, url)
            answer = await _until_too_many(person, operation, scenery)
            assert code_of(answer) == "too-many", operation
            assert int(answer.headers["Retry-After"]) > 0


async def test_every_route_is_busy_without_its_database(stage: Stage) -> None:
    """Not broken: it says when to come back, and answers when the database does."""
    scenery = await Scenery.of(stage)
    postgres = stage.keeper("postgres")
    await postgres.stop()
    try:
        asked = [o for o in operations() if o.id not in WITHOUT_DATABASE]
        given = await asyncio.gather(*(scenery.ask(o, scenery.seller) for o in asked))
    finally:
        await postgres.start()
        await stage.ready()
        await hear_again(stage)
    wrong = [f"{o}: {a.text}" for o, a in zip(asked, given, strict=True) if not busy(a)]
    assert not wrong, "\n".join(wrong)
    assert await scenery.seller.me() is not None


async def test_every_other_route_is_busy_without_its_service(stage: Stage) -> None:
    scenery = await Scenery.of(stage)
    services = [stage.keeper(name) for name in ("auth-serve", "payments-serve")]
    await asyncio.gather(*(service.stop() for service in services))
    try:
        asked = [o for o in operations() if o.id in WITHOUT_DATABASE]
        given = [await scenery.ask(operation) for operation in asked]
    finally:
        await asyncio.gather(*(service.start() for service in services))
        await stage.ready()
    wrong = [f"{o}: {a.text}" for o, a in zip(asked, given, strict=True) if not busy(a)]
    assert not wrong, "\n".join(wrong)


async def hear_again(stage: Stage) -> None:
    """Until what one service says is heard by the next: consumers look now and then."""
    seller = await stage.member()
    await eventually(seller.offer, limit=30)


def busy(answer: httpx.Response) -> bool:
    return code_of(answer) == "busy" and int(answer.headers["Retry-After"]) > 0


async def _until_too_many(
    person: Person, operation: Operation, scenery: Scenery
) -> httpx.Response:
    """Ask what is refused without a look, until the bucket is empty."""
    path = scenery.path(operation)
    headers = {"Content-Type": "text/plain"} if operation.unsafe else {}
    content = b"text" if operation.unsafe else None
    for _ in range(200):
        answer = await person.http.request(
            operation.method,
            path,
            params={"unheard-of": "1"},
            content=content,
            headers=headers,
        )
        if answer.status_code == 429:
            return answer
    raise AssertionError(f"{operation} takes whatever comes")


@asynccontextmanager
async def limited(stage: Stage, folder: Path) -> AsyncGenerator[str]:
    """One more gateway in front of the same processes, with limits."""
    [port] = free_ports(1)
    ports = stage.system.ports
    upstreams = {
        service: [Upstream(ports[f"{service}-serve"], ports[f"{service}-serve-ops"])]
        for service in DATABASES
    }
    gateway = Gateway(port=port, upstreams=upstreams, limits=True)
    write(gateway, folder / "gateway.json")
    child = Child(
        command(folder / "gateway.json"),
        ready=lambda: answers(port),
        log=folder / "gateway.log",
    )
    await asyncio.to_thread(child.start)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        child.stop()
