"""The tiny service as processes of their own, started, told to stop and killed."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

import httpx

from common.embedded.processes import LOOPBACK, dying_with_parent, free_ports
from common.testing.servers import NatsServer
from common.testing.waiting import eventually

SOURCES = Path(__file__).parents[1]


class Ended(NamedTuple):
    """How a command ended, and all it printed."""

    code: int
    output: str


def told(
    *, database_url: str, nats: NatsServer | None = None, **more: str
) -> Mapping[str, str]:
    """Give the environment of a tiny process."""
    port, ops_port = free_ports(2)
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(SOURCES),
        "TICKETS_DATABASE_URL": database_url,
        "TICKETS_NATS_PASSWORD": nats.passwords["tickets"] if nats else "none",
        "NATS_URL": nats.url if nats else f"nats://{LOOPBACK}:1",
        "PORT": str(port),
        "OPS_PORT": str(ops_port),
        **more,
    }


async def command(
    *arguments: str, environment: Mapping[str, str], module: str = "tiny"
) -> Ended:
    """Run one to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", module, *arguments),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, output.decode())


class Running:
    """A process that serves or works; `async with` kills what is left of it."""

    def __init__(self, kind: str, environment: Mapping[str, str]) -> None:
        self.kind = kind
        self.environment = environment

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.environment['PORT']}"

    @property
    def ops_url(self) -> str:
        return f"http://{LOOPBACK}:{self.environment['OPS_PORT']}"

    async def __aenter__(self) -> Self:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tiny", self.kind),
            env=self.environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=None,
            preexec_fn=dying_with_parent(),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def ready(self) -> None:
        """Wait until every check passes."""
        await eventually(self._is_ready)

    async def ended(self) -> int:
        """Wait for its end; the exit code, negative for a signal."""
        async with asyncio.timeout(20):
            return await self.process.wait()

    async def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def post(self) -> str:
        """Have it say something; the id of what it said."""
        async with httpx.AsyncClient() as http:
            return (await http.post(self.url)).raise_for_status().text

    async def _is_ready(self) -> bool:
        assert self.process.returncode is None
        async with httpx.AsyncClient() as http:
            return (await http.get(f"{self.ops_url}/readyz")).is_success
