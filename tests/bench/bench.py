"""`make bench`: what one machine does when a tour goes on sale.

Starts scratch systems with limits off, drives them through the gateway with wrk, checks
the books after every run, and writes docs/benchmarks.md. `BENCH_SECONDS` is the length
of a run: 60 for the figures of the document, less for a look.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable

import httpx
from alone import alone
from pages import served
from proofs import Saga, probed, probing, saga, units_by_ticket, wave, winners
from report import Report
from sale import Run, Sale, Tickets, sale
from visible import visible

from common.clock import utcnow

SECONDS = int(os.environ.get("BENCH_SECONDS", "20"))  # noqa: TID251  # a command's setting
CLIENTS = (16, 64, 256, 1024)
#: Offered load of the overload, as a multiple of the peak.
OVERLOAD = 5
OVERLOADED = 3_000
#: Clients of the saga, and the part of what it can do at which its times are taken.
PAYING, STEADY = 256, 0.7
PGBENCH = (1, 16, 64)
WAVE = 5000
#: Rounds and clients of "one single ticket, one winner each".
ROUNDS, CROWD = 100, 1000


async def main() -> int:
    if shutil.which("wrk") is None:
        print("make bench needs wrk: apt-get install wrk")  # noqa: T201  # a command
        return 1
    report = Report(seconds=SECONDS)
    async with sale("grouped") as grouped:
        await hot(grouped, report)
        await seen(grouped, report)
        await crowds(grouped, report)
    async with sale("alone", ORDERS_BATCH="1") as single:
        hot_ticket = await single.put_on_sale()
        for clients in CLIENTS[:3]:
            run = single.rush(hot_ticket, clients=clients, seconds=SECONDS)
            await told(report, "single", run)
    async with sale("replicas", TICKETING_ORDERS_REPLICAS="2") as twice:
        hot_ticket = await twice.put_on_sale()
        run = twice.rush(hot_ticket, clients=256, seconds=SECONDS)
        await told(report, "replicas", run)
    async with sale("sagas") as sagas:
        await paid(sagas, report)
    async with sale("wave", ORDERS_HOLD_SECONDS="600") as due:
        await returned(due, report)
    async with sale("pages", buyers=1, TICKETING_CLIENT="on") as shown:
        report.pages = await served(shown, seconds=max(5, SECONDS // 2))
        say(*report.pages, sep="\n")
    report.write()
    return 0


async def hot(sale: Sale, report: Report) -> None:
    ticket = await sale.put_on_sale()
    for clients in CLIENTS:
        run = sale.rush(ticket, clients=clients, seconds=SECONDS)
        await told(report, "grouped", run)
    many = await sale.put_on_sale(tickets=1000)
    await told(report, "spread", sale.rush(many, clients=256, seconds=SECONDS))
    half = max(5, SECONDS // 2)
    report.five = await alone(sale.system, "hot_row.sql", PGBENCH, seconds=half)
    report.once = await alone(sale.system, "hot_row_once.sql", PGBENCH, seconds=half)


async def crowds(sale: Sale, report: Report) -> None:
    """One winner each; exactly the quantity; five times what the machine can take."""
    peak = max(run.measured.rate for run in report.runs["grouped"])
    seconds = round(ROUNDS * CROWD / peak) + 5
    say("one single ticket each for", ROUNDS, "crowds of", CROWD)
    report.winners = await winners(sale, rounds=ROUNDS, clients=CROWD, seconds=seconds)
    few = await sale.put_on_sale(quantity=round(peak * SECONDS / 2))
    await told(report, "twice", sale.rush(few, clients=256, seconds=SECONDS))
    report.twice = (
        round(peak * SECONDS / 2),
        *(await units_by_ticket(sale, few)).values(),
    )
    plenty = await sale.put_on_sale()
    answers: list[httpx.Response] = []
    pause = round(OVERLOADED / (OVERLOAD * peak) * 1000)
    run = sale.rush(
        plenty,
        clients=OVERLOADED,
        seconds=SECONDS,
        pause=pause,
        beside=probing(sale, plenty, answers),
    )
    await told(report, "overload", run)
    report.probed = probed(answers)
    await told(report, "after", sale.rush(plenty, clients=64, seconds=10))


async def paid(sale: Sale, report: Report) -> None:
    """As many as can be, then at a rate that can be kept up."""
    ticket = await sale.put_on_sale()
    flat_out = await sagas(sale, ticket, report, pause=0)
    steady = STEADY * flat_out.rate
    await sagas(sale, ticket, report, pause=round(PAYING / steady * 1000))


async def sagas(sale: Sale, ticket: Tickets, report: Report, *, pause: int) -> Saga:
    since = utcnow()
    work = sale.sagas(ticket, clients=PAYING, seconds=SECONDS, pause=pause)
    ended = await saga(sale, await told(report, "sagas", work), since=since)
    say(ended)
    report.sagas.append(ended)
    return ended


async def seen(sale: Sale, report: Report) -> None:
    """How late people see what is left, at the hot route's full rate."""

    async def rush(ticket: str) -> None:
        work = sale.rush(sale.known_as(ticket), clients=256, seconds=SECONDS)
        await told(report, "seen", work)

    report.visible = await visible(sale.system, sale.seller, rush)
    say(report.visible)


async def returned(sale: Sale, report: Report) -> None:
    ticket = await sale.put_on_sale(quantity=WAVE)
    run = sale.rush(ticket, clients=256, seconds=10)
    await told(report, "wave", run)
    report.wave = await wave(sale, WAVE)
    await sale.check()


async def told(report: Report, name: str, work: Awaitable[Run]) -> Run:
    """Do it, keep it, and show it: long work shows progress."""
    run = await work
    report.add(name, run)
    say(report.line(name, run))
    return run


def say(*words: object, sep: str = " ") -> None:
    print(*words, sep=sep, flush=True)  # noqa: T201  # a command


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
