"""The data folder: a lock, secrets, ports, logs, and what PostgreSQL and NATS keep."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from local.errors import DiskFull, FolderDamaged, RunningAlready, explain

# PostgreSQL and NATS each need some to come up at all.
ROOM_NEEDED = 100 << 20


class DataFolder:
    """Everything that outlives a run; deleting the folder is starting afresh."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.postgres = self.path / "postgres"
        self.nats = self.path / "nats"
        self.logs = self.path / "logs"
        self.ledger = self.path / "test-provider.sqlite"
        self.gateway = self.path / "gateway.json"
        self._secrets = self.path / "secrets.json"
        self._ports = self.path / "ports.json"
        self._state = self.path / "state.json"

    def prepare(self) -> None:
        """Create what is missing; raises `Trouble` where nothing can be kept."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(exist_ok=True)
        except OSError as error:
            raise explain(error, self.path) from None
        if shutil.disk_usage(self.path).free < ROOM_NEEDED:
            raise DiskFull(self.path)

    @contextmanager
    def locked(self) -> Generator[None]:
        """Hold the folder for one run; the kernel lets go however the run ends."""
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise RunningAlready(self.path) from None
        finally:
            os.close(descriptor)

    @property
    def in_use(self) -> bool:
        if not (self.path / "lock").exists():
            return False
        try:
            with self.locked():
                return False
        except RunningAlready:
            return True

    def passwords(self, names: Iterable[str]) -> dict[str, str]:
        """Give the passwords by name, made once and readable by us alone."""
        known = self._read(self._secrets)
        if not known and self.postgres.exists():
            raise FolderDamaged(self.path, f"{self._secrets.name} is missing")
        fresh = {name: secrets.token_hex(24) for name in names if name not in known}
        if fresh:
            self._write(self._secrets, known | fresh)
        return known | fresh

    def remembered_ports(self) -> dict[str, int]:
        return self._read(self._ports)

    def remember_ports(self, ports: Mapping[str, int]) -> None:
        self._write(self._ports, ports)

    def state(self) -> dict[str, Any]:
        """What the running system last said of itself."""
        return self._read(self._state)

    def say_state(self, state: Mapping[str, Any]) -> None:
        """A full disk must not end what runs: then the state is old for a while."""
        with suppress(OSError):
            self._write(self._state, state, synced=False)

    def _read(self, file: Path) -> dict[str, Any]:
        try:
            content = cast("object", json.loads(file.read_bytes()))
        except FileNotFoundError:
            return {}
        except ValueError:
            raise FolderDamaged(self.path, f"{file.name} cannot be read") from None
        if not isinstance(content, dict):
            raise FolderDamaged(self.path, f"{file.name} cannot be read")
        return cast("dict[str, Any]", content)

    def _write(
        self, file: Path, content: Mapping[str, Any], *, synced: bool = True
    ) -> None:
        """Replace the file as a whole, so that no crash leaves half of it."""
        fresh = file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump(content, stream, indent=2)
            stream.flush()
            if synced:
                os.fsync(stream.fileno())
        fresh.replace(file)
