"""Logs without secrets, under a trace."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from common.observability import (
    bind_trace,
    configure_logging,
    continue_trace,
    current_trace,
    redact,
)

THEIRS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OURS = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01")
CANARY = "canary-7d1f"
TOKEN = f"eyJhbGciOiJFZDI1NTE5In0.{CANARY}.c2lnbmF0dXJl"


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    written = StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    monkeypatch.setattr(sys, "stderr", written)
    configure_logging(service="tickets", level="info", format="json")
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(logs: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in logs.getvalue().splitlines()]


class TestTrace:
    def test_a_span_of_our_own_in_their_trace(self) -> None:
        ours = continue_trace(THEIRS)
        assert ours[:35] == THEIRS[:35]
        assert ours != THEIRS
        assert OURS.fullmatch(ours)

    @pytest.mark.parametrize(
        "unreadable",
        [
            None,
            "",
            "00-x",
            THEIRS.upper(),
            THEIRS[:36] + "0" * 16 + "-01",
            THEIRS + "0",
        ],
    )
    def test_without_one_a_new_trace_begins(self, unreadable: str | None) -> None:
        assert OURS.fullmatch(continue_trace(unreadable))

    def test_it_is_bound_to_the_block(self) -> None:
        assert current_trace() is None
        with bind_trace(THEIRS) as outer:
            assert current_trace() == outer
            with bind_trace(None) as inner:
                assert current_trace() == inner != outer
            assert current_trace() == outer
        assert current_trace() is None


class TestLogs:
    def test_a_line_is_json_with_its_trace(self, logs: StringIO) -> None:
        with bind_trace(THEIRS, request_id="r-1"):
            structlog.get_logger().info("order_reserved", order_id=7)
        [line] = lines(logs)
        assert line["event"] == "order_reserved"
        assert (line["service"], line["level"]) == ("tickets", "info")
        assert (line["order_id"], line["request_id"]) == (7, "r-1")
        assert line["trace_id"] == THEIRS[3:35]

    def test_libraries_log_alike(self, logs: StringIO) -> None:
        logging.getLogger("somebody").warning("found %s", TOKEN)
        [line] = lines(logs)
        assert line["event"] == "found [redacted]"
        assert line["service"] == "tickets"

    def test_what_is_below_the_level_is_left_out(self, logs: StringIO) -> None:
        structlog.get_logger().debug("noise")
        assert lines(logs) == []

    def test_no_secret_is_written(self, logs: StringIO) -> None:
        log = structlog.get_logger()
        log.info("a", password=CANARY, new_password=CANARY, token=CANARY)
        log.info("b", headers={"Cookie": CANARY, "Authorization": CANARY})
        log.info("c", url=f"postgresql://auth:{CANARY}@db/auth", seen=[TOKEN])
        log.error("d", exc_info=RuntimeError(f"refused {TOKEN}"))
        written = logs.getvalue()
        assert written.count("\n") == 4
        assert CANARY not in written

    def test_what_is_no_secret_stays(self) -> None:
        event = {"event": "x", "path": "/api/orders", "n": 1, "ok": (True, None)}
        assert redact(None, "info", dict(event)) == {**event, "ok": [True, None]}
