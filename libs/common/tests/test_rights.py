"""Each user of the bus may do what the topology says of it, and nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from nats.aio.client import Client

from common.messages import MESSAGES, DeadLettered, Message
from common.testing.servers import NatsServer
from common.testing.waiting import eventually
from common.topology import (
    HEARS,
    SAYS,
    SCHEDULES,
    SERVICES,
    STREAMS,
    WATCHES,
    durable_name,
    inbox_prefix,
    stream_of,
)

Attempts = Callable[[str], Awaitable["Attempt"]]


class Attempt:
    """A connection that learns what it was refused."""

    def __init__(self) -> None:
        self.client = Client()
        self.refusals: list[str] = []

    async def note(self, error: Exception) -> None:
        self.refusals.append(str(error))

    async def publish(self, subject: str) -> bool:
        """Whether the server took it."""
        before = len(self.refusals)
        await self.client.publish(subject, b"", reply=self.client.new_inbox())
        await self._answered()
        return len(self.refusals) == before

    async def subscribe(self, subject: str) -> bool:
        before = len(self.refusals)
        subscription = await self.client.subscribe(subject)
        await self._answered()
        await subscription.unsubscribe()
        return len(self.refusals) == before

    async def _answered(self) -> None:
        """Twice, for the client sends a ping before what waits to be sent."""
        await self.client.flush()
        await self.client.flush()


@pytest.fixture
async def attempt(provisioned: NatsServer) -> AsyncIterator[Attempts]:
    made: list[Attempt] = []

    async def as_user(user: str) -> Attempt:
        made.append(Attempt())
        await made[-1].client.connect(
            provisioned.url,
            user=user,
            password=provisioned.passwords[user],
            inbox_prefix=inbox_prefix(user),
            error_cb=made[-1].note,
        )
        return made[-1]

    yield as_user
    for each in made:
        await each.client.close()


def place(service: str, message: type[Message]) -> str:
    return f"{stream_of(message.subject)}.{durable_name(service, message)}"


@pytest.mark.parametrize("user", SERVICES)
class TestServices:
    async def test_one_says_what_it_says_and_nothing_else(
        self, attempt: Attempts, user: str
    ) -> None:
        own = {message.subject for message in (*SAYS[user], DeadLettered)}
        bus = await attempt(user)
        taken = {subject for subject in MESSAGES if await bus.publish(subject)}
        assert taken == own

    async def test_one_takes_from_its_own_consumers_and_no_others(
        self, attempt: Attempts, user: str
    ) -> None:
        bus = await attempt(user)
        for service, messages in HEARS.items():
            for message in messages:
                where = place(service, message)
                requests = (
                    f"$JS.API.CONSUMER.MSG.NEXT.{where}",
                    f"$JS.API.CONSUMER.INFO.{where}",
                    f"$JS.ACK.{where}.1.1.1.1.0",
                )
                for request in requests:
                    assert await bus.publish(request) == (service == user), request

    async def test_one_changes_nothing_about_streams_and_reads_none(
        self, attempt: Attempts, user: str
    ) -> None:
        bus = await attempt(user)
        for stream in STREAMS:
            for request in (
                f"$JS.API.STREAM.DELETE.{stream.name}",
                f"$JS.API.STREAM.PURGE.{stream.name}",
                f"$JS.API.STREAM.UPDATE.{stream.name}",
                f"$JS.API.STREAM.MSG.GET.{stream.name}",
                f"$JS.API.STREAM.MSG.DELETE.{stream.name}",
                f"$JS.API.DIRECT.GET.{stream.name}",
                f"$JS.API.CONSUMER.CREATE.{stream.name}",
                f"$JS.API.CONSUMER.DELETE.{stream.name}.any",
            ):
                assert not await bus.publish(request), request

    async def test_one_measures_the_streams_it_watches_and_no_others(
        self, attempt: Attempts, user: str
    ) -> None:
        bus = await attempt(user)
        for stream in STREAMS:
            request = f"$JS.API.STREAM.INFO.{stream.name}"
            watched = stream.name in WATCHES[user]
            assert await bus.publish(request) == watched, request

    async def test_one_listens_to_its_own_replies_only(
        self, attempt: Attempts, user: str
    ) -> None:
        bus = await attempt(user)
        for other in SERVICES:
            replies = f"{inbox_prefix(other)}.>"
            assert await bus.subscribe(replies) == (other == user), replies
        for subject in (">", "*.>", "_INBOX.>", "$JS.>", "$SYS.>", *MESSAGES):
            assert not await bus.subscribe(subject), subject

    async def test_only_expiration_sets_timers(
        self, attempt: Attempts, user: str
    ) -> None:
        bus = await attempt(user)
        timer = f"{SCHEDULES}.of-somebody"
        assert await bus.publish(timer) == (user == "expiration")

    async def test_the_refusal_names_what_was_refused(
        self, attempt: Attempts, user: str
    ) -> None:
        bus = await attempt(user)
        await bus.publish("somebody.elses")
        await eventually(lambda: bus.refusals)
        assert "permissions violation" in bus.refusals[-1].lower()
        assert "somebody.elses" in bus.refusals[-1]
