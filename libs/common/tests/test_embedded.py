"""The servers of one machine, as every test run and `make up` start them."""

import stat
from itertools import permutations
from pathlib import Path
from typing import Any, cast

import asyncpg
import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError

from common.embedded.nats import NatsServerError, check_synced
from common.embedded.postgres import Cluster, PostgresError
from common.testing.servers import NatsServer, PostgresServer
from common.topology import DATABASES, inbox_prefix


async def administer(server: NatsServer) -> Client:
    client = Client()
    password = server.passwords["admin"]
    await client.connect(server.url, user="admin", password=password)
    return client


async def value(url: str, query: str) -> object:
    connection = cast("Any", await asyncpg.connect(url))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


class TestPostgres:
    async def test_commits_reach_the_disk(self, postgres: PostgresServer) -> None:
        url = postgres.create_database("orders")
        assert await value(url, "SHOW synchronous_commit") == "on"
        assert await value(url, "SHOW data_checksums") == "on"

    @pytest.mark.parametrize(("role", "owner"), [*permutations(DATABASES, 2)])
    async def test_a_role_is_refused_the_database_of_another(
        self, postgres: PostgresServer, role: str, owner: str
    ) -> None:
        database = postgres.create_database(owner).rpartition("/")[2]
        foreign = postgres.cluster.url(role, postgres.passwords[role], database)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(foreign)

    @pytest.mark.parametrize("database", ["postgres", "template1"])
    async def test_a_role_is_refused_the_common_databases(
        self, postgres: PostgresServer, database: str
    ) -> None:
        url = postgres.cluster.url("orders", postgres.passwords["orders"], database)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(url)

    async def test_a_wrong_password_is_refused(self, postgres: PostgresServer) -> None:
        database = postgres.create_database("orders").rpartition("/")[2]
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(postgres.cluster.url("orders", "guess", database))

    async def test_a_commit_survives_kill_9(self, postgres: PostgresServer) -> None:
        url = postgres.create_database("orders")
        await value(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        postgres.kill()
        postgres.start()
        assert await value(url, "SELECT answer FROM kept") == 42

    def test_a_failed_initialization_leaves_no_folder(self, tmp_path: Path) -> None:
        cluster = Cluster(tmp_path / "postgres", 1, "")
        with pytest.raises(PostgresError):
            cluster.initialize()
        assert list(tmp_path.iterdir()) == []


class TestNats:
    async def test_what_is_stored_survives_kill_9(self, nats: NatsServer) -> None:
        admin = await administer(nats)
        streams = admin.jetstream()
        await streams.add_stream(name="KEPT", subjects=["kept"])
        await streams.publish("kept", b"42")
        await admin.close()
        nats.kill()
        nats.start()
        admin = await administer(nats)
        assert (await admin.jetstream().get_msg("KEPT", 1)).data == b"42"
        await admin.jetstream().delete_stream("KEPT")
        await admin.close()

    async def test_a_wrong_password_is_refused(self, nats: NatsServer) -> None:
        client = Client()
        with pytest.raises(NatsError, match="Authorization"):
            await client.connect(
                nats.url,
                user="orders",
                password="guess",
                allow_reconnect=False,
                inbox_prefix=inbox_prefix("orders"),
            )
        await client.close()

    def test_the_configuration_is_for_our_eyes_only(self, nats: NatsServer) -> None:
        mode = nats.server.configuration.stat().st_mode
        assert stat.S_IMODE(mode) == 0o600

    def test_a_server_that_does_not_sync_is_refused(self) -> None:
        with pytest.raises(NatsServerError, match="sync_interval: always"):
            check_synced({"jetstream": {"config": {"sync_always": False}}})
