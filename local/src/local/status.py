"""`ticketing status`: what the running system says of itself, checked against it."""

import os
from pathlib import Path
from typing import Any

import msgspec

from local.errors import NotRunning
from local.folder import DataFolder
from local.system import Described

READY = {"ready", "done"}


class Status(msgspec.Struct, frozen=True):
    """The system as it is now."""

    address: str
    port: int
    pid: int
    processes: list[Described]

    @property
    def not_ready(self) -> list[Described]:
        return [each for each in self.processes if each.state not in READY]

    def as_json(self) -> dict[str, Any]:
        return {
            "running": True,
            "ready": not self.not_ready,
            "address": self.address,
            "pid": self.pid,
            "not_ready": [each.name for each in self.not_ready],
            "processes": msgspec.to_builtins(self.processes),
        }


def read(path: Path) -> Status:
    """Raises `NotRunning` when nobody holds the folder."""
    folder = DataFolder(path)
    if not folder.in_use:
        raise NotRunning(folder.path)
    status = msgspec.convert(folder.state(), Status)
    processes = [checked(each) for each in status.processes]
    return msgspec.structs.replace(status, processes=processes)


def checked(process: Described) -> Described:
    """Believe a state only of a process that is there."""
    if process.pid is None or is_alive(process.pid):
        return process
    return msgspec.structs.replace(process, state="gone", reason=None)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
