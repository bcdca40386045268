"""kill -9 between any two steps that belong together: nothing is lost.

Every point that the sources name is reached by every process that can reach it, under
a light load. The process dies there, comes back, dies there again, and in the end the
books agree.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import text
from system_kit.books import check_books
from system_kit.errands import (
    Errand,
    call_off,
    capture_by_hand,
    give_back,
    offer,
    pay_too_late,
    run_until,
    sign_out,
    supersede,
)
from system_kit.load import Load, check_answers
from system_kit.stage import ORDERS, Stage

from common.testing.waiting import eventually
from common.topology import SERVICES
from payments.domain import Call

#: How often each process dies at each point; a night has time for more.
TIMES = 3
#: All these deaths have come about within this many seconds.
LIMIT = 120.0

SAYING = (
    "auth-serve",
    "tickets-serve",
    "orders-serve",
    "orders-serve-2",
    "orders-work",
    "payments-serve",
    "payments-work",
)
HEARING = ("tickets-work", "orders-work", "payments-work")
#: What a call to the provider stands between.
MOMENTS = ("committed", "answered", "recorded")

pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Death:
    """Processes and the points at which they die, and what takes them there."""

    name: str
    points: Mapping[str, str]
    errands: Sequence[Errand] = ()


def deaths() -> Iterator[Death]:
    for point in ("outbox.committed", "outbox.published"):
        yield Death(point, dict.fromkeys(SAYING, point), (sign_out, offer))
    yield Death("hold written", dict.fromkeys(ORDERS, "holds.written"))
    handled = dict.fromkeys(HEARING, "inbox.committed")
    yield Death("handled", {**handled, "expiration-work": "expiration.set"})
    for moment in MOMENTS:
        authorize, capture, void, refund = (
            f"payments.{call}.{moment}"
            for call in (Call.AUTHORIZE, Call.CAPTURE, Call.VOID, Call.REFUND)
        )
        asked = {"payments-serve": authorize, "payments-work": capture}
        yield Death(f"authorize and capture {moment}", asked)
        called_off = {"payments-serve": void, "payments-work": void}
        yield Death(f"void {moment}", called_off, (supersede, pay_too_late))
        returned = {"payments-work": refund}
        yield Death(f"refund {moment}", returned, (capture_by_hand,))
        asked_for = f"payments.refund-asked.{moment}"
        by_both = {"payments-serve": asked_for, "payments-work": asked_for}
        yield Death(f"refund asked {moment}", by_both, (give_back, call_off))


DEATHS = list(deaths())
#: Reached where a message first fails and then does not.
RETRIED = "retries.handled"


@pytest.mark.parametrize("death", DEATHS, ids=lambda death: death.name)
async def test_nothing_is_lost_at(hurried: Stage, load: Load, death: Death) -> None:
    async with load.running():
        since = await hurried.arm(death.points, times=TIMES)

        def all_dead() -> bool:
            return all(
                hurried.deaths(name, since=since) == TIMES for name in death.points
            )

        await run_until(hurried, all_dead, *death.errands, limit=LIMIT)
        await hurried.ready(limit=LIMIT)
    assert all_dead()
    await check_books(hurried.system)
    await check_answers(load, hurried)


async def test_nothing_is_lost_between_a_retry_and_its_end(
    hurried: Stage, load: Load
) -> None:
    """A fault in orders sets payments aside; mended, they are tried again."""
    broken = "ALTER TABLE order_payments ADD CONSTRAINT broken CHECK (false) NOT VALID"
    since = await hurried.arm({"orders-work": RETRIED}, times=TIMES)
    async with load.running():
        await alter_orders(hurried, broken)
        await eventually(lambda: enough_set_aside(hurried), limit=LIMIT)
        await alter_orders(hurried, "ALTER TABLE order_payments DROP CONSTRAINT broken")
        await eventually(
            lambda: hurried.deaths("orders-work", since=since) == TIMES, limit=LIMIT
        )
        await hurried.ready(limit=LIMIT)
    await check_books(hurried.system)
    await check_answers(load, hurried)


async def alter_orders(stage: Stage, statement: str) -> None:
    database = stage.database("orders")
    try:
        async with database.transaction() as tx:
            await tx.session.execute(text(statement))
    finally:
        await database.dispose()


async def enough_set_aside(stage: Stage) -> bool:
    """Whether there is a payment to be tried again for each death."""
    database = stage.database("orders")
    try:
        async with database.transaction() as tx:
            count = await tx.session.scalar(text("SELECT count(*) FROM set_aside"))
    finally:
        await database.dispose()
    return (count or 0) >= TIMES


def test_every_point_of_the_sources_is_died_at() -> None:
    tried = {point for death in DEATHS for point in death.points.values()}
    assert set(points_in_the_sources()) == tried | {RETRIED}


def points_in_the_sources() -> Iterator[str]:
    for package in ("common", *SERVICES):
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        for file in Path(spec.origin).parent.rglob("*.py"):
            for point in re.findall(r'faults\.reach\(f?"([^"]+)"\)', file.read_text()):
                yield from (point.replace("{call}", call) for call in Call)
