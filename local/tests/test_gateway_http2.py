"""The gateway in front of a service as services are served: HTTP/2 inside."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from local_kit import RunningGateway

from common.embedded.processes import LOOPBACK, free_ports
from common.testing.servers import Child
from common.testing.waiting import eventually
from local.gateway import Upstream
from local.gateway.clusters import PER_CONNECTION

#: Says what reached it; a POST that stalls writes so first.
SERVICE = """
import asyncio, json, sys
from common.server import serve_asgi

async def service(scope, receive, send):
    body = (await receive()).get("body", b"")
    headers = {k.decode(): v.decode() for k, v in scope["headers"]}
    if "x-stalls" in headers:
        print("stalled", flush=True)
        await asyncio.Event().wait()
    said = {"version": scope["http_version"], "headers": headers, "body": body.decode()}
    kind = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": kind})
    await send({"type": "http.response.body", "body": json.dumps(said).encode()})

port = int(sys.argv[1])
serve = serve_asgi(service, host="127.0.0.1", port=port, stopping=asyncio.Event())
asyncio.run(serve)
"""


class Inside:
    """Two processes of orders, served as services are, behind a gateway."""

    def __init__(self, folder: Path) -> None:
        self.ports = free_ports(2)
        self.logs = [folder / f"{port}.log" for port in self.ports]
        self.processes = [
            Child(
                [sys.executable, "-c", SERVICE, str(port)],
                ready=lambda port=port: answers(port),
                log=log,
            )
            for port, log in zip(self.ports, self.logs, strict=True)
        ]
        self.gateway = RunningGateway(folder, {}).told(
            upstreams={"orders": [Upstream(port, http2=True) for port in self.ports]}
        )

    @property
    def stalled(self) -> int:
        """How many requests have reached a process and got no answer."""
        return sum(log.read_text().count("stalled") for log in self.logs)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://{LOOPBACK}:{port}/", trust_env=False).is_success
    except httpx.HTTPError:
        return False


@pytest_asyncio.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    inside = Inside(tmp_path)
    async with AsyncExitStack() as stack:
        for process in inside.processes:
            await asyncio.to_thread(process.start)
            stack.callback(process.kill)
        await stack.enter_async_context(inside.gateway)
        yield inside


async def test_a_request_arrives_whole(inside: Inside) -> None:
    client = inside.gateway.client
    answer = await client.post("/api/orders", content=b"tickets")
    said = answer.json()
    assert (said["version"], said["body"]) == ("2", "tickets")
    assert said["headers"]["host"] == inside.gateway.url.removeprefix("http://")


async def test_more_ask_at_once_than_one_connection_takes(inside: Inside) -> None:
    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection(
            LOOPBACK, inside.gateway.gateway.port
        )
        writer.write(b"GET /api/orders HTTP/1.1\r\nHost: x\r\n\r\n")
        line = await reader.readline()
        writer.close()
        return line

    lines = await asyncio.gather(*(ask() for _ in range(4 * PER_CONNECTION)))
    assert set(lines) == {b"HTTP/1.1 200 OK\r\n"}


@pytest.mark.parametrize("requests", [1, 20])
async def test_a_process_that_dies_with_a_post_is_not_asked_again(
    inside: Inside, requests: int
) -> None:
    client = inside.gateway.client
    posts = [
        asyncio.create_task(client.post("/api/orders", headers={"x-stalls": "yes"}))
        for _ in range(requests)
    ]
    await eventually(lambda: inside.stalled == requests)
    for process in inside.processes:
        process.kill()
    answers = await asyncio.gather(*posts)
    assert {each.status_code for each in answers} == {503}
    assert inside.stalled == requests
