"""What can keep the system from running, each in a sentence for a person."""

import errno
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class Trouble(Exception):
    """The text is the sentence; it says what to do where that helps."""


class RunningAlready(Trouble):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Ticketing is running already with the data folder {folder}; "
            "`ticketing status` shows it.",
        )


class NotRunning(Trouble):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Ticketing is not running with the data folder {folder}; "
            "`make up` starts it.",
        )


class PortTaken(Trouble):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is in use by another program; choose another one with "
            "TICKETING_PORT.",
        )


class FolderDamaged(Trouble):
    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(
            f"The data folder {folder} is damaged: {what}. Restore it from a copy, or "
            "move it away to start afresh.",
        )


class DiskFull(Trouble):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"The disk that holds {folder} is full; make some room on it.")


def explain(error: OSError, folder: Path) -> Trouble:
    """Say in a sentence what the operating system refused."""
    if error.errno in _FULL:
        return DiskFull(folder)
    place = error.filename or folder
    if error.errno in _CLOSED:
        return Trouble(f"{place} cannot be written to: {error.strerror}.")
    return Trouble(f"{place} cannot be used: {error.strerror or error}.")
