"""In the running system everybody has their own, and nothing of anybody else's."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from http import HTTPStatus
from itertools import permutations

import asyncpg
import msgspec
import pytest
from nats.aio.client import Client
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from system_kit.stage import Stage

from common.embedded.processes import fetch
from common.messages import MESSAGES
from common.testing.waiting import eventually
from common.topology import (
    DATABASES,
    HEARS,
    SAYS,
    SERVICES,
    durable_name,
    inbox_prefix,
    stream_of,
)


class TestTheBus:
    def test_what_is_acknowledged_is_on_the_disk(self, stage: Stage) -> None:
        status, body = fetch(stage.system.ports["nats-monitor"], "/varz")
        assert status == HTTPStatus.OK
        assert msgspec.json.decode(body)["jetstream"]["config"]["sync_always"] is True

    @pytest.mark.parametrize("user", SERVICES)
    async def test_nobody_says_what_others_say(self, stage: Stage, user: str) -> None:
        own = {message.subject for message in SAYS[user]} | {"dead-letters.given-up"}
        async with listening(stage, user) as ears:
            await ears.are_refused_to_publish(*(MESSAGES.keys() - own))

    @pytest.mark.parametrize("user", SERVICES)
    async def test_nobody_hears_past_their_own_consumers(
        self, stage: Stage, user: str
    ) -> None:
        """Neither the subjects themselves, nor consumers and replies of others."""
        others = [
            f"$JS.API.CONSUMER.MSG.NEXT.{stream_of(m.subject)}.{durable_name(s, m)}"
            for s, heard in HEARS.items()
            if s != user
            for m in heard
        ]
        inboxes = [f"{inbox_prefix(s)}.>" for s in SERVICES if s != user]
        async with listening(stage, user) as ears:
            await ears.are_refused_to_publish(*others)
            await ears.are_refused_to_subscribe(*MESSAGES, ">", *inboxes)

    @pytest.mark.parametrize("user", SERVICES)
    async def test_nobody_changes_the_bus(self, stage: Stage, user: str) -> None:
        streams = {stream_of(subject) for subject in MESSAGES}
        verbs = ("STREAM.DELETE", "STREAM.PURGE", "STREAM.UPDATE")
        changes = [f"$JS.API.{verb}.{stream}" for verb in verbs for stream in streams]
        async with listening(stage, user) as ears:
            await ears.are_refused_to_publish(*changes)


class TestTheDatabases:
    @pytest.mark.parametrize(("role", "owner"), [*permutations(DATABASES, 2)])
    async def test_a_service_is_refused_the_database_of_another(
        self, stage: Stage, role: str, owner: str
    ) -> None:
        elsewhere = f"{stage.system.database_url(role).rpartition('/')[0]}/{owner}"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(elsewhere)

    @pytest.mark.parametrize("role", DATABASES)
    async def test_a_wrong_password_is_refused(self, stage: Stage, role: str) -> None:
        right = stage.system.database_url(role)
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(right.replace("@", "x@"))

    @pytest.mark.parametrize("role", DATABASES)
    async def test_a_service_is_no_superuser(self, stage: Stage, role: str) -> None:
        database = stage.database(role)
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database.transaction() as tx:
                await tx.session.execute(text("CREATE ROLE intruder SUPERUSER"))
        await database.dispose()


class Ears:
    """A connection as one user, and what `error_cb` hears the server refuse."""

    def __init__(self) -> None:
        self.client = Client()
        self._refused: set[str] = set()

    async def note(self, error: Exception) -> None:
        self._refused.add(str(error).partition("permissions violation for ")[2])

    async def are_refused_to_publish(self, *subjects: str) -> None:
        for subject in subjects:
            await self.client.publish(subject, b"{}", reply=self.client.new_inbox())
        await self._expect(f'publish to "{subject}"' for subject in subjects)

    async def are_refused_to_subscribe(self, *subjects: str) -> None:
        for subject in subjects:
            await self.client.subscribe(subject)
        await self._expect(f'subscription to "{subject}"' for subject in subjects)

    async def _expect(self, refusals: Iterable[str]) -> None:
        expected = {refusal.lower() for refusal in refusals}  # as nats-py tells them
        await self.client.flush()
        await eventually(lambda: self._refused >= expected)
        assert self._refused == expected
        self._refused.clear()


@asynccontextmanager
async def listening(stage: Stage, user: str) -> AsyncGenerator[Ears]:
    ears = Ears()
    await ears.client.connect(
        stage.system.nats_url,
        user=user,
        password=stage.system.nats_password(user),
        inbox_prefix=inbox_prefix(user),
        error_cb=ears.note,
    )
    try:
        yield ears
    finally:
        await ears.client.close()
