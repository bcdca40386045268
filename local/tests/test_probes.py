"""Readiness: None, or what is missing, in a few words."""

import asyncio

import pytest
from local_kit import Backend

from common.embedded.processes import LOOPBACK, free_ports
from local import probes
from local.probes import over_http, reason

REFUSED = "does not answer"


class TestOverHttp:
    async def test_200_is_ready(self) -> None:
        async with Backend("orders", free_ports(1)[0]) as backend:
            assert await over_http(backend.port)() is None

    async def test_anything_else_is_not(self) -> None:
        async with Backend("orders", free_ports(1)[0], ready=False) as backend:
            assert await over_http(backend.port)() == "answers 503"

    async def test_nobody_there(self) -> None:
        assert await over_http(free_ports(1)[0])() == REFUSED

    async def test_somebody_who_says_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(probes, "PATIENCE", 0.1)
        async with Backend("orders", free_ports(1)[0], stalls=True) as backend:
            assert await over_http(backend.port, "/livez")() == REFUSED

    async def test_somebody_who_talks_nonsense(self) -> None:
        async def babble(
            _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(b"nonsense")
            writer.close()

        [port] = free_ports(1)
        async with await asyncio.start_server(babble, LOOPBACK, port):
            assert await over_http(port)() == REFUSED


class TestReason:
    def test_it_names_what_fails(self) -> None:
        body = b'{"status": "not-ready", "failing": {"database": "refused"}}'
        assert reason(503, body) == "database: refused"

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"failing": 1}'])
    def test_without_names_it_is_the_status(self, body: bytes) -> None:
        assert reason(503, body) == "answers 503"
