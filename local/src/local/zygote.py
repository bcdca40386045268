"""A Python that has our libraries loaded, and forks into the services.

Each of them would load the same second's worth of libraries; forked from here they are
there at once, and the machine holds one copy. `python -m local.zygote FD` reads orders
from a socket: which module to become, with which arguments and environment.
"""

import ctypes
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from importlib import import_module
from typing import Any

from common.embedded.processes import dying_with_parent

#: What every service imports. Nothing of it starts a thread or draws a random number.
LIBRARIES = (
    "common.cli",
    "common.http",
    "common.identification",
    "sqlalchemy.dialects.postgresql.asyncpg",
)
#: Room in our own command line for those of the forks: `ps` then shows them as usual.
ROOM = "-" * 64
_ARG_START = 45  # of the fields behind the name in /proc/self/stat


class Zygote:
    """Forks on demand, and says when a fork has ended."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._heard = b""
        self._news, self._wake = socket.socketpair()
        self._news.setblocking(False)
        self._wake.setblocking(False)
        signal.signal(signal.SIGCHLD, wake_up)
        signal.set_wakeup_fd(self._wake.fileno())

    def serve(self) -> dict[str, Any]:
        """Returns in the forks alone, with their order."""
        while True:
            ready, _, _ = select.select([self._orders, self._news], [], [])
            if self._news in ready:
                self._news.recv(4096)
                self._bury()
            if self._orders in ready:
                for order in self._listen():
                    if self._fork(order["number"]):
                        return order

    def _listen(self) -> list[dict[str, Any]]:
        words = self._orders.recv(1 << 16)
        if not words:  # nobody is left to give orders; our forks go with us
            os._exit(0)
        *lines, self._heard = (self._heard + words).split(b"\n")
        return [json.loads(line) for line in lines]

    def _fork(self, number: int) -> bool:
        """Tells whether this is the fork."""
        ask_kernel = dying_with_parent()
        pid = os.fork()
        if pid == 0:
            self._forget()
            if ask_kernel is not None:
                ask_kernel()
            return True
        self._say({"number": number, "pid": pid})
        return False

    def _forget(self) -> None:
        """Leave to the zygote what is its own."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for each in (self._orders, self._news, self._wake):
            each.close()

    def _bury(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._say({"pid": pid, "code": os.waitstatus_to_exitcode(status)})

    def _say(self, words: dict[str, int]) -> None:
        self._orders.sendall(json.dumps(words).encode() + b"\n")


def wake_up(_number: int, _frame: object) -> None:
    """Need do nothing: that there is a handler makes the signal heard."""


def become(order: dict[str, Any]) -> None:
    """Be what was ordered: as if started with that command line and environment."""
    os.setsid()
    output = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(output)
    os.environ.clear()  # noqa: TID251  # ours was the zygote's
    os.environ.update(order["environment"])  # noqa: TID251  # as exec would
    rename([sys.executable, "-P", "-m", order["module"], *order["arguments"]])
    sys.argv = [order["module"], *order["arguments"]]


def rename(command: list[str]) -> None:
    """Write another command line over ours, as far as there is room."""
    with open("/proc/self/stat", encoding="utf-8") as stat:  # noqa: PTH123  # no Path
        fields = stat.read().rpartition(")")[2].split()
    start, end = int(fields[_ARG_START]), int(fields[_ARG_START + 1])
    room = end - start
    # A last byte that is not null tells the kernel that the line was written over.
    line = " ".join(command).encode()[: room - 2].ljust(room - 1, b"\0") + b"."
    ctypes.memmove(start, line, room)


def main() -> None:
    orders = socket.socket(fileno=int(sys.argv[1]))
    for library in LIBRARIES:
        import_module(library)
    gc.collect()
    gc.freeze()
    order = Zygote(orders).serve()
    become(order)
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
