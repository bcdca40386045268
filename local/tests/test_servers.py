"""PostgreSQL and NATS as parts of the system: what a crash or a full disk leaves."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.embedded import nats
from common.embedded.postgres import Cluster, PostgresError
from common.testing.servers import PostgresServer
from local import servers
from local.errors import DiskFull
from local.folder import DataFolder
from local.markers import Mark, fingerprint
from local.servers import NatsHealth, clear_lock, make_cluster

PAUSE = "import signal; signal.pause()"


class TestLockOfPostgres:
    """`postmaster.pid`: PostgreSQL refuses to start while its number is somebody's."""

    @pytest.fixture
    def somebody(self) -> Iterator[subprocess.Popen[bytes]]:
        with subprocess.Popen([sys.executable, "-c", PAUSE]) as process:
            yield process
            process.kill()

    def test_that_of_another_program_is_removed(
        self, tmp_path: Path, somebody: subprocess.Popen[bytes]
    ) -> None:
        lock = tmp_path / "postmaster.pid"
        lock.write_text(f"{somebody.pid}\n/data\n")
        clear_lock(lock)
        assert not lock.exists()

    def test_that_of_nobody_is_removed(
        self, tmp_path: Path, somebody: subprocess.Popen[bytes]
    ) -> None:
        lock = tmp_path / "postmaster.pid"
        lock.write_text(str(somebody.pid))
        somebody.kill()
        somebody.wait()
        clear_lock(lock)
        assert not lock.exists()

    async def test_a_server_that_is_going_down_is_waited_for(
        self, postgres: PostgresServer
    ) -> None:
        assert postgres.process is not None
        lock = postgres.cluster.folder / "postmaster.pid"
        waiting = asyncio.create_task(asyncio.to_thread(clear_lock, lock))
        await asyncio.to_thread(postgres.stop)
        await asyncio.wait_for(waiting, 10)

    @pytest.mark.parametrize("content", ["", "nonsense"])
    def test_a_damaged_one_is_left_to_postgres(
        self, tmp_path: Path, content: str
    ) -> None:
        lock = tmp_path / "postmaster.pid"
        lock.write_text(content)
        clear_lock(lock)
        assert lock.exists()

    def test_none_is_no_trouble(self, tmp_path: Path) -> None:
        clear_lock(tmp_path / "postmaster.pid")


class TestCluster:
    def test_a_disk_that_is_full_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_: Cluster) -> None:
            raise PostgresError("could not write: No space left on device")

        monkeypatch.setattr(Cluster, "initialize", full)
        folder = DataFolder(tmp_path)
        with pytest.raises(DiskFull):
            make_cluster(folder, servers.cluster_of(folder, 1, "secret"))


class TestHealthOfNats:
    """After a full disk JetStream stays unwell until it is started again."""

    @pytest.fixture
    def health(self) -> NatsHealth:
        return NatsHealth(nats.Server(Path("/nowhere"), 1, 2))

    def answering(
        self, monkeypatch: pytest.MonkeyPatch, status: int, *, synced: bool = True
    ) -> None:
        varz = json.dumps({"jetstream": {"config": {"sync_always": synced}}}).encode()

        def fetch(_port: int, path: str) -> tuple[int, bytes]:
            return (200, varz) if path == "/varz" else (status, b"")

        monkeypatch.setattr(servers, "fetch", fetch)
        monkeypatch.setattr(nats, "fetch", fetch)

    async def test_it_is_well(
        self, health: NatsHealth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.answering(monkeypatch, 200)
        assert await health.ready() is None
        assert not health.hopeless()

    async def test_unwell_for_long_is_hopeless(
        self, health: NatsHealth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.answering(monkeypatch, 503)
        assert await health.ready() == "answers 503"
        assert not health.hopeless()
        monkeypatch.setattr(NatsHealth, "PATIENCE", -1.0)
        assert health.hopeless()
        self.answering(monkeypatch, 200)
        assert await health.ready() is None
        assert not health.hopeless()

    async def test_who_does_not_answer_may_be_paused(
        self, health: NatsHealth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(NatsHealth, "PATIENCE", -1.0)
        assert await health.ready() == "does not answer"
        assert not health.hopeless()

    async def test_one_that_does_not_sync_is_never_ready(
        self, health: NatsHealth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.answering(monkeypatch, 200, synced=False)
        assert "sync_interval" in str(await health.ready())


class TestMarks:
    def test_one_stands_for_what_it_was_set_for(self, tmp_path: Path) -> None:
        source = tmp_path / "migration.py"
        source.write_text("first")
        mark = Mark(tmp_path / "done", fingerprint([source]))
        assert not mark.stands
        mark.set()
        assert mark.stands
        source.write_text("second")
        assert not Mark(tmp_path / "done", fingerprint([source])).stands

    def test_a_name_counts_as_well(self, tmp_path: Path) -> None:
        first, second = tmp_path / "a", tmp_path / "b"
        first.touch()
        second.touch()
        assert fingerprint([first]) != fingerprint([second])
