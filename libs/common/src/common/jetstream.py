"""The bus: publishing with acknowledgement and pulling from durable consumers.

Streams and consumers exist already: `python -m common provision` made them. A lost
connection is found again for ever; one closed for good ends the process.
"""

import asyncio
import contextlib
import json
import random
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from weakref import WeakSet

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import ConnectionClosedError
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import Error as JetStreamError

from common.envelopes import Sealed
from common.topology import inbox_prefix

log = structlog.get_logger()

PUBLISH_TIMEOUT = 5.0
ACK_TIMEOUT = 5.0
#: How long one pull stands at the server before it is asked again.
PULL_EXPIRES = timedelta(seconds=10)
#: Statuses that end a pull which found too little in its time.
_IN_TIME = frozenset({"404", "408"})
#: After a pull that was refused, or while there is no server to ask.
_PAUSE = 1.0
_LEAVE = 2.0

BusError = (NatsError, JetStreamError, asyncio.TimeoutError, OSError)


class Bus:
    """One connection as one NATS user."""

    def __init__(self, url: str, *, user: str, password: str) -> None:
        self._url = url
        self._user = user
        self._password = password
        self._client = Client()
        self._jetstream: JetStreamContext = self._client.jetstream(
            timeout=PUBLISH_TIMEOUT
        )
        self.closed = asyncio.Event()
        self._closing = False
        self._connected = asyncio.Event()
        #: What the server refused, newest last: the reason of a time-out.
        self.refusals: deque[str] = deque(maxlen=20)
        self._pulls: WeakSet[Pull] = WeakSet()

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    async def check(self) -> str | None:
        """None while there is a server, else what is wrong."""
        return None if self.connected else "not connected"

    async def connect(self) -> None:
        """Returns once connected; waits for a server that is not there yet."""
        await self._client.connect(
            self._url,
            name=self._user,
            user=self._user,
            password=self._password,
            inbox_prefix=inbox_prefix(self._user),
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            ping_interval=10,
            max_outstanding_pings=2,
            error_cb=self._on_error,
            closed_cb=self._on_closed,
            reconnected_cb=self._on_reconnected,
            disconnected_cb=self._on_disconnected,
        )
        self._connected.set()

    async def ready(self) -> None:
        """Returns once the server has been there."""
        await self._connected.wait()

    async def lost(self) -> None:
        """Raises when the connection is closed for good."""
        await self.closed.wait()
        raise ConnectionClosedError

    async def close_quietly(self) -> None:
        """Give the connection back; only a close that nobody asked for is told."""
        self._closing = True
        if not self._client.is_closed:
            await self._client.close()

    async def publish(self, sealed: Sealed) -> None:
        """Returns once the stream has stored it; a repeat is dropped by its id."""
        await self.store(sealed.subject, sealed.payload, message_id=str(sealed.id))

    async def store(
        self,
        subject: str,
        payload: bytes,
        *,
        message_id: str,
        headers: dict[str, str] | None = None,
    ) -> None:
        await self._jetstream.publish(
            subject,
            payload,
            timeout=PUBLISH_TIMEOUT,
            headers={"Nats-Msg-Id": message_id, **(headers or {})},
        )

    async def pull(self, stream: str, durable: str) -> "Pull":
        """Pull a durable consumer; only once the server is there."""
        pull = Pull(self._client, stream, durable)
        await pull.start()
        self._pulls.add(pull)
        return pull

    @asynccontextmanager
    async def pulling(
        self, stream: str, durable: str, *, stopping: asyncio.Event
    ) -> AsyncGenerator["Pull"]:
        """Pull until told to stop; what was pulled and not handled is handed back."""
        pull = await self.pull(stream, durable)
        waking = asyncio.create_task(_wake(pull, stopping))
        try:
            yield pull
        finally:
            waking.cancel()
            await pull.stop()

    async def stream_fill(self, stream: str) -> float:
        """Share of a stream's `max_bytes` that is used, 0 to 1."""
        info = await self._jetstream.stream_info(stream)
        limit = info.config.max_bytes or 0
        return info.state.bytes / limit if limit > 0 else 0.0

    async def _on_error(self, error: Exception) -> None:
        self.refusals.append(str(error))
        log.warning("nats_error", error=repr(error))

    async def _on_closed(self) -> None:
        if not self._closing:
            self.closed.set()

    async def _on_disconnected(self) -> None:
        log.warning("nats_disconnected")

    async def _on_reconnected(self) -> None:
        log.info("nats_reconnected")
        for pull in self._pulls:
            pull.ask_again()


