"""HTTP served by granian inside our own event loop: one process, one loop.

To stop means: close the listening socket, answer what was asked, then end. A request
that takes longer than `drain` is cut off.
"""

import asyncio
import socket
from datetime import timedelta

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings, HTTP2Settings
from granian.server.embed import Server

from common.asgi import ASGIApp

log = structlog.get_logger()

#: Connections the kernel holds while the loop is busy: a rush comes within moments.
_BACKLOG = 4096
#: For one request's headers, and for an idle connection: above the gateway's own
#: time-out for idle connections, so that it never writes into one we are closing.
_HEADERS = timedelta(seconds=75)
DRAIN = timedelta(seconds=15)
#: Requests of one connection; above what the gateway sends over one.
_STREAMS = 512


async def serve_asgi(
    app: ASGIApp,
    *,
    host: str,
    port: int,
    stopping: asyncio.Event,
    drain: timedelta = DRAIN,
) -> None:
    """Serve until `stopping` is set and the requests under way are answered.

    Raises OSError when the address is taken, before anything is served.
    """
    refuse_taken_address(host, port)
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.auto,
        websockets=False,
        backlog=_BACKLOG,
        log_enabled=False,
        http1_settings=HTTP1Settings(
            header_read_timeout=round(_HEADERS.total_seconds() * 1000)
        ),
        http2_settings=HTTP2Settings(max_concurrent_streams=_STREAMS),
    )
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait((serving, waiting), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        server.stop()
    _, late = await asyncio.wait((serving,), timeout=drain.total_seconds())
    if late:
        log.warning("requests_cut_off", after_seconds=drain.total_seconds())
    else:
        serving.result()


class Listening:
    """The check of a port: one who connects before it listens is turned away.

    Asked until it does, and not again: connections are for those who come in a rush.
    """

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)
        self._seen = False

    async def __call__(self) -> str | None:
        if not self._seen:
            try:
                _, writer = await asyncio.open_connection(*self._place)
            except OSError:
                return "nobody listens yet"
            writer.close()
            self._seen = True
        return None


def refuse_taken_address(host: str, port: int) -> None:
    """Raise OSError when somebody listens there.

    granian lets several processes share an address (SO_REUSEPORT); two of ours on one
    would be a mistake that takes half of each other's requests.
    """
    address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(address[0], address[1]) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address[4])
