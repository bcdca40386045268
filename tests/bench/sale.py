"""A scratch system on the day of the sale: tickets, tokens, and rushes of buyers."""

import shutil
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import httpx
from generator import Measured, drive
from machine import spent
from system_kit.books import check_books, settled, views_of
from system_kit.tokens import mint

from common.testing.waiting import eventually
from local.system import System

BUYERS = 100_000
#: Units of a ticket that nobody is to run out of.
PLENTY = 1_000_000
#: Time for everything downstream to come to rest after a run.
REST = timedelta(seconds=120)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One rush: what wrk measured, and what it cost. Seconds and microseconds."""

    clients: int
    measured: Measured
    #: Until everything downstream knew.
    caught_up: float
    #: CPU microseconds of each process for one answer of 2xx.
    cpu: Mapping[str, float]


@dataclass(frozen=True)
class Tickets:
    """What is on sale, and the file that tells wrk."""

    ids: Sequence[str]
    file: Path


@dataclass(frozen=True)
class Sale:
    """A running system with limits off, its seller, and tokens of its buyers."""

    system: System
    seller: httpx.AsyncClient
    folder: Path

    @property
    def tokens(self) -> Path:
        return self.folder / "tokens"

    @property
    def buyers(self) -> Path:
        return self.folder / "buyers"

    async def put_on_sale(self, *, tickets: int = 1, quantity: int = PLENTY) -> Tickets:
        """New tickets, known to everybody."""
        ids = [await self._offer(f"Floor {n}", quantity) for n in range(tickets)]
        for ticket in (ids[0], ids[-1]):
            await self._known(ticket)
        return self.known_as(*ids)

    def known_as(self, *ids: str) -> Tickets:
        """Tickets that are on sale already."""
        file = self.folder / f"tickets-{ids[0]}"
        file.write_text("\n".join(ids))
        return Tickets(ids, file)

    async def rush(
        self,
        tickets: Tickets,
        *,
        clients: int,
        seconds: int,
        asked_in_turn: int = 0,
        pause: int = 0,
        beside: AbstractAsyncContextManager[None] | None = None,
    ) -> Run:
        """Drive orders, wait until all is known everywhere, and check the books."""
        arguments = (str(self.tokens), str(tickets.file))
        return await self._measured(
            "order.lua",
            *arguments,
            str(asked_in_turn),
            str(pause),
            clients=clients,
            seconds=seconds,
            beside=beside,
        )

    async def sagas(
        self, tickets: Tickets, *, clients: int, seconds: int, pause: int = 0
    ) -> Run:
        """Drive orders and their payments."""
        arguments = (str(self.tokens), str(self.buyers), tickets.ids[0])
        return await self._measured(
            "saga.lua", *arguments, str(pause), clients=clients, seconds=seconds
        )

    async def check(self) -> float:
        """Seconds until everything is at rest; raises when the books disagree."""
        began = perf_counter()
        async with views_of(self.system) as views:
            await settled(views, bound=REST)
        lasted = perf_counter() - began
        await check_books(self.system, bound=REST)
        return lasted

    async def _measured(
        self,
        script: str,
        *arguments: str,
        clients: int,
        seconds: int,
        beside: AbstractAsyncContextManager[None] | None = None,
    ) -> Run:
        before = spent(self.system)
        async with beside or nullcontext():
            measured = await drive(
                self.system.url, script, *arguments, clients=clients, seconds=seconds
            )
        used = spent(self.system)
        each = 1e6 / max(1, measured.made)
        return Run(
            clients=clients,
            measured=measured,
            caught_up=await self.check(),
            cpu={name: (used[name] - before[name]) * each for name in used},
        )

    async def _offer(self, title: str, quantity: int) -> str:
        body = {"title": title, "price": 5000, "quantity": quantity}
        made = await self.seller.post("/api/tickets", json=body)
        return made.raise_for_status().json()["id"]

    async def _known(self, ticket: str) -> None:
        """Wait until orders has its stock, and tickets knows."""

        async def available() -> int:
            return (await self.seller.get(f"/api/tickets/{ticket}")).json()["available"]

        await eventually(available)


@asynccontextmanager
async def sale(
    name: str, *, buyers: int = BUYERS, **environment: str
) -> AsyncGenerator[Sale]:
    """Start a scratch system; everything of it is gone with the block."""
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{name}-"))
    off = {"TICKETING_LIMITS": "off", "TICKETING_CLIENT": "off"}
    try:
        async with (
            System(folder / "data", environment=off | environment) as system,
            httpx.AsyncClient(base_url=system.url, timeout=30) as seller,
        ):
            await _sign_up(seller)
            await _write_tokens(system, folder, buyers)
            yield Sale(system, seller, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _sign_up(seller: httpx.AsyncClient) -> None:
    person = {"email": "seller@example.com", "password": "a long enough pass phrase"}
    (await seller.post("/api/users/signup", json=person)).raise_for_status()


async def _write_tokens(system: System, folder: Path, count: int) -> None:
    minted: Sequence[tuple[object, str]] = await mint(system, count)
    (folder / "tokens").write_text("\n".join(token for _, token in minted))
    (folder / "buyers").write_text("\n".join(str(buyer) for buyer, _ in minted))
