"""The inner port."""

import asyncio

import httpx
import pytest

from common import health
from common.health import Check, create_ops
from common.metrics import measure


async def fine() -> str | None:
    return None


async def away() -> str | None:
    return "not connected"


async def broken() -> str | None:
    raise ConnectionRefusedError("10.0.0.7")


async def stuck() -> str | None:
    await asyncio.Event().wait()
    return None


async def get(path: str, **checks: Check) -> httpx.Response:
    transport = httpx.ASGITransport(app=create_ops(checks))
    async with httpx.AsyncClient(transport=transport, base_url="http://ops") as http:
        return await http.get(path)


class TestOps:
    async def test_alive_means_that_the_loop_turns(self) -> None:
        assert (await get("/livez", database=away)).status_code == 200

    async def test_ready_means_that_every_check_passes(self) -> None:
        answer = await get("/readyz", database=fine, nats=fine)
        assert (answer.status_code, answer.json()) == (200, {"status": "ready"})

    async def test_what_is_not_ready_is_named(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(health, "PATIENCE", 0.05)
        answer = await get("/readyz", database=broken, nats=away, keys=stuck, disk=fine)
        assert answer.status_code == 503
        assert answer.json() == {
            "status": "not-ready",
            "failing": {
                "database": "ConnectionRefusedError",
                "nats": "not connected",
                "keys": "TimeoutError",
            },
        }

    async def test_metrics_are_for_prometheus(self) -> None:
        measure(method="POST", route="/api/x", status=201, seconds=0.01)
        measure(method="BREW", route="/api/x", status=405, seconds=0.01)
        answer = await get("/metrics")
        line = 'http_requests_total{method="POST",route="/api/x",status="201"} 1.0'
        assert line in answer.text
        assert 'method="other",route="/api/x",status="405"' in answer.text
        assert answer.headers["content-type"].startswith("text/plain")

    async def test_nothing_else_is_there(self) -> None:
        assert (await get("/")).status_code == 404
