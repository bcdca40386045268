"""PostgreSQL by itself, on the same cluster: what no service in front can pass."""

import asyncio
from collections.abc import Sequence

from generator import HERE

from common.embedded import postgres
from local.servers import cluster_of
from local.system import System

_TABLES = """
    CREATE TABLE bench_stock (id int PRIMARY KEY, held int, sold int);
    CREATE TABLE bench_orders (id bigserial PRIMARY KEY, units int);
    INSERT INTO bench_stock VALUES (1, 0, 0);
"""


async def alone(
    system: System, script: str, clients: Sequence[int], *, seconds: int
) -> dict[int, float]:
    """Transactions a second of a script of pgbench, by number of clients."""
    plan = system.plan
    cluster = cluster_of(
        system.folder, plan.ports["postgres"], plan.passwords["postgres"]
    )
    cluster.execute("CREATE DATABASE bench")
    cluster.execute(_TABLES, database="bench")
    try:
        return {n: await _pgbench(cluster, script, n, seconds) for n in clients}
    finally:
        cluster.execute("DROP DATABASE bench WITH (FORCE)")


async def _pgbench(
    cluster: postgres.Cluster, script: str, clients: int, seconds: int
) -> float:
    process = await asyncio.create_subprocess_exec(
        postgres.program("pgbench"),
        *("--no-vacuum", "--protocol=prepared", f"--file={HERE / script}"),
        *(f"--client={clients}", f"--time={seconds}"),
        *("--host=127.0.0.1", f"--port={cluster.port}"),
        *(f"--username={postgres.SUPERUSER}", "bench"),
        env={"PGPASSWORD": cluster.password},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complaints = await process.communicate()
    found = [line for line in printed.decode().splitlines() if line.startswith("tps")]
    if not found:
        raise RuntimeError(f"pgbench: {complaints.decode().strip()}")
    return float(found[0].split("=")[1].split()[0])
