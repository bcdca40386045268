"""A log file per process, bounded: copied and cut while it is written to."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

MOST_BYTES = 10 << 20
KEPT = 2
TAIL_BYTES = 4096


class Logs:
    """`<name>.log`, and older parts as `<name>.log.1` and so on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def open(self, name: str) -> int:
        """Open for appending, so that a cut moves its writer back to the start."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        return os.open(self.path(name), flags, 0o600)

    def last_line(self, name: str) -> str:
        """Give the last line that says something, for a message about the process."""
        try:
            with self.path(name).open("rb") as log:
                log.seek(0, os.SEEK_END)
                log.seek(max(0, log.tell() - TAIL_BYTES))
                text = log.read().decode(errors="replace")
        except OSError:
            return ""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def rotate(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(OSError):  # a full disk; the next round tries again
                self._rotate(self.path(name))

    def _rotate(self, log: Path) -> None:
        if log.stat().st_size < MOST_BYTES:
            return
        for number in range(KEPT, 1, -1):
            with suppress(FileNotFoundError):
                part(log, number - 1).replace(part(log, number))
        shutil.copyfile(log, part(log, 1))
        os.truncate(log, 0)


def part(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
