"""`make bench`: what one machine does when a tour goes on sale.

Starts the system in a scratch folder with limits off, mints a token for every buyer,
drives POST /api/orders through the gateway with wrk, and checks the books after every
run. Beside it, in the same run: one transaction for each request, and PostgreSQL alone.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
from report import Row, write_report
from system_kit.books import check_books
from system_kit.tokens import mint

from common.embedded import postgres
from local.keeper import Keeper
from local.servers import cluster_of
from local.system import System

HERE = Path(__file__).parent
SECONDS = int(os.environ.get("BENCH_SECONDS", "20"))  # noqa: TID251  # a command's setting
CLIENTS = (16, 64, 256, 1024)
BUYERS = 100_000
UNITS = 1_000_000
#: Time for everything downstream to come to rest after a run.
REST = timedelta(seconds=120)
_TICKS = os.sysconf("SC_CLK_TCK")


class Measured(msgspec.Struct):
    """What wrk counted; milliseconds."""

    requests: int
    seconds: float
    refused: int
    broken: int
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        return (self.requests - self.refused) / self.seconds


@dataclass(frozen=True)
class Sale:
    """A running system with one hot ticket and a token for every buyer."""

    system: System
    tokens: Path
    ticket: str

    async def rush(self, clients: int, seconds: int = SECONDS) -> Row:
        before = self._cpu()
        measured, generator = await drive(self, clients, seconds)
        cpu = {name: used - before[name] for name, used in self._cpu().items()}
        await check_books(self.system, bound=REST)
        made = max(1, measured.requests - measured.refused)
        return Row(
            clients=clients,
            rate=measured.rate,
            p50=measured.p50,
            p99=measured.p99,
            refused=measured.refused,
            broken=measured.broken,
            generator=generator,
            cpu={name: used / made * 1e6 for name, used in cpu.items()},
        )

    def _cpu(self) -> dict[str, float]:
        """CPU seconds of every process so far, its children's included."""
        return {
            name: _used(node.pid)
            for name, node in self.system.supervisor.nodes.items()
            if isinstance(node, Keeper) and node.pid is not None
        }


@asynccontextmanager
async def sale(name: str, **environment: str) -> AsyncGenerator[Sale]:
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{name}-"))
    off = {"TICKETING_LIMITS": "off", "TICKETING_CLIENT": "off"}
    try:
        async with System(folder / "data", environment=off | environment) as system:
            tokens = folder / "tokens"
            tokens.write_text("\n".join(await mint(system, BUYERS)))
            yield Sale(system, tokens, await put_on_sale(system))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def put_on_sale(system: System) -> str:
    person = {"email": "seller@example.com", "password": "a long enough pass phrase"}
    offer = {"title": "Floor", "price": 5000, "quantity": UNITS}
    async with httpx.AsyncClient(base_url=system.url, timeout=30) as seller:
        (await seller.post("/api/users/signup", json=person)).raise_for_status()
        made = await seller.post("/api/tickets", json=offer)
        return made.raise_for_status().json()["id"]


async def drive(sale: Sale, clients: int, seconds: int) -> tuple[Measured, float]:
    """Run wrk; what it measured, and its share of the machine's CPU."""
    wrk = await asyncio.create_subprocess_exec(
        "wrk",
        *("--threads", "1", "--connections", str(clients), "--latency"),
        *("--duration", f"{seconds}s", "--timeout", "10s"),
        *("--script", str(HERE / "order.lua"), sale.system.url),
        *("--", str(sale.tokens), sale.ticket),
        stdout=asyncio.subprocess.PIPE,
    )
    before = os.times().children_user + os.times().children_system
    printed, _ = await wrk.communicate()
    used = os.times().children_user + os.times().children_system - before
    [result] = [line for line in printed.splitlines() if line.startswith(b"RESULT ")]
    measured = msgspec.json.decode(result.removeprefix(b"RESULT "), type=Measured)
    return measured, used / (measured.seconds * (os.cpu_count() or 1))


async def alone(
    system: System, script: str, clients: Sequence[int]
) -> dict[int, float]:
    """Transactions a second of PostgreSQL by itself, on the same cluster."""
    plan = system.plan
    cluster = cluster_of(
        system.folder, plan.ports["postgres"], plan.passwords["postgres"]
    )
    cluster.execute("CREATE DATABASE bench")
    cluster.execute(
        "CREATE TABLE bench_stock (id int PRIMARY KEY, held int, sold int);"
        "CREATE TABLE bench_orders (id bigserial PRIMARY KEY, units int);"
        "INSERT INTO bench_stock VALUES (1, 0, 0)",
        database="bench",
    )
    try:
        return {n: await _pgbench(cluster, script, n) for n in clients}
    finally:
        cluster.execute("DROP DATABASE bench WITH (FORCE)")


async def _pgbench(cluster: postgres.Cluster, script: str, clients: int) -> float:
    process = await asyncio.create_subprocess_exec(
        postgres.program("pgbench"),
        *("--no-vacuum", "--protocol=prepared", f"--file={HERE / script}"),
        *(f"--client={clients}", f"--time={SECONDS // 2}"),
        *("--host=127.0.0.1", f"--port={cluster.port}"),
        *(f"--username={postgres.SUPERUSER}", "bench"),
        env={"PGPASSWORD": cluster.password},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    printed, _ = await process.communicate()
    [tps] = [line for line in printed.decode().splitlines() if line.startswith("tps")]
    return float(tps.split("=")[1].split()[0])


def _used(pid: int) -> float:
    """CPU seconds of a process and its children, by the kernel's count."""
    total = 0
    for each in (pid, *_children(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_children(child)]
    return found


async def main() -> int:
    if shutil.which("wrk") is None:
        print("make bench needs wrk: apt-get install wrk")  # noqa: T201  # a command
        return 1
    rows: dict[str, list[Row]] = {}
    async with sale("grouped") as grouped:
        rows["grouped"] = [await told(grouped, clients) for clients in CLIENTS]
        five = await alone(grouped.system, "hot_row.sql", (1, 16, 64))
        once = await alone(grouped.system, "hot_row_once.sql", (1, 16, 64))
    async with sale("alone", ORDERS_BATCH="1") as one_each:
        rows["one each"] = [await told(one_each, clients) for clients in CLIENTS[:3]]
    async with sale("replicas", TICKETING_ORDERS_REPLICAS="2") as twice:
        rows["two replicas"] = [await told(twice, 256)]
    write_report(rows, five=five, once=once, seconds=SECONDS)
    return 0


async def told(sale: Sale, clients: int) -> Row:
    row = await sale.rush(clients)
    print(row.line(), flush=True)  # noqa: T201  # long work shows progress
    return row


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
