"""What expiration's tests are made of: orders, and a line to the bus."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg

from common.envelopes import Opened, open_envelope, seal
from common.ids import new_id
from common.jetstream import Bus, Pull
from common.messages import DeadLettered, ExpirationComplete, Message, OrderCreated
from common.testing.servers import NatsServer
from common.topology import ADMIN, durable_name, inbox_prefix, stream_of

STREAM = stream_of(ExpirationComplete.subject)
#: A moment that can be said, and has no date in UTC.
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-14)))


def soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def order(**changes: Any) -> OrderCreated:
    facts: dict[str, Any] = {
        "order_id": new_id(),
        "version": 1,
        "code": "ABCD2345",
        "buyer_id": new_id(),
        "seller_id": new_id(),
        "status": "created",
        "items": (),
        "total": 2550,
        "currency": "usd",
        "created_at": soon(0),
        "expires_at": soon(900),
    }
    return OrderCreated(**(facts | changes))


def envelope(*messages: Message) -> bytes:
    [sealed] = seal(messages)
    return sealed.payload


def with_bad(payload: bytes, index: int = 0) -> bytes:
    """The envelope with a message among its own that nobody can read."""
    opened = open_envelope(payload)
    opened.messages.insert(index, msgspec.Raw(b'{"order_id":1}'))
    return msgspec.json.encode(opened)


def read(opened: Opened) -> list[ExpirationComplete]:
    return [msgspec.json.decode(m, type=ExpirationComplete) for m in opened.messages]


@dataclass
class Line:
    """Orders and an operator on the bus."""

    orders: Bus
    admin: JetStreamContext
    pull: Pull

    async def say(self, payload: bytes) -> None:
        await self.orders.store(OrderCreated.subject, payload, message_id=str(new_id()))

    async def expired(self) -> list[Opened]:
        """Envelopes of ExpirationComplete that came by now; waits for one."""
        arrived = await self.pull.next(64)
        for message in arrived:
            await message.ack_sync()
        return [open_envelope(message.data) for message in arrived]

    async def timers(self) -> Sequence[RawStreamMsg]:
        """Every scheduled message that waits."""
        info = await self.admin.stream_info(STREAM, subjects_filter=">")
        subjects = [s for s in info.state.subjects or {} if "schedule" in s]
        return [await self.admin.get_last_msg(STREAM, s) for s in sorted(subjects)]

    async def letters(self) -> list[DeadLettered]:
        """What was given up."""
        stream = stream_of(DeadLettered.subject)
        state = (await self.admin.stream_info(stream)).state
        found = [
            await self.admin.get_msg(stream, number)
            for number in range(state.first_seq, state.last_seq + 1)
        ]
        opened = [open_envelope(message.data or b"") for message in found]
        return [
            msgspec.json.decode(raw, type=DeadLettered)
            for envelope in opened
            for raw in envelope.messages
        ]

    async def waiting(self) -> int:
        """Envelopes of OrderCreated not acknowledged yet."""
        info = await self.admin.consumer_info(
            stream_of(OrderCreated.subject), durable_name("expiration", OrderCreated)
        )
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    async def done(self) -> bool:
        """Whether every one of them is."""
        return await self.waiting() == 0


async def connect(nats: NatsServer) -> tuple[Client, Bus]:
    admin = Client()
    await admin.connect(
        nats.url,
        user=ADMIN,
        password=nats.passwords[ADMIN],
        inbox_prefix=inbox_prefix(ADMIN),
    )
    orders = Bus(nats.url, user="orders", password=nats.passwords["orders"])
    await orders.connect()
    return admin, orders
