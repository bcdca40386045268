"""The listener: whatever comes of an envelope, the next one is taken."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from expiration_desk import Line, envelope, order

from common.jetstream import Bus
from common.testing.waiting import eventually
from expiration.consumers import Listener
from expiration.service import Timers


class Stumbling(Timers):
    """Stumbles over one envelope, however often it comes."""

    poison = envelope(order())

    async def schedule(self, payload: bytes) -> None:
        if payload == self.poison:
            raise ZeroDivisionError
        await super().schedule(payload)


@pytest.fixture
async def listening(bus: Bus) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    listener = asyncio.create_task(Listener(bus, Stumbling(bus)).run(stopping))
    yield
    stopping.set()
    await listener


@pytest.mark.usefixtures("listening")
async def test_what_fails_of_its_own_fault_is_given_up_at_once(line: Line) -> None:
    await line.say(Stumbling.poison)
    await line.say(envelope(order()))

    await eventually(line.done)
    [letter] = await line.letters()
    assert (letter.error, letter.tries) == ("ZeroDivisionError()", 1)
    assert letter.payload == Stumbling.poison.decode()
    assert len(await line.timers()) == 1
