"""What a benchmark says: docs/benchmarks.md with its tables, and a plot."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from machine import cores, processor
from pages import Served
from plot import plot
from proofs import Probed, Saga
from sale import Run
from visible import Visible

DOCS = Path(__file__).parents[2] / "docs"

NAMES = {
    "grouped": "one hot ticket, holds in batches",
    "single": "one hot ticket, one transaction for each request (`ORDERS_BATCH=1`)",
    "replicas": "one hot ticket, two `orders serve` processes",
    "spread": "a thousand tickets",
    "twice": "twice as many orders as units",
    "overload": "more clients than can be answered in time",
    "after": "right after the overload",
    "sagas": "orders and their payments",
    "seen": "one hot ticket of an event that people watch",
    "wave": "holds for the wave of expiries",
}
_HOT = ("grouped", "single", "replicas", "spread")


@dataclass
class Report:
    seconds: int
    runs: dict[str, list[Run]] = field(default_factory=dict[str, list[Run]])
    #: Transactions a second of PostgreSQL alone, by clients.
    five: Mapping[int, float] = field(default_factory=dict[int, float])
    once: Mapping[int, float] = field(default_factory=dict[int, float])
    #: Units sold of single tickets, each asked for by a crowd.
    winners: set[int] = field(default_factory=set[int])
    #: Units there were, and units sold.
    twice: tuple[int, ...] = (0, 0)
    probed: Probed | None = None
    #: Flat out, then at a rate that can be kept up.
    sagas: list[Saga] = field(default_factory=list[Saga])
    visible: Visible | None = None
    #: Seconds until all holds that fell due in one second were free.
    wave: float = 0.0
    #: The page of an event, from the client's process and through the gateway.
    pages: list[Served] = field(default_factory=list[Served])

    def add(self, name: str, run: Run) -> None:
        self.runs.setdefault(name, []).append(run)

    def line(self, name: str, run: Run) -> str:
        m = run.measured
        return (
            f"{name:>9} {run.clients:>5} clients {m.rate:>8.0f}/s"
            f"  p50 {m.p50:.0f} ms  p99 {m.p99:.0f} ms  refused {m.refused}"
            f"  broken {m.broken}  caught up in {run.caught_up:.1f} s"
        )

    def write(self) -> None:
        (DOCS / "benchmarks.md").write_text("\n".join(self._lines()), encoding="utf-8")
        drawn = plot(self.runs["grouped"], self.runs["single"])
        (DOCS / "benchmarks.svg").write_text(drawn, encoding="utf-8")

    def _lines(self) -> list[str]:
        return [
            "# Benchmarks",
            "",
            "Written by `make bench`. Everything goes through the gateway, each order",
            "is another buyer's with a token of its own, commits are durable, every",
            "consumer runs, and the books were checked after each run.",
            "",
            f"Machine: {processor()}, {cores()} processors ({platform.machine()}) for",
            "gateway, services, PostgreSQL, NATS and the load generator together;",
            f"{self.seconds} s a run. Ratios within this page mean more than figures.",
            "",
            "![reservations a second by clients](benchmarks.svg)",
            "",
            *self._reservations(),
            *self._ratios(),
            *self._seen(),
            *self._proofs(),
            *self._saga(),
            *self._pages(),
            *self._cost(),
        ]

    def _reservations(self) -> list[str]:
        lines = ["## Reservations", ""]
        for name in _HOT:
            lines += [
                f"### {NAMES[name][0].upper()}{NAMES[name][1:]}",
                "",
                *table(self.runs[name]),
            ]
        return lines

    def _ratios(self) -> list[str]:
        hot = self._at("grouped", 256).measured.rate
        single = hot / self._at("single", 256).measured.rate
        return [
            "## Ratios",
            "",
            "Of one hot ticket in batches, at 256 clients.",
            "",
            "| beside | ratio |",
            "|---|---|",
            f"| one transaction for each request, 256 clients | {single:.1f} |",
            f"| `pgbench`, five round trips, 64 clients | {hot / self.five[64]:.1f} |",
            f"| `pgbench`, one statement, 64 clients | {hot / self.once[64]:.1f} |",
            f"| two `orders serve` processes | {self._replicas(hot):.2f} |",
            "",
            "PostgreSQL alone on the same cluster, one hot row:",
            "",
            "| clients | five round trips | one statement |",
            "|---|---|---|",
            *(
                f"| {n} | {self.five[n]:.0f}/s | {self.once[n]:.0f}/s |"
                for n in self.five
            ),
            "",
        ]

    def _replicas(self, hot: float) -> float:
        return self.runs["replicas"][0].measured.rate / hot

    def _proofs(self) -> list[str]:
        peak = max(run.measured.rate for run in self.runs["grouped"])
        overload, after = self.runs["overload"][0], self.runs["after"][0]
        assert self.probed is not None
        held = overload.measured.rate / peak
        return [
            "## A crowd",
            "",
            "| what | seen |",
            "|---|---|",
            f"| units sold of each single ticket, asked by a crowd | {self.winners} |",
            f"| units there were, and sold to twice as many | {self.twice} |",
            f"| goodput with {overload.clients} clients, of the peak | {held:.0%} |",
            f"| refused there (all requests) | {overload.measured.refused} |",
            f"| strangers beside it: answered | {self.probed.answered} |",
            f"| strangers beside it: refused | {self.probed.refused} |",
            f"| their refusals, p99 | {self.probed.refused_p99:.0f} ms |",
            f"| p99 right after it, 64 clients | {after.measured.p99:.0f} ms |",
            f"| holds due in one second, all free after | {self.wave:.1f} s |",
            "",
        ]

    def _seen(self) -> list[str]:
        assert self.visible is not None
        told, asked = self.visible.told, self.visible.asked
        rows = (("told by the stream", told), ("asked ten times a second", asked))
        return [
            "## What people see as available",
            "",
            "From the commit of an order to a page that shows no more than was left.",
            "",
            *table(self.runs["seen"]),
            "| how | looks | p50 | p99 | most |",
            "|---|---|---|---|---|",
            *(
                f"| {how} | {late.samples} | {late.p50:.2f} s | {late.p99:.2f} s"
                f" | {late.most:.2f} s |"
                for how, late in rows
            ),
            "",
        ]

    def _saga(self) -> list[str]:
        return [
            "## The whole saga",
            "",
            "Reserve, authorize, allot, capture; from the order to the capture. Flat",
            "out, then at a rate that can be kept up.",
            "",
            *table(self.runs["sagas"]),
            "| captured | meanwhile | p50 | p99 |",
            "|---|---|---|---|",
            *(
                f"| {s.captured} | {s.rate:.0f}/s | {s.p50:.0f} ms | {s.p99:.0f} ms |"
                for s in self.sagas
            ),
            "",
        ]

    def _pages(self) -> list[str]:
        return [
            "## The page of an event",
            "",
            "Asked for again and again by 64 clients, as browsers ask for it, of",
            "the one process that serves pages.",
            "",
            "| answered by | pages | p50 | p99 | CPU of the client's process |",
            "|---|---|---|---|---|",
            *(
                f"| {page.by} | {page.measured.rate:.0f}/s | {page.measured.p50:.1f} ms"
                f" | {page.measured.p99:.1f} ms | {page.cpu:.0f} us |"
                for page in self.pages
            ),
            "",
        ]

    def _cost(self) -> list[str]:
        hot, saga = self._at("grouped", 256).cpu, self.sagas[0].cpu
        names = sorted(hot, key=lambda name: -hot[name])
        return [
            "## CPU",
            "",
            "Microseconds of each process: for one reservation at 256 clients, and for",
            "one whole saga, flat out.",
            "",
            "| process | reservation | saga |",
            "|---|---|---|",
            *(f"| {n} | {hot[n]:.0f} | {saga[n]:.0f} |" for n in names),
            f"| all | {sum(hot.values()):.0f} | {sum(saga.values()):.0f} |",
            "",
        ]

    def _at(self, name: str, clients: int) -> Run:
        [run] = [run for run in self.runs[name] if run.clients == clients]
        return run


def table(runs: Sequence[Run]) -> list[str]:
    return [
        "| clients | answered | p50 | p99 | refused | broken | caught up | wrk's CPU |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {r.clients} | {r.measured.rate:.0f}/s | {r.measured.p50:.0f} ms"
            f" | {r.measured.p99:.0f} ms | {r.measured.refused} | {r.measured.broken}"
            f" | {r.caught_up:.1f} s | {r.measured.share:.0%} |"
            for r in runs
        ),
        "",
    ]
