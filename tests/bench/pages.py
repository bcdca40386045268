"""The page of an event as a crowd asks for it; alone: `python tests/bench/pages.py`.

From the client's own process, and through the gateway.
"""

import asyncio
from dataclasses import dataclass

from generator import Measured, drive
from machine import spent
from sale import Sale, sale
from visible import put_on_sale

CLIENTS = 64


@dataclass(frozen=True, kw_only=True)
class Served:
    """A page answered again and again; CPU of the client's process: microseconds."""

    by: str
    measured: Measured
    cpu: float

    def __str__(self) -> str:
        m = self.measured
        return (
            f"event page from the {self.by}: {m.rate:.0f}/s, p50 {m.p50:.1f} ms,"
            f" p99 {m.p99:.1f} ms, refused {m.refused}, {self.cpu:.0f} us of the client"
        )


async def served(sale: Sale, *, seconds: int) -> list[Served]:
    """Ask for one event's page, once it is there, as often as it is answered."""
    event, _ = await put_on_sale(sale.seller)
    client = f"http://127.0.0.1:{sale.system.ports['client']}"
    found: list[Served] = []
    for by, origin in (("client", client), ("gateway", sale.system.url)):
        page = f"{origin}/events/{event}"
        (await sale.seller.get(page)).raise_for_status()
        before = spent(sale.system)["client"]
        measured = await drive(page, "page.lua", clients=CLIENTS, seconds=seconds)
        used = spent(sale.system)["client"] - before
        cpu = used * 1e6 / max(1, measured.made)
        found.append(Served(by=by, measured=measured, cpu=cpu))
    return found


async def main() -> None:
    async with sale("pages", buyers=1, TICKETING_CLIENT="on") as shown:
        for page in await served(shown, seconds=10):
            print(page)  # noqa: T201  # a command


if __name__ == "__main__":
    asyncio.run(main())
