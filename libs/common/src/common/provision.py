"""Make JetStream what `common.topology` says: streams and durable consumers.

Run at every deploy, as NATS user `admin`. Idempotent: what differs is updated, what is
equal is left alone, nothing is ever deleted.
"""

import asyncio
from datetime import timedelta
from typing import Annotated

import msgspec
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
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
from nats.js.errors import NotFoundError

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
_ATTEMPTS = 10


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


async def provision(settings: ProvisionSettings) -> None:
    """Raises `NatsError` when the server refuses, with its reason."""
    client = Client()
    await client.connect(
        settings.nats_url,
        user=ADMIN,
        password=settings.password,
        inbox_prefix=inbox_prefix(ADMIN),
        connect_timeout=5,
        max_reconnect_attempts=_ATTEMPTS,
    )
    try:
        jetstream = client.jetstream(timeout=10)
        for stream in STREAMS:
            await _retried(jetstream, stream_config(stream, settings))
        for place, consumer in consumer_configs():
            await _add_consumer(jetstream, place, consumer)
    finally:
        await client.close()


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


async def _retried(jetstream: JetStreamContext, config: StreamConfig) -> None:
    """A cluster without a leader answers no request: ask again for a while."""
    for attempt in range(_ATTEMPTS):
        try:
            await _apply_stream(jetstream, config)
        except (TimeoutError, NatsError) as error:
            if isinstance(error, JetStreamError) or attempt == _ATTEMPTS - 1:
                raise
            await asyncio.sleep(1)
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


async def _add_consumer(
    jetstream: JetStreamContext, stream: str, config: ConsumerConfig
) -> None:
    """The server takes the same durable again as an update."""
    await jetstream.add_consumer(stream, config)
