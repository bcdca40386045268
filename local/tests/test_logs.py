"""Logs stay within bounds while they are written to."""

import os
from pathlib import Path

import pytest

from local import logs
from local.logs import Logs


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Logs:
    monkeypatch.setattr(logs, "MOST_BYTES", 10)
    return Logs(tmp_path)


class TestRotation:
    def test_a_writer_goes_on_at_the_start(self, small: Logs) -> None:
        writer = small.open("orders")
        os.write(writer, b"old lines\nold lines\n")
        small.rotate(["orders"])
        os.write(writer, b"new")
        os.close(writer)
        assert small.path("orders").read_text() == "new"
        assert logs.part(small.path("orders"), 1).read_text().startswith("old")

    def test_few_parts_are_kept(self, small: Logs, tmp_path: Path) -> None:
        for number in range(5):
            small.path("orders").write_text(f"{number}: long enough")
            small.rotate(["orders"])
        assert len(list(tmp_path.iterdir())) == 1 + logs.KEPT
        assert logs.part(small.path("orders"), 2).read_text().startswith("3")

    def test_short_and_missing_ones_stay(self, small: Logs, tmp_path: Path) -> None:
        small.path("orders").write_text("short")
        small.rotate(["orders", "missing"])
        assert [file.name for file in tmp_path.iterdir()] == ["orders.log"]


class TestLastLine:
    def test_it_is_the_last_that_says_something(self, small: Logs) -> None:
        small.path("orders").write_text("first\nreason\n\n  \n")
        assert small.last_line("orders") == "reason"

    @pytest.mark.parametrize("content", ["", "\n\n"])
    def test_silence_is_empty(self, small: Logs, content: str) -> None:
        small.path("orders").write_text(content)
        assert small.last_line("orders") == ""

    def test_so_is_a_log_that_never_was(self, small: Logs) -> None:
        assert small.last_line("orders") == ""
