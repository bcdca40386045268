"""What tests rely on: clean databases, servers that come back and never linger."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from nats.aio.client import Client

from common.embedded.postgres import PostgresError, unprivileged
from common.messages import SessionRevoked
from common.testing import servers
from common.testing.servers import Child, NatsServer, PostgresServer
from common.topology import STREAMS

RUN = """
import sys
from pathlib import Path
from common.messages import SessionRevoked
from common.testing.servers import NatsServer, PostgresServer
servers = [PostgresServer(Path(sys.argv[1])), NatsServer(Path(sys.argv[1]))]
for server in servers:
    server.prepare()
print(*(server.process.pid for server in servers), flush=True)
sys.stdin.read()
"""

AS_ROOT: list[str] = []
AS_SOMEBODY = unprivileged(AS_ROOT) if os.geteuid() == 0 else []


def create_table(postgres: PostgresServer, url: str) -> None:
    database = url.rpartition("/")[2]
    postgres.cluster.execute("CREATE TABLE seen ()", database=database)


def tables(postgres: PostgresServer, url: str) -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    database = url.rpartition("/")[2]
    return postgres.cluster.execute(query, database=database).split()


class TestDatabases:
    def test_each_is_a_copy_of_what_was_migrated_once(
        self, postgres: PostgresServer
    ) -> None:
        migrated: list[str] = []

        def migrate(url: str) -> None:
            migrated.append(url)
            create_table(postgres, url)

        urls = [postgres.create_database("auth", migrate=migrate) for _ in range(3)]
        assert len(migrated) == 1
        assert len({*urls, *migrated}) == 4
        assert [tables(postgres, url) for url in urls] == [["seen"]] * 3

    def test_without_migration_it_is_empty(
        self, database_url_factory: Callable[..., str], postgres: PostgresServer
    ) -> None:
        assert tables(postgres, database_url_factory("auth", migrate=None)) == []

    def test_a_dropped_one_is_gone(self, postgres: PostgresServer) -> None:
        url = postgres.create_database("auth")
        postgres.drop_database(url)
        with pytest.raises(PostgresError, match="does not exist"):
            tables(postgres, url)


class TestServers:
    @pytest.mark.parametrize("turn", ["first", "second"])
    async def test_each_test_finds_every_stream_empty(
        self, provisioned: NatsServer, turn: str
    ) -> None:
        client = Client()
        password = provisioned.passwords["admin"]
        await client.connect(provisioned.url, user="admin", password=password)
        streams = await client.jetstream().streams_info()
        assert {stream.config.name for stream in streams} == {s.name for s in STREAMS}
        assert [stream.state.messages for stream in streams] == [0] * len(STREAMS)
        await client.jetstream().publish(SessionRevoked.subject, turn.encode())
        await client.close()

    def test_a_stopped_server_starts_again(self, nats: NatsServer) -> None:
        nats.stop()
        assert not nats.ready()
        nats.start()
        assert nats.ready()

    def test_what_never_serves_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(servers, "START_LIMIT", 0.1)
        child = Child([sys.executable, "-c", ""], ready=bool, log=tmp_path / "log")
        with pytest.raises(TimeoutError, match="does not serve"):
            child.start()

    @pytest.mark.parametrize("user", [AS_ROOT, AS_SOMEBODY])
    def test_servers_die_with_a_killed_run(
        self, tmp_path: Path, user: list[str]
    ) -> None:
        run = subprocess.Popen(
            [*user, sys.executable, "-c", RUN, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with run:
            assert run.stdout is not None
            servers = [
                psutil.Process(int(pid)) for pid in run.stdout.readline().split()
            ]
            run.kill()
        _, alive = psutil.wait_procs(servers, timeout=10)
        assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []
        assert len(servers) == 2
