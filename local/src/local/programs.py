"""What runs: programs that are kept running, and steps that come to an end."""

import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from local.errors import Trouble
from local.probes import Probe

State = Literal[
    "waiting",  # for what it needs
    "starting",
    "ready",
    "unready",  # runs, and says that something is missing
    "restarting",  # has ended and starts again in a moment
    "stopped",  # because it was told to
    "done",  # a step that has come to its end
    "failed",
]


class StartFailed(Trouble):
    """Something does not come up; the text names it and its log."""

    def __init__(self, name: str, what: str, log: Path, last_line: str = "") -> None:
        said = f' It said: "{last_line}"' if last_line else ""
        super().__init__(f"{name} {what}; its log is {log}.{said}")


@dataclass(frozen=True, kw_only=True)
class Program:
    """A process to be kept running."""

    name: str
    command: Sequence[str]
    ready: Probe
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    ports: Mapping[str, int] = field(default_factory=dict[str, int])
    #: Ready before this one starts, stopped after it.
    needs: frozenset[str] = frozenset()
    #: Stopped after it; no need to wait for them at the start.
    uses: frozenset[str] = frozenset()
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    #: Run before each start.
    prepare: Callable[[], Awaitable[None]] | None = None
    #: Tells, of one that runs unready, that only a new start will help.
    hopeless: Callable[[], bool] | None = None


#: Lets a step say what it is at, for those who wait.
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Step:
    """Work that is done once, when what it needs is ready."""

    name: str
    run: Callable[[Say], Awaitable[None]]
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    ports: Mapping[str, int] = field(default_factory=dict[str, int])
