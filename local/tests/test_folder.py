"""The data folder: one run at a time, secrets for us alone, damage in a sentence."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from local.errors import DiskFull, FolderDamaged, RunningAlready, Trouble, explain
from local.folder import DataFolder

HOLD = """
import sys
from pathlib import Path
from types import SimpleNamespace
from local.folder import DataFolder
with DataFolder(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


class TestLock:
    def test_a_second_run_is_refused(self, folder: DataFolder) -> None:
        with folder.locked(), pytest.raises(RunningAlready, match="running already"):
            folder.locked().__enter__()

    def test_it_goes_with_its_run(self, folder: DataFolder) -> None:
        assert not folder.in_use
        with folder.locked():
            assert folder.in_use
        assert not folder.in_use

    def test_it_goes_with_a_killed_run(self, folder: DataFolder) -> None:
        command = [sys.executable, "-c", HOLD, str(folder.path)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as run:
            assert run.stdout is not None
            assert run.stdout.readline() == b"held\n"
            assert folder.in_use
            run.kill()
        assert not folder.in_use

    def test_a_folder_that_never_was_is_not_in_use(self, tmp_path: Path) -> None:
        assert not DataFolder(tmp_path / "never").in_use


class TestSecrets:
    def test_they_are_made_once(self, folder: DataFolder) -> None:
        first = folder.passwords(["auth", "orders"])
        assert folder.passwords(["auth", "orders"]) == first
        assert len(set(first.values())) == 2
        assert min(len(password) for password in first.values()) >= 32

    def test_new_ones_join_them(self, folder: DataFolder) -> None:
        first = folder.passwords(["auth"])
        assert folder.passwords(["auth", "orders"])["auth"] == first["auth"]

    def test_they_are_for_our_eyes_only(self, folder: DataFolder) -> None:
        folder.passwords(["auth"])
        secrets = (folder.path / "secrets.json").stat()
        assert stat.S_IMODE(secrets.st_mode) == 0o600
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700

    def test_without_them_the_databases_are_closed(self, folder: DataFolder) -> None:
        folder.postgres.mkdir()
        with pytest.raises(FolderDamaged, match=r"secrets\.json is missing"):
            folder.passwords(["auth"])

    @pytest.mark.parametrize("content", ["", "{", "[]", "\udcff"])
    def test_a_damaged_file_is_named(self, folder: DataFolder, content: str) -> None:
        file = folder.path / "secrets.json"
        file.write_text(content, encoding="utf-8", errors="surrogateescape")
        with pytest.raises(FolderDamaged, match=r"secrets\.json cannot be read"):
            folder.passwords(["auth"])


class TestState:
    def test_what_is_said_can_be_read(self, folder: DataFolder) -> None:
        assert folder.state() == {}
        folder.say_state({"pid": 1})
        assert folder.state() == {"pid": 1}

    def test_a_full_disk_ends_nothing(
        self, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Path, "touch", full)
        folder.say_state({"pid": 1})
        assert folder.state() == {}


class TestTrouble:
    def test_a_file_in_its_place(self, tmp_path: Path) -> None:
        (tmp_path / "data").touch()
        with pytest.raises(Trouble, match="cannot be used: File exists"):
            DataFolder(tmp_path / "data").prepare()

    def test_a_full_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def little(_: Path) -> SimpleNamespace:
            return SimpleNamespace(free=1 << 20)

        monkeypatch.setattr(shutil, "disk_usage", little)
        with pytest.raises(DiskFull, match="make some room"):
            DataFolder(tmp_path / "data").prepare()

    @pytest.mark.parametrize(
        ("number", "sentence"),
        [
            (errno.ENOSPC, "The disk that holds /data is full; make some room on it."),
            (errno.EROFS, "/data cannot be written to: Read-only file system."),
            (errno.EACCES, "/data cannot be written to: Permission denied."),
            (errno.ENOTDIR, "/data cannot be used: Not a directory."),
        ],
    )
    def test_each_error_is_a_sentence(self, number: int, sentence: str) -> None:
        error = OSError(number, os.strerror(number))
        assert str(explain(error, Path("/data"))) == sentence
