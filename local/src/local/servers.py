"""PostgreSQL and NATS as programs of the system."""

import asyncio
import http.client
import os
import select
import sys
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from time import monotonic

from common.embedded import nats, postgres
from common.embedded.processes import fetch
from common.topology import DATABASES, nats_users
from local.errors import DiskFull, FolderDamaged
from local.folder import DataFolder
from local.programs import Program, Say, Step

SHUTDOWN_LIMIT = 30.0


def postgres_program(folder: DataFolder, port: int, password: str) -> Program:
    cluster = cluster_of(folder, port, password)

    async def prepare() -> None:
        await asyncio.to_thread(make_cluster, folder, cluster)

    async def ready() -> str | None:
        serves = await asyncio.to_thread(cluster.ready)
        return None if serves else "takes no connections yet"

    return Program(
        name="postgres",
        command=cluster.command(),
        environment={},
        ports={"postgres": port},
        prepare=prepare,
        ready=ready,
        stop_signal=postgres.STOP_SIGNAL,
        death_signal=postgres.STOP_SIGNAL,
    )


def cluster_of(folder: DataFolder, port: int, password: str) -> postgres.Cluster:
    return postgres.Cluster(folder.postgres / "data", port, password)


def make_cluster(folder: DataFolder, cluster: postgres.Cluster) -> None:
    """Initialize a new cluster, or make sure that an old one can be served."""
    if not cluster.folder.exists():
        try:
            cluster.initialize()
        except postgres.PostgresError as error:
            raise understood(error, folder) from error
    elif not cluster.initialized:
        raise FolderDamaged(folder.path, f"{cluster.folder} holds no database cluster")
    else:
        require_version(folder, cluster)
        clear_lock(cluster.folder / "postmaster.pid")


def require_version(folder: DataFolder, cluster: postgres.Cluster) -> None:
    have = (cluster.folder / "PG_VERSION").read_text(encoding="ascii").strip()
    want = postgres.major_version()
    if have != want:
        what = f"its databases are of PostgreSQL {have}, and this is PostgreSQL {want}"
        raise FolderDamaged(folder.path, what)


def clear_lock(lock: Path) -> None:
    """Wait for a server that is still going down; remove the lock of one that is gone.

    We hold the data folder, so no other run serves it; but after a crash the number in
    the lock may be another program's by now, and PostgreSQL would refuse to start.
    """
    try:
        pid = int(lock.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return
    if sys.platform != "linux":
        return
    if is_postgres(pid):
        wait_for_end(pid)
    else:
        lock.unlink(missing_ok=True)


def is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/exe").readlink().name.startswith("postgres")
    except OSError:
        return False


def wait_for_end(pid: int) -> None:
    with suppress(OSError):  # it has ended by now
        process = os.pidfd_open(pid)
        try:
            select.select([process], [], [], SHUTDOWN_LIMIT)
        finally:
            os.close(process)


def understood(error: postgres.PostgresError, folder: DataFolder) -> Exception:
    return DiskFull(folder.path) if "No space left" in str(error) else error


def databases_step(folder: DataFolder, port: int, passwords: Mapping[str, str]) -> Step:
    """Give each service its role and database; quick, so at every start."""
    cluster = cluster_of(folder, port, passwords["postgres"])

    async def run(_say: Say) -> None:
        roles = {name: passwords[name] for name in DATABASES}
        await asyncio.to_thread(cluster.provide, roles)

    return Step(name="databases", run=run, needs=frozenset({"postgres"}))


class NatsHealth:
    """Asks nats-server how it is; remembers since when it says that it is unwell."""

    #: A store that has hit a full disk stays wedged until the server starts again.
    PATIENCE = 15.0

    def __init__(self, server: nats.Server) -> None:
        self._server = server
        self._unwell_since: float | None = None

    async def ready(self) -> str | None:
        try:
            return await asyncio.to_thread(self._ask)
        except nats.NatsServerError as error:
            return str(error)
        except (OSError, ValueError, http.client.HTTPException):
            return "does not answer"

    def hopeless(self) -> bool:
        since = self._unwell_since
        return since is not None and monotonic() - since > self.PATIENCE

    def _ask(self) -> str | None:
        status, _ = fetch(self._server.monitor_port, "/healthz")
        if status != HTTPStatus.OK:
            self._unwell_since = self._unwell_since or monotonic()
            return f"answers {status}"
        self._unwell_since = None
        self._server.check()
        return None


def nats_program(
    folder: DataFolder, ports: Mapping[str, int], passwords: Mapping[str, str]
) -> Program:
    server = nats.Server(folder.nats, ports["nats"], ports["nats-monitor"])
    health = NatsHealth(server)

    async def prepare() -> None:
        server.configure(nats_users(passwords))

    return Program(
        name="nats",
        command=server.command(),
        environment={},
        ports={name: ports[name] for name in ("nats", "nats-monitor")},
        prepare=prepare,
        ready=health.ready,
        hopeless=health.hopeless,
        stop_signal=nats.STOP_SIGNAL,
    )
