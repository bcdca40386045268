"""What people see: tables of processes, progress while they start, one sentence."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

STYLES = {
    "waiting": "dim",
    "starting": "yellow",
    "ready": "green",
    "done": "green",
    "unready": "yellow",
    "restarting": "red",
    "failed": "red",
    "stopped": "dim",
    "gone": "red",
}


WORTH_A_LINE = {"ready", "done", "restarting", "failed"}


class Shown(Protocol):
    """What a row is made from."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def restarts(self) -> int: ...
    @property
    def ports(self) -> dict[str, int]: ...


def table(rows: Iterable[Shown]) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("process", "state", "pid", "restarts", "ports"):
        shown.add_column(
            name, justify="right" if name in {"pid", "restarts"} else "left"
        )
    for row in rows:
        if row.state != "done":
            shown.add_row(row.name, state(row), *details(row))
    return shown


def state(row: Shown) -> Text:
    words = f"{row.state}: {row.reason}" if row.reason else row.state
    return Text(words, style=STYLES.get(row.state, ""))


def details(row: Shown) -> tuple[str, str, str]:
    ports = " ".join(f"{name}={port}" for name, port in row.ports.items())
    return str(row.pid or ""), str(row.restarts or ""), ports


def is_step_at_work(row: Shown) -> bool:
    """A step has no process, and speaks up only when it takes its time."""
    return row.state == "starting" and row.pid is None and row.reason is not None


class Progress:
    """The start as it goes: a live table on a terminal, a line per event elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None
        self._rows: dict[str, Shown] = {}

    @contextmanager
    def shown(self) -> Generator[None]:
        if not self._console.is_terminal:
            yield
            return
        with Live(console=self._console, transient=True, refresh_per_second=8) as live:
            self._live = live
            yield
            self._live = None

    def heard(self, row: Shown) -> None:
        """Show the new state of a row."""
        with suppress(OSError):  # the terminal has gone; the system has not
            self._rows[row.name] = row
            if self._live is not None:
                self._live.update(table(self._rows.values()))
            elif row.state in WORTH_A_LINE or is_step_at_work(row):
                self._console.print(f"{row.name}: ", state(row), sep="", style="dim")
