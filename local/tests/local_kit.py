"""A gateway over real Envoy, and a tiny backend that says what reached it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from common.embedded.processes import LOOPBACK, fetch, free_ports
from common.testing.servers import Child
from common.testing.waiting import eventually
from local import status
from local.folder import DataFolder
from local.gateway import Gateway, Upstream
from local.gateway.program import command, write
from local.probes import over_http

OK = "200 OK"
EVENT_STREAM = "text/event-stream"


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def described(self) -> bytes:
        return json.dumps(
            {
                "method": self.method,
                "path": self.path,
                "headers": self.headers,
                "received": len(self.body),
            }
        ).encode()


@dataclass
class Backend:
    """Answers every request with what it was; misbehaves when told to."""

    name: str
    port: int
    ready: bool = True
    #: Accept a request, and close the connection without an answer.
    drops: bool = False
    #: Answer nothing until this is set.
    stalled: asyncio.Event = field(default_factory=asyncio.Event)
    stalls: bool = False
    media: str = "application/json"
    extra_headers: dict[str, str] = field(default_factory=dict[str, str])
    seen: Counter[str] = field(default_factory=Counter[str])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stalled.set()
        self._server.close()
        await self._server.wait_closed()

    def reset(self) -> None:
        self.stalled.set()
        self.stalled = asyncio.Event()
        self.ready, self.drops, self.stalls = True, False, False
        self.media = "application/json"
        self.extra_headers.clear()
        self.seen.clear()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while request := await read_request(reader):
                if not await self._answer(request, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        if request.path == "/readyz":
            status = OK if self.ready else "503 Service Unavailable"
            await write_answer(writer, status, b"{}", {})
            return request.headers.get("connection") != "close"
        self.seen[f"{request.method} {request.path}"] += 1
        if self.drops:
            return False
        if self.stalls:
            await self.stalled.wait()
        if EVENT_STREAM in request.headers.get("accept", ""):
            return await self._stream(writer)
        headers = {"Content-Type": self.media, "Backend": self.name}
        await write_answer(writer, OK, request.described, headers | self.extra_headers)
        return True

    async def _stream(self, writer: asyncio.StreamWriter) -> bool:
        """Say something every 50 ms, until `stalled` is set or nobody listens."""
        head = f"HTTP/1.1 {OK}\r\nContent-Type: {EVENT_STREAM}\r\nBackend: {self.name}"
        writer.write(f"{head}\r\nConnection: close\r\n\r\n".encode())
        while not self.stalled.is_set():
            writer.write(b"data: {}\n\n")
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stalled.wait(), 0.05)
        return False


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    line = (await reader.readline()).decode()
    if not line:
        return None
    method, path, _ = line.split(" ", 2)
    headers: dict[str, str] = {}
    while (line := (await reader.readline()).decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, body)


async def write_answer(
    writer: asyncio.StreamWriter, status: str, body: bytes, headers: dict[str, str]
) -> None:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    await writer.drain()


class RunningGateway:
    """Envoy in front of backends, with a client that speaks to it."""

    def __init__(self, folder: Path, backends: dict[str, list[Backend]]) -> None:
        self._folder = folder
        self.backends = backends
        [port] = free_ports(1)
        upstreams = {
            name: [Upstream(each.port) for each in group]
            for name, group in backends.items()
        }
        self.gateway = Gateway(port=port, upstreams=upstreams, limits=False)

    def told(self, **changes: Any) -> Self:
        self.gateway = replace(self.gateway, **changes)
        return self

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.gateway.port}"

    @property
    def log(self) -> Path:
        return self._folder / "gateway.log"

    def access_log(self) -> list[dict[str, Any]]:
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    async def __aenter__(self) -> Self:
        configuration = self._folder / "gateway.json"
        write(self.gateway, configuration)
        self._child = Child(command(configuration), ready=self._answers, log=self.log)
        await asyncio.to_thread(self._child.start)
        self.client = httpx.AsyncClient(
            base_url=self.url,
            trust_env=False,
            headers={"user-agent": "tests"},
            timeout=30,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()
        self._child.stop()

    def _answers(self) -> bool:
        try:
            fetch(self.gateway.port, "/readyz")
        except OSError:
            return False
        return True


class Run:
    """`ticketing up` as people type it, in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        [self.port] = free_ports(1)
        self.data = folder / "data"
        self._output = folder / "output"
        self.settings = {
            "TICKETING_DATA": str(self.data),
            "TICKETING_PORT": str(self.port),
            "TICKETING_CLIENT": "off",
            "TICKETING_LIMITS": "off",
            **settings,
        }

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def output(self) -> str:
        return self._output.read_text()

    def start(self) -> None:
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                ticketing("up"),
                env=os.environ | self.settings,  # noqa: TID251  # as a shell would
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    async def ready(self) -> None:
        await eventually(lambda: "is ready at" in self.output or self.ended, limit=90)
        assert not self.ended, self.output

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    async def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return await asyncio.to_thread(self.process.wait, 40)

    def command(self, *arguments: str, **settings: str) -> "Done":
        """Run a `ticketing` command to its end, told of the same data folder."""
        done = subprocess.run(
            ticketing(*arguments),
            env=os.environ | self.settings | settings,  # noqa: TID251  # likewise
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def not_ready(self) -> list[str]:
        """What `ticketing status` would name."""
        return [each.name for each in status.read(self.data).not_ready]

    async def at_rest(self) -> bool:
        """Whether each process says now that it is ready, and the system says so.

        The state alone is as old as the last look at each: of those that a crash
        elsewhere has hurt it may still say that they are ready.
        """
        described = DataFolder(self.data).state()["processes"]
        inner = [each["ports"]["ops"] for each in described if "ops" in each["ports"]]
        asked = [over_http(port)() for port in (*inner, self.port)]
        missing = [each for each in await asyncio.gather(*asked) if each]
        return not missing and not self.not_ready()

    def pids(self) -> dict[str, int]:
        processes = DataFolder(self.data).state()["processes"]
        return {each["name"]: each["pid"] for each in processes if each["pid"]}

    def processes(self) -> list[psutil.Process]:
        return [psutil.Process(pid) for pid in self.pids().values()]


@dataclass(frozen=True)
class Done:
    code: int
    output: str
    errors: str


def ticketing(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("ticketing")), *arguments]
