"""The bus of the cluster, run as three processes from the very files of the pods."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from manifests import INFRA, Manifests, render
from nats.aio.client import Client
from nodes import PASSWORD, Node, start_nodes

from common.embedded.nats import check_synced
from common.embedded.processes import fetch
from common.provision import ProvisionSettings, provision
from common.testing.waiting import eventually
from common.topology import (
    HEARS,
    SAYS,
    SERVICES,
    STREAMS,
    durable_name,
    inbox_prefix,
    stream_of,
)

GIBI = 1 << 30
UNITS = {"GB": GIBI, "Gi": GIBI}


class TestFiles:
    def test_generated_files_are_current(self, tmp_path: Path) -> None:
        """`python infra/generate.py` would write what is there."""
        subprocess.run(
            [sys.executable, INFRA / "generate.py", "--into", tmp_path], check=True
        )
        written = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*.*"))
        assert len(written) == 3
        for path in written:
            assert (INFRA / path).read_text() == (tmp_path / path).read_text(), path

    def test_work_is_scaled_by_each_of_its_consumers(
        self, production: Manifests
    ) -> None:
        found = {
            (scaled["spec"]["scaleTargetRef"]["name"], t["stream"], t["consumer"])
            for scaled in production.of_kind("ScaledObject")
            for t in (trigger["metadata"] for trigger in scaled["spec"]["triggers"])
            if "consumer" in t
        }
        assert found == {
            (f"{service}-work", stream_of(m.subject), durable_name(service, m))
            for service in SERVICES
            for m in HEARS[service]
        }

    def test_streams_fit_into_the_store_and_the_store_into_the_volume(
        self, manifests: Manifests
    ) -> None:
        nats = next(w for w in manifests.running if w.name == "nats")
        job = next(w for w in manifests.workloads if w.name == "provision")
        stream = int(job.environment()["NATS_STREAM_BYTES"])
        store = size(nats.environment()["MAX_FILE_STORE"])
        (claim,) = nats.spec["volumeClaimTemplates"]
        volume = size(claim["spec"]["resources"]["requests"]["storage"])
        assert len(STREAMS) * stream <= store <= 0.9 * volume


def size(text: str) -> int:
    return int(text[:-2]) * UNITS[text[-2:]]


@pytest.fixture(scope="module")
async def nodes(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[list[Node]]:
    started = start_nodes(render("production"), tmp_path_factory.mktemp("bus"))
    try:
        for node in started:
            await eventually(node.healthy)
        yield started
    finally:
        for node in started:
            node.kill()


@pytest.fixture(scope="module")
async def provisioned(nodes: list[Node]) -> list[Node]:
    settings = ProvisionSettings(
        nats_url=nodes[0].url, password=PASSWORD.format("admin"), replicas=3
    )
    await provision(settings)
    return nodes


@asynccontextmanager
async def connected(node: Node, user: str) -> AsyncGenerator[tuple[Client, list[str]]]:
    """A client of one user, and what the server refused it."""
    refused: list[str] = []

    async def heard(error: Exception) -> None:
        refused.append(str(error))

    client = Client()
    await client.connect(
        node.url,
        user=user,
        password=PASSWORD.format(user),
        inbox_prefix=inbox_prefix(user),
        error_cb=heard,
    )
    try:
        yield client, refused
    finally:
        await client.close()


class TestThreeNodes:
    def test_an_acknowledged_message_is_on_the_disk(self, nodes: list[Node]) -> None:
        for node in nodes:
            check_synced(json.loads(fetch(node.monitor, "/varz")[1]))

    async def test_streams_have_three_replicas(self, provisioned: list[Node]) -> None:
        async with connected(provisioned[1], "admin") as (client, _):
            for stream in STREAMS:
                info = await client.jetstream().stream_info(stream.name)
                assert info.config.num_replicas == 3
                assert info.cluster is not None
                assert len(info.cluster.replicas or ()) == 2

    @pytest.mark.parametrize("service", [s for s in SERVICES if SAYS[s]])
    async def test_a_service_says_its_own(
        self, provisioned: list[Node], service: str
    ) -> None:
        async with connected(provisioned[2], service) as (client, refused):
            for message in SAYS[service]:
                await client.jetstream().publish(message.subject, b"{}", timeout=10)
            assert refused == []

    @pytest.mark.parametrize("service", SERVICES)
    async def test_a_service_is_refused_what_others_say(
        self, provisioned: list[Node], service: str
    ) -> None:
        other = "tickets.updated" if service != "tickets" else "orders.completed"
        async with connected(provisioned[0], service) as (client, refused):
            await client.publish(other, b"{}")
            await client.flush()
            await eventually(lambda: any(other in reason for reason in refused))

    async def test_a_wrong_password_is_refused(self, nodes: list[Node]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", nodes[0].port)
        guess = {"user": "orders", "pass": "guess", "verbose": False}
        writer.write(f"CONNECT {json.dumps(guess)}\r\nPING\r\n".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        assert b"-ERR 'Authorization Violation'" in answer
