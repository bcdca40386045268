"""Real servers for tests: killed, stopped and started at will."""

import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import count
from pathlib import Path

from nats.aio.client import Client

from common.embedded import nats, postgres
from common.embedded.processes import free_ports, start
from common.migrations import upgrade
from common.provision import ProvisionSettings, provision
from common.topology import ADMIN, DATABASES, SERVICES, nats_users

#: A guard against hanging: what was killed recovers first, on a machine that is busy.
START_LIMIT = 60.0
PROBE_EVERY = 0.05

# The page cache survives the crash of a process, so tests need no fsync; what a
# killed server has acknowledged it still has. synchronous_commit stays on. Checkpoints
# are cheap then, and what was written since the last one is all that recovery repeats.
FAST = {
    **postgres.SETTINGS,
    "fsync": "off",
    "full_page_writes": "off",
    "checkpoint_timeout": "30s",
}

Migrate = Callable[[str], object]


#: Whoever is still connected goes, then every row, save Alembic's own; triggers that
#: keep rows from a service keep none from us.
_EMPTY = """
    SET session_replication_role = replica;
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
    DO $$ DECLARE every text; BEGIN
        SELECT string_agg(format('%I', tablename), ', ') INTO every FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version';
        EXECUTE 'TRUNCATE ' || every || ' RESTART IDENTITY';
    END $$;
"""


class Child:
    """One server process, known by its command and by how readiness shows."""

    def __init__(
        self,
        command: list[str],
        *,
        ready: Callable[[], bool],
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        self.command = command
        self.ready = ready
        self.log = log
        self.stop_signal = stop_signal
        self.death_signal = death_signal
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start and wait until it serves; again if it dies meanwhile."""
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if not self.running:
                self._spawn()
            if self.ready():
                return
            self._wait(PROBE_EVERY)
        self.kill()
        raise TimeoutError(f"{self.command[0]} does not serve; see {self.log}")

    def stop(self) -> None:
        self._end(self.stop_signal)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _spawn(self) -> None:
        with self.log.open("ab") as log:
            self.process = start(
                self.command,
                log=log,
                death_signal=self.death_signal,
            )

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        self.resume()
        self._signal(number)
        if not self._wait(START_LIMIT):
            self.process.kill()
        self.process.wait()
        self.process = None

    def _wait(self, limit: float) -> bool:
        """Wait for the end of the process, not longer than the limit."""
        if self.process is None:
            return True
        try:
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            return False
        return True


class PostgresServer(Child):
    """One cluster with a role for each service, and databases for the asking."""

    def __init__(self, folder: Path) -> None:
        [port] = free_ports(1)
        self.cluster = postgres.Cluster(folder / "postgres", port, "superuser")
        self.passwords = {name: f"{name}-password" for name in DATABASES}
        self._numbers = count(1)
        self._templates: dict[tuple[str, Migrate], str] = {}
        #: Emptied databases, by what migrated them, to be used again.
        self._clean: defaultdict[tuple[str, Migrate], list[str]] = defaultdict(list)
        self._made_by: dict[str, tuple[str, Migrate]] = {}
        super().__init__(
            self.cluster.command(FAST),
            ready=self.cluster.ready,
            log=folder / "postgres.log",
            stop_signal=postgres.STOP_SIGNAL,
            death_signal=signal.SIGQUIT,
        )

    def prepare(self) -> None:
        self.cluster.initialize()
        self.start()
        self.cluster.provide(self.passwords)

    def create_database(self, service: str, *, migrate: Migrate | None = None) -> str:
        """Make a fresh database, owned by the service's role, and give its URL.

        With `migrate`, called with a URL once, it is a copy of what that made:
        milliseconds instead of every migration again.
        """
        if migrate is None:
            return self._copy(service, "template1")
        made = (service, migrate)
        if self._clean[made]:
            return self._clean[made].pop()
        if made not in self._templates:
            url = self._copy(service, "template1")
            migrate(url)
            self._templates[made] = url.rpartition("/")[2]
        url = self._copy(service, self._templates[made])
        self._made_by[url] = made
        return url

    def give_back(self, url: str) -> None:
        """Empty a database for the next test: cheaper than to make one again."""
        made = self._made_by.get(url)
        if made is None or not self.running:
            self.drop_database(url)
            return
        self.cluster.execute(_EMPTY, database=url.rpartition("/")[2])
        self._clean[made].append(url)

    def drop_database(self, url: str) -> None:
        name = url.rpartition("/")[2]
        self.cluster.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _copy(self, service: str, template: str) -> str:
        name = f"{service}_{next(self._numbers)}"
        self.cluster.create_database(name, owner=service, template=template)
        return self.cluster.url(service, self.passwords[service], name)


class NatsServer(Child):
    """nats-server with every user of the topology and no stream yet."""

    def __init__(self, folder: Path) -> None:
        self.server = nats.Server(folder / "nats", *free_ports(2))
        self.passwords = {name: f"{name}-password" for name in (ADMIN, *SERVICES)}
        super().__init__(
            self.server.command(),
            ready=self.server.ready,
            log=folder / "nats.log",
            stop_signal=nats.STOP_SIGNAL,
        )

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def monitor_url(self) -> str:
        return self.server.monitor_url

    def environment(self, *users: str) -> Mapping[str, str]:
        """Give the variables by which processes of these users find the server."""
        return {
            "NATS_URL": self.url,
            **{f"{name.upper()}_NATS_PASSWORD": self.passwords[name] for name in users},
        }

    async def provision(self) -> None:
        """Create every stream and consumer of the topology."""
        password = self.passwords[ADMIN]
        await provision(ProvisionSettings(nats_url=self.url, password=password))

    async def clear(self) -> None:
        """Delete every stream, with its consumers and messages."""
        client = Client()
        password = self.passwords[ADMIN]
        await client.connect(self.url, user=ADMIN, password=password)
        for stream in await client.jetstream().streams_info():
            await client.jetstream().delete_stream(str(stream.config.name))
        await client.close()

    def prepare(self) -> None:
        self.server.configure(nats_users(self.passwords))
        self.start()


@cache
def migrate_with(service: str) -> Migrate:
    """Migrate to the newest revision, whether or not an event loop runs here."""

    def migrate(url: str) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(upgrade, service, url).result()

    return migrate
