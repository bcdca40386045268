"""Streams over real connections: told, let go when slow, over when hung up."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from common.asgi import Receive, Scope, Send, respond
from common.embedded.processes import answers, free_ports
from common.errors import Invalid
from common.http.conditional import knows
from common.http.streams import EventStream, Reader, frame
from common.server import serve_asgi
from common.testing.waiting import eventually


class Channel:
    """Answers every request but the first probe with a stream."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.readers: list[Reader] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/stream":
            await respond(send, status=404, media="text/plain", body=b"")
            return
        reader = Reader()
        self.readers.append(reader)
        stream: EventStream[None] = EventStream(reader)
        await stream.to_asgi_response()(scope, receive, send)

    async def open(self) -> tuple[socket.socket, Reader]:
        client = socket.create_connection(("127.0.0.1", self.port))
        client.settimeout(5)
        client.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        before = len(self.readers)

        async def opened() -> bool:
            return len(self.readers) > before

        await eventually(opened)
        return client, self.readers[-1]


@pytest_asyncio.fixture
async def channel() -> AsyncIterator[Channel]:
    [port] = free_ports(1)
    stopping, channel = asyncio.Event(), Channel(port)
    serving = asyncio.create_task(
        serve_asgi(channel, host="127.0.0.1", port=port, stopping=stopping)
    )
    await eventually(lambda: answers(port))
    yield channel
    for reader in channel.readers:
        reader.end()
    stopping.set()
    await serving


async def received(client: socket.socket, wanted: bytes) -> bytes:
    data = b""
    while wanted not in data:
        data += await asyncio.to_thread(client.recv, 65536)
    return data


async def over(reader: Reader) -> bool:
    return reader.over.done()


class TestStreams:
    async def test_what_is_said_arrives_at_once(self, channel: Channel) -> None:
        client, reader = await channel.open()
        reader.tell(frame("change", b"{}", key="7"))
        said = await received(client, b"data: {}\n\n")
        assert b"content-type: text/event-stream" in said
        assert b"id: 7\nevent: change\n" in said
        reader.end()
        assert b"0\r\n\r\n" in await received(client, b"0\r\n\r\n")
        client.close()

    async def test_whoever_hangs_up_is_gone(self, channel: Channel) -> None:
        client, reader = await channel.open()
        client.close()
        await eventually(lambda: over(reader))

    async def test_whoever_reads_too_slowly_is_let_go(self, channel: Channel) -> None:
        slow, reader = await channel.open()
        quick, other = await channel.open()

        async def flooded() -> bool:
            for each in (reader, other):
                each.tell(b"x" * 100_000)
            await asyncio.to_thread(quick.recv, 1 << 20)
            return reader.over.done()

        await eventually(flooded)
        assert not other.over.done()
        slow.close()
        quick.close()


@pytest.mark.parametrize(
    ("known", "same"),
    [
        (None, False),
        ("*", True),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", W/"a" , "c"', True),
        ('"b"', False),
    ],
)
def test_tags_are_compared_weakly(known: str | None, *, same: bool) -> None:
    assert knows(known)('"a"') is same
    assert knows(known)('W/"a"') is same


@pytest.mark.parametrize("known", ["a", "", '"a', '"a" "b"'])
def test_what_is_no_tag_is_refused(known: str) -> None:
    with pytest.raises(Invalid):
        knows(known)
