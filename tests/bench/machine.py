"""What the machine spent: CPU time of every process, its children's included."""

import os
from collections.abc import Mapping
from pathlib import Path

from local.keeper import Keeper
from local.system import System

_TICKS = os.sysconf("SC_CLK_TCK")


def spent(system: System) -> Mapping[str, float]:
    """CPU seconds of each process of a running system so far."""
    return {
        name: _used(node.pid)
        for name, node in system.supervisor.nodes.items()
        if isinstance(node, Keeper) and node.pid is not None
    }


def children_spent() -> float:
    """CPU seconds of our own children that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def cores() -> int:
    return os.cpu_count() or 1


def processor() -> str:
    """The processor's name as the kernel knows it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown"


def _used(pid: int) -> float:
    total = 0
    for each in (pid, *_children(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_children(child)]
    return found
