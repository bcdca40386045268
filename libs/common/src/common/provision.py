"""Make JetStream what `common.topology` says: streams and durable consumers.

Run at every deploy, as NATS user `admin`. Idempotent: what differs is updated, what is
equal is left alone, nothing is ever deleted.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Annotated

import httpx
import msgspec
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoServersError
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import Error as JetStreamError
from nats.js.errors import NotFoundError, ServiceUnavailableError

from common.settings import variable
from common.topology import (
    ADMIN,
    HEARS,
    STREAMS,
    Stream,
    durable_name,
    inbox_prefix,
    stream_of,
)

log = structlog.get_logger()

#: Longer than any list takes: `statement_timeout` and every retry fit in it.
ACK_WAIT = timedelta(seconds=30)
#: Envelopes of one consumer under way at once, over all its processes.
MAX_ACK_PENDING = 4096
DUPLICATE_WINDOW = timedelta(minutes=2)
_ATTEMPTS = 6
_PAUSE = 1


class ProvisionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What `python -m common provision` is told."""

    nats_url: Annotated[str, variable("NATS_URL", "Where nats-server is")] = (
        "nats://127.0.0.1:4222"
    )
    password: Annotated[
        str, variable("ADMIN_NATS_PASSWORD", "Password of NATS user `admin`")
    ]
    replicas: Annotated[
        int, variable("NATS_REPLICAS", "Copies of each stream: 3 in production", ge=1)
    ] = 1
    max_bytes: Annotated[
        int, variable("NATS_STREAM_BYTES", "Most bytes of one stream", ge=1 << 20)
    ] = 1 << 30
    monitor_url: Annotated[
        str,
        variable("NATS_MONITOR_URL", "Where its /varz is, to check that it syncs"),
    ] = ""


class ProvisionError(Exception):
    """nats-server cannot be reached, or does not run as it must."""


async def provision(settings: ProvisionSettings) -> None:
    """Raises `ProvisionError`, or `NatsError` with the reason of a refusal."""
    if settings.monitor_url:
        for node in await _nodes(settings.monitor_url):
            await _check_synced(node)
    client = await _connect(settings)
    try:
        jetstream = client.jetstream(timeout=10)
        for stream in STREAMS:
            config = stream_config(stream, settings)
            await _retried(lambda config=config: _apply_stream(jetstream, config))
        for place, consumer in consumer_configs():
            await _retried(
                lambda place=place, consumer=consumer: _apply_consumer(
                    jetstream, place, consumer
                )
            )
    finally:
        await client.close()


async def _nodes(monitor_url: str) -> list[httpx.URL]:
    """Every address behind the name: one node that does not sync is one too many."""
    url = httpx.URL(monitor_url)
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ProvisionError(f"{monitor_url} has no address: {error}") from error
    hosts = dict.fromkeys(str(address[0]) for *_, address in found)
    return [url.copy_with(host=host, path="/varz") for host in hosts]


async def _check_synced(varz: httpx.URL) -> None:
    """An acknowledged message must have reached the disk."""
    try:
        async with httpx.AsyncClient(timeout=5) as http:
            state = (await http.get(varz)).json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProvisionError(f"{varz} does not answer: {error}") from error
    if not state.get("jetstream", {}).get("config", {}).get("sync_always"):
        raise ProvisionError("nats-server must run with sync_interval: always")


async def _connect(settings: ProvisionSettings) -> Client:
    reasons: list[Exception] = []

    async def note(error: Exception) -> None:
        reasons.append(error)

    client = Client()
    try:
        await client.connect(
            settings.nats_url,
            user=ADMIN,
            password=settings.password,
            inbox_prefix=inbox_prefix(ADMIN),
            connect_timeout=5,
            reconnect_time_wait=_PAUSE,
            max_reconnect_attempts=_ATTEMPTS,
            error_cb=note,
        )
    except NoServersError:
        raise ProvisionError(f"{settings.nats_url}: {reason_of(reasons)}") from None
    return client


def reason_of(failures: Sequence[Exception]) -> Exception:
    """Prefer what the server said: it hangs up right after, often before it is read."""
    said = [each for each in failures if not isinstance(each, OSError)]
    return (said or failures)[-1]


def stream_config(stream: Stream, settings: ProvisionSettings) -> StreamConfig:
    discard = DiscardPolicy.OLD if stream.schedules else DiscardPolicy.NEW
    return StreamConfig(
        name=stream.name,
        subjects=list(stream.subjects),
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=discard,
        max_age=stream.max_age.total_seconds(),
        max_bytes=settings.max_bytes,
        num_replicas=settings.replicas,
        duplicate_window=DUPLICATE_WINDOW.total_seconds(),
        allow_msg_schedules=True if stream.schedules else None,
        allow_msg_ttl=True if stream.schedules else None,
    )


def consumer_configs() -> list[tuple[str, ConsumerConfig]]:
    """Every durable consumer of the table, with the stream it reads."""
    return [
        (
            stream_of(message.subject),
            ConsumerConfig(
                durable_name=durable_name(service, message),
                filter_subject=message.subject,
                deliver_policy=DeliverPolicy.ALL,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ACK_WAIT.total_seconds(),
                max_deliver=-1,
                max_ack_pending=MAX_ACK_PENDING,
            ),
        )
        for service, messages in HEARS.items()
        for message in messages
    ]


async def _retried(apply: Callable[[], Awaitable[None]]) -> None:
    """A cluster without a leader answers no request, or 503: ask again for a while."""
    for left in reversed(range(_ATTEMPTS)):
        try:
            await apply()
        except (TimeoutError, NatsError) as error:
            refused = isinstance(error, JetStreamError)
            if left == 0 or (
                refused and not isinstance(error, ServiceUnavailableError)
            ):
                raise
            await asyncio.sleep(_PAUSE)
        else:
            return


async def _apply_stream(jetstream: JetStreamContext, config: StreamConfig) -> None:
    assert config.name is not None
    try:
        await jetstream.stream_info(config.name)
    except NotFoundError:
        await jetstream.add_stream(config)
        log.info("stream_added", stream=config.name)
    else:
        await jetstream.update_stream(config)


async def _apply_consumer(
    jetstream: JetStreamContext, stream: str, config: ConsumerConfig
) -> None:
    """The server takes the same durable again as an update."""
    await jetstream.add_consumer(stream, config)
