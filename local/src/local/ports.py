"""Ports: the gateway's is asked for, inner ones are free ones, kept when possible."""

import socket
from collections.abc import Iterable, Mapping

from common.embedded.processes import LOOPBACK, free_ports
from local.errors import PortTaken, Trouble


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether a server could listen there; raises `Trouble` for a wrong host."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError:
        raise Trouble(
            f"TICKETING_HOST: {host} is no address of this machine."
        ) from None
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a connection that lingers is no server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free(port: int, host: str) -> None:
    if not is_free(port, host):
        raise PortTaken(port)


def choose(names: Iterable[str], remembered: Mapping[str, int]) -> dict[str, int]:
    """Give each name a port: the remembered one while it is free, else another."""
    kept: dict[str, int] = {}
    for name in names:
        port = remembered.get(name)
        if port and port not in kept.values() and is_free(port):
            kept[name] = port
    missing = [name for name in names if name not in kept]
    fresh = (port for port in free_ports(2 * len(kept) + len(missing)))
    others = [port for port in fresh if port not in kept.values()]
    return kept | dict(zip(missing, others, strict=False))
