"""What a benchmark says: docs/benchmarks.md, tables and a plot."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"

_NAMES = {
    "grouped": "holds in batches",
    "one each": "one transaction for each request (`ORDERS_BATCH=1`)",
    "two replicas": "two `orders serve` processes",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One run; milliseconds, CPU in microseconds for each order."""

    clients: int
    rate: float
    p50: float
    p99: float
    refused: int
    broken: int
    #: Share of the machine's CPU that the load generator took.
    generator: float
    cpu: Mapping[str, float]

    def line(self) -> str:
        return (
            f"{self.clients:>5} clients {self.rate:>8.0f}/s"
            f"  p50 {self.p50:.0f} ms  p99 {self.p99:.0f} ms"
            f"  refused {self.refused}  broken {self.broken}"
        )


def write_report(
    runs: Mapping[str, Sequence[Row]],
    *,
    five: Mapping[int, float],
    once: Mapping[int, float],
    seconds: int,
) -> None:
    (DOCS / "benchmarks.md").write_text(report(runs, five, once, seconds))
    (DOCS / "benchmarks.svg").write_text(plot(runs["grouped"], runs["one each"]))


def report(
    runs: Mapping[str, Sequence[Row]],
    five: Mapping[int, float],
    once: Mapping[int, float],
    seconds: int,
) -> str:
    grouped = {row.clients: row for row in runs["grouped"]}
    single = {row.clients: row for row in runs["one each"]}
    over_single = grouped[256].rate / single[256].rate
    over_five = grouped[256].rate / five[64]
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`. Reservations of one hot ticket through the",
            "gateway, each by another buyer with a token of its own, durable commits,",
            "every consumer running; the books were checked after each run.",
            "",
            f"Machine: {os.cpu_count()} cores ({platform.machine()}), with the",
            "gateway, the services, PostgreSQL, NATS and the load generator on them;",
            f"{seconds} s a run. Ratios within this page mean more than its figures.",
            "",
            "![reservations a second by clients](benchmarks.svg)",
            "",
            *_tables(runs),
            "## Ratios at 256 clients",
            "",
            f"- one transaction for each request: {over_single:.1f} times slower",
            f"- PostgreSQL alone, five round trips, 64 clients: {over_five:.1f} times",
            "",
            "## PostgreSQL alone",
            "",
            "`pgbench` on the same cluster, the same second of the day, one hot row.",
            "",
            "| clients | five round trips | one statement |",
            "|---|---|---|",
            *(f"| {n} | {five[n]:.0f}/s | {once[n]:.0f}/s |" for n in five),
            "",
            "## CPU of one order",
            "",
            "Microseconds of each process for one reservation, at 256 clients.",
            "",
            "| process | us |",
            "|---|---|",
            *_cpu(grouped[256]),
            "",
        ]
    )


def _tables(runs: Mapping[str, Sequence[Row]]) -> list[str]:
    lines: list[str] = []
    for name, rows in runs.items():
        lines += [
            f"## {_NAMES[name][0].upper()}{_NAMES[name][1:]}",
            "",
            "| clients | orders | p50 | p99 | refused | broken | generator's CPU |",
            "|---|---|---|---|---|---|---|",
            *(
                f"| {r.clients} | {r.rate:.0f}/s | {r.p50:.0f} ms | {r.p99:.0f} ms"
                f" | {r.refused} | {r.broken} | {r.generator:.0%} |"
                for r in rows
            ),
            "",
        ]
    return lines


def _cpu(row: Row) -> list[str]:
    used = sorted(row.cpu.items(), key=lambda pair: -pair[1])
    return [f"| {name} | {cost:.0f} |" for name, cost in used if cost >= 1]


def plot(grouped: Sequence[Row], single: Sequence[Row]) -> str:
    """Two curves, clients to the right, orders a second upwards."""
    top = max(row.rate for row in [*grouped, *single]) * 1.1
    curves = [
        _curve(grouped, top, "#2563eb", "in batches"),
        _curve(single, top, "#9ca3af", "one each"),
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320"'
        ' font-family="sans-serif" font-size="12">'
        '<rect width="640" height="320" fill="white"/>' + "".join(curves) + "</svg>\n"
    )


def _curve(rows: Sequence[Row], top: float, colour: str, name: str) -> str:
    points = [(60 + 160 * n, 280 - 240 * r.rate / top) for n, r in enumerate(rows)]
    path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    marks = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}"/>'
        f'<text x="{x:.0f}" y="{y - 10:.0f}" text-anchor="middle">{r.rate:.0f}/s</text>'
        f'<text x="{x:.0f}" y="300" text-anchor="middle">{r.clients}</text>'
        for (x, y), r in zip(points, rows, strict=True)
    )
    end_x, end_y = points[-1]
    label = (
        f'<text x="{end_x + 8:.0f}" y="{end_y + 16:.0f}" fill="{colour}">{name}</text>'
    )
    line = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    return line + marks + label
