"""The books of a running system: what must be true once everything has come to rest.

`check_books(system)` waits until nothing is under way any more, and then compares every
database with every other and with the test provider's ledger. It reads only, so it may
be run against any system of this machine, whatever was done to it before.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from common.testing.waiting import eventually
from local.system import System
from system_kit import history, money, replicas, stock
from system_kit.rest import under_way
from system_kit.views import Views

#: A killed process is back and its messages have come again within this.
BOUND = timedelta(seconds=45)

#: By the invariant they stand for; each lists what is wrong, in sentences.
CHECKS = {
    "I1 stock": stock.wrong_stock,
    "I2 money": money.wrong_money,
    "I2 ledger": money.wrong_ledger,
    "I3 payments": money.wrong_verdicts,
    "I4 deadlines": stock.overdue,
    "I6 streams": history.unpublished,
    "I7 tickets": replicas.wrong_tickets,
    "I7 orders": replicas.wrong_orders,
    "I7 availability": replicas.wrong_availability,
    "I9 history": history.illegal_steps,
    "I10 set aside": history.set_aside,
}


class BooksDisagree(AssertionError):
    """Every sentence is something that must not be."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


async def check_books(
    system: System, *, bound: timedelta = BOUND, poison: Iterable[str] = ()
) -> None:
    """Raise `BooksDisagree` with all that is wrong; `poison`: consumers fed some."""
    async with views_of(system) as views:
        await settled(views, bound=bound)
        checks = [check(views) for check in CHECKS.values()]
        found = dict(zip(CHECKS, await asyncio.gather(*checks), strict=True))
    faults = _faults(found, poison)
    if faults:
        raise BooksDisagree(faults)


async def settled(views: Views, *, bound: timedelta = BOUND) -> None:
    """Wait until nothing is under way; raise what still is at the bound."""
    left: list[str] = ["nothing was read"]

    async def at_rest() -> bool:
        left[:] = await under_way(views)
        return not left

    try:
        await eventually(at_rest, limit=bound.total_seconds())
    except AssertionError as error:
        raise BooksDisagree([f"still under way: {each}" for each in left]) from error


@asynccontextmanager
async def views_of(system: System) -> AsyncGenerator[Views]:
    views = Views(system)
    try:
        yield views
    finally:
        await views.close()


def _faults(found: Mapping[str, Sequence[str]], poison: Iterable[str]) -> list[str]:
    """`poison` is expected among what is set aside, and nothing else is."""
    expected = tuple(poison)
    return [
        f"{invariant}: {fault}"
        for invariant, faults in found.items()
        for fault in faults
        if not (invariant.startswith("I10") and fault.startswith(expected))
    ]
