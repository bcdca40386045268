"""Child processes that never outlive us, and ports that are free."""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from random import SystemRandom
from typing import IO

PR_SET_PDEATHSIG = 1
LOOPBACK = "127.0.0.1"
_PORTS = range(16_000, 32_000)
_CHANCE = SystemRandom()


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
    """Ports that are free now, all different.

    Systems give outgoing connections the ports above these. One of those would be
    lost to a connection sooner or later, while its server is down for a moment.
    """
    with ExitStack() as held:
        ports: list[int] = []
        for port in _CHANCE.sample(_PORTS, len(_PORTS)):
            probe = held.enter_context(socket.socket())
            with suppress(OSError):  # somebody has it
                probe.bind((LOOPBACK, port))
                ports.append(port)
            if len(ports) == count:
                break
        return ports


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
