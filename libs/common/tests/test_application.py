"""A service put together: when one of its processes counts as ready."""

import asyncio
import os
import signal
from typing import Any

import httpx
from tiny.app import create_app
from tiny.settings import Settings

from common.embedded.processes import LOOPBACK, free_ports
from common.testing.waiting import eventually


async def told(ops_port: int) -> dict[str, Any]:
    """What the inner port says of the process."""
    async with httpx.AsyncClient() as http:
        return (await http.get(f"http://{LOOPBACK}:{ops_port}/readyz")).json()


async def is_ready(ops_port: int) -> bool:
    return await told(ops_port) == {"status": "ready"}


async def test_serve_is_ready_once_it_answers_the_public(database_url: str) -> None:
    port, ops_port = free_ports(2)
    settings = Settings(
        database_url=database_url,
        nats_url=f"nats://{LOOPBACK}:1",
        nats_password="",
        port=port,
        ops_port=ops_port,
    )
    begin = asyncio.Event()

    async def hold_up() -> None:
        await begin.wait()

    app = create_app(settings)
    app.starting = hold_up
    serving = asyncio.create_task(app.serve())
    early = await eventually(lambda: told(ops_port))
    assert early["failing"] == {"serving": "nobody listens yet"}
    begin.set()
    await eventually(lambda: is_ready(ops_port))
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"http://{LOOPBACK}:{port}/")).is_success
    os.kill(os.getpid(), signal.SIGTERM)
    assert await serving == 0
