"""The nodes of a rendered bus as processes of this machine."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from manifests import Manifests, Workload

from common.embedded.nats import program
from common.embedded.processes import LOOPBACK, fetch, free_ports, start

#: A digit first, as an unquoted number would be: nats-server must not care.
PASSWORD = "1e7-secret-of-{}"


@dataclass(frozen=True)
class Node:
    process: subprocess.Popen[bytes]
    port: int
    monitor: int

    @property
    def url(self) -> str:
        return f"nats://{LOOPBACK}:{self.port}"

    def healthy(self) -> bool:
        return fetch(self.monitor, "/healthz")[0] == 200

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def start_nodes(manifests: Manifests, folder: Path) -> list[Node]:
    """All of them, from the files and variables that the pods would get."""
    nats = next(w for w in manifests.running if w.name == "nats")
    count = nats.spec["replicas"]
    routes = free_ports(count)
    return [
        _start(manifests, nats, number, routes, folder / f"nats-{number}")
        for number in range(count)
    ]


def _start(
    manifests: Manifests,
    nats: Workload,
    number: int,
    routes: list[int],
    folder: Path,
) -> Node:
    folder.mkdir()
    port, monitor = free_ports(2)
    here = {
        "/etc/nats": folder,
        "/run/nats": folder,
        "/data": folder / "data",
        "port: 4222": f'host: "{LOOPBACK}"\nport: {port}',
        "http_port: 8222": f'http: "{LOOPBACK}:{monitor}"',
        "port: 6222": f'host: "{LOOPBACK}"\n  port: {routes[number]}',
        **{
            f"nats-{other}.nats-headless:6222": f"{LOOPBACK}:{route}"
            for other, route in enumerate(routes)
        },
    }
    for name, text in _files(manifests).items():
        (folder / name).write_text(_moved(text, here))
    environment = {
        name: _moved(value, here) for name, value in variables(nats, number).items()
    }
    command = [program(), "--config", str(folder / "nats.conf")]
    process = start(command, environment=environment)
    return Node(process, port, monitor)


def _files(manifests: Manifests) -> Mapping[str, str]:
    """What the ConfigMap mounts."""
    return next(
        m["data"] for m in manifests.of_kind("ConfigMap") if "nats.conf" in m["data"]
    )


def _moved(text: str, here: Mapping[str, object]) -> str:
    for there, place in here.items():
        text = text.replace(there, str(place))
    return text


def variables(nats: Workload, number: int) -> dict[str, str]:
    """The environment as the kubelet would set it for one pod."""
    values: dict[str, str] = {}
    for name, value in nats.environment().items():
        if isinstance(value, str):
            values[name] = _expanded(value, values)
        elif "secretKeyRef" in value:
            secret = value["secretKeyRef"]["name"].removeprefix("nats-")
            values[name] = PASSWORD.format(secret)
        else:
            values[name] = f"nats-{number}"
    return values


def _expanded(value: str, earlier: Mapping[str, str]) -> str:
    for name, text in earlier.items():
        value = value.replace(f"$({name})", text)
    return value