class Pull:
    """A standing pull of one durable consumer.

    nats-py's `fetch(n)` waits for all n or its time-out, which would hold a single
    message back; here whatever has arrived is handed over at once.
    """

    def __init__(self, client: Client, stream: str, durable: str) -> None:
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._arrived: deque[Msg] = deque()
        self._news = asyncio.Event()
        self._asked_until = 0.0
        self._not_before = 0.0
        self._wanted = 0
        self._subscription: Subscription | None = None

    async def start(self) -> None:
        self.ask_again()
        self._inbox = self._client.new_inbox()
        self._subscription = await self._client.subscribe(
            self._inbox, cb=self._on_message
        )

    async def stop(self, *, delay: float | None = None) -> None:
        """Stop pulling and hand back what was not taken."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            with contextlib.suppress(*BusError):
                await self._leave(subscription)
        await hand_back(self._arrived, delay=delay)
        self._arrived.clear()

    async def next(self, limit: int) -> list[Msg]:
        """What has arrived, at most `limit`; waits for one, `PULL_EXPIRES` at most."""
        if not self._arrived:
            await self._ask(limit)
            await self._wait()
        count = min(limit, len(self._arrived))
        return [self._arrived.popleft() for _ in range(count)]

    def wake(self) -> None:
        """Have `next` return at once."""
        self._news.set()

    def ask_again(self) -> None:
        """Forget the standing pull: the server that held it has gone."""
        self._asked_until, self._wanted = 0.0, 0
        self.wake()

    async def _leave(self, subscription: Subscription) -> None:
        """What the server sent before it heard of the end still arrives."""
        if not self._client.is_connected:
            await subscription.unsubscribe()
            return
        async with asyncio.timeout(_LEAVE):
            await subscription.drain()

    async def _wait(self) -> None:
        left = self._asked_until - asyncio.get_running_loop().time()
        try:
            await asyncio.wait_for(self._news.wait(), max(left, 0.01))
        except TimeoutError:
            self.ask_again()

    async def _ask(self, limit: int) -> None:
        """Ask the server for more, unless it has been asked or is not there."""
        self._news.clear()
        now = asyncio.get_running_loop().time()
        if self._wanted > 0 and now < self._asked_until:
            return
        if now < self._not_before or not self._client.is_connected:
            self._asked_until = max(self._not_before, now + _PAUSE)
            return
        expires = PULL_EXPIRES.total_seconds()
        request = {"batch": limit, "expires": int(expires * 1e9)}
        self._asked_until, self._wanted = now + expires + 1, limit
        await self._client.publish(
            self._subject, json.dumps(request).encode(), self._inbox
        )

    async def _on_message(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status")
        if status is None:
            self._wanted -= 1
            self._arrived.append(message)
        else:
            self._ended(status, message)
        self._news.set()

    def _ended(self, status: str, message: Msg) -> None:
        """The server ended the pull: in time, or because something is wrong."""
        self._wanted = 0
        if status not in _IN_TIME:
            now = asyncio.get_running_loop().time()
            self._not_before = now + jittered(_PAUSE)
            reason = (message.headers or {}).get("Description", "nobody answers")
            log.warning("pull_refused", subject=self._subject, reason=reason)


async def _wake(pull: Pull, stopping: asyncio.Event) -> None:
    await stopping.wait()
    pull.wake()


async def hand_back(messages: Iterable[Msg], *, delay: float | None = None) -> None:
    """Give envelopes back to the server; what is lost comes back after `ack_wait`."""
    await asyncio.gather(
        *(message.nak(delay=delay) for message in messages if not message.is_acked),
        return_exceptions=True,
    )


def deliveries(message: Msg) -> int:
    """How often the server has handed this envelope over, from 1."""
    return message.metadata.num_delivered or 1


def jittered(delay: float) -> float:
    """A delay that a crowd does not share."""
    return delay * (0.5 + random.random())  # noqa: S311  # spreads load, keeps no secret
