"""Child processes that never outlive us, and ports that are free."""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LOOPBACK = "127.0.0.1"


def dying_with_parent(
    death_signal: signal.Signals = signal.SIGKILL,
) -> Callable[[], None] | None:
    """Give a `preexec_fn` that has the kernel send the signal when we die.

    Even a SIGKILL of ours then ends the child. The kernel watches the thread that
    starts the child, so start it from one that lasts. None where it cannot be had.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(1)

    return ask_kernel


def start(
    command: Sequence[str],
    *,
    log: int | IO[bytes] = subprocess.DEVNULL,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own: Ctrl-C reaches us alone."""
    return subprocess.Popen(  # noqa: S603  # the command is ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=folder,
        start_new_session=True,
        preexec_fn=dying_with_parent(death_signal),  # noqa: PLW1509  # one C call
    )


def free_ports(count: int) -> list[int]:
    """Ports that are free now, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in sockets]


def fetch(port: int, path: str) -> tuple[int, bytes]:
    """GET from a server of this machine, whatever proxies the environment names."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def answers(port: int) -> bool:
    """Tell whether something accepts connections there."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
