"""Messages as a bus may deliver them: twice, in any order, a poisoned one among them.

In a test of a service's consumers::

    @given(random=randoms())
    async def test_…(database: Database, random: Random) -> None:
        deliveries = Deliveries(database, consumers, state=read, prepare=seed)
        await deliveries.check(messages, random, poison=another_message)

The state after every message was delivered once, in the order given, must come of any
other delivery too, with the poisoned ones set aside and nothing else.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from random import Random
from typing import Any, NamedTuple, TypeVar

import msgspec
from hypothesis import strategies as st
from sqlalchemy import text

from common.clock import utcnow
from common.database import Database, Transaction
from common.ids import new_id
from common.inbox import Consumer, Inbox, receive
from common.messages import Message

T = TypeVar("T")

#: No consumer can read these.
UNREADABLE_MESSAGE = b'{"poisoned": true}'
UNREADABLE_ENVELOPE = b'{"poisoned'

Read = Callable[[Transaction], Awaitable[object]]
Prepare = Callable[[Transaction], Awaitable[None]]

_TABLES = text("""
    SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
""")
_SET_ASIDE = text("SELECT payload FROM set_aside")


class Poisoned(Exception):  # what happened to the message
    """The message that fails however often it is tried."""


class Said(NamedTuple):
    """A message as it travels, readable or not."""

    type: type[Message]
    raw: bytes


class Sent(NamedTuple):
    """An envelope as it travels."""

    type: type[Message]
    payload: bytes


def randoms() -> st.SearchStrategy[Random]:
    """What a delivery is shuffled by: Hypothesis finds the least that goes wrong."""
    return st.randoms(use_true_random=False)


class Deliveries:
    """Delivers to a service's consumers, each time to a clean database.

    `state` reads what must be the same in the end; `prepare` writes what must be there
    before the first message.
    """

    def __init__(
        self,
        database: Database,
        consumers: Sequence[Consumer[Any]],
        *,
        state: Read,
        prepare: Prepare | None = None,
    ) -> None:
        self._database = database
        self._consumers = consumers
        self._state = state
        self._prepare = prepare
        self._expected: dict[tuple[Said, ...], object] = {}

    async def check(
        self,
        messages: Sequence[Message],
        random: Random,
        *,
        poison: Message | None = None,
    ) -> None:
        """Raises AssertionError when a delivery ends in another state than once each.

        `poison` is a message that consumers can read: handling it is made to fail.
        """
        said = [Said(type(each), msgspec.json.encode(each)) for each in messages]
        state = await self._told_once(tuple(said))
        strange = Said(random.choice(said).type, UNREADABLE_MESSAGE)
        failing = [Said(type(p), msgspec.json.encode(p)) for p in (poison,) if p]
        sent = _disordered([*said, strange, *failing], random)
        torn = Sent(strange.type, UNREADABLE_ENVELOPE)
        sent.insert(len(sent) // 2, torn)
        found, aside = await self._after(_lists(sent, random), poison=poison)
        assert found == state
        assert aside == Counter([torn.payload, strange.raw, strange.raw]) + Counter(
            each.raw for each in failing
        )

    async def _told_once(self, said: tuple[Said, ...]) -> object:
        """What must come of them; asked once for a story that is told many times."""
        if said not in self._expected:
            once = [[_envelope([each])] for each in said]
            self._expected[said], aside = await self._after(once, poison=None)
            assert not aside
        return self._expected[said]

    async def _after(
        self, lists: Iterable[Sequence[Sent]], *, poison: Message | None
    ) -> tuple[object, Counter[bytes]]:
        """The state once lists were delivered, and what was set aside."""
        await self._clean()
        consumers = {c.message: _failing(c, poison) for c in self._consumers}
        for sent in lists:
            consumer = consumers[sent[0].type]
            received = [receive(consumer, e.payload, suspect=False) for e in sent]
            await Inbox(self._database, consumer).take(received)
        async with self._database.transaction() as tx:
            aside = await tx.session.scalars(_SET_ASIDE)
            return await self._state(tx), Counter(aside)

    async def _clean(self) -> None:
        async with self._database.transaction() as tx:
            tables = (await tx.session.scalars(_TABLES)).all()
            # One statement, so that references are checked at its end; and quicker
            # than TRUNCATE, which makes new files.
            emptied = [f"t{n} AS (DELETE FROM {t})" for n, t in enumerate(tables)]  # noqa: S608  # quoted
            await tx.session.execute(text(f"WITH {', '.join(emptied)} SELECT"))
            if self._prepare is not None:
                await self._prepare(tx)


def _disordered(said: Sequence[Said], random: Random) -> list[Sent]:
    """Each said twice, in envelopes of one type each, some delivered twice."""
    shuffled = random.sample([*said, *said], 2 * len(said))
    sent = [
        _envelope(list(alike))
        for part in _cut(shuffled, random)
        for _, alike in groupby(part, key=lambda each: each.type)
    ]
    some_again = [*sent, *sent[::2]]
    return random.sample(some_again, len(some_again))


def _lists(sent: Sequence[Sent], random: Random) -> Iterator[Sequence[Sent]]:
    """Lists as a consumer gets them: of its own envelopes only."""
    for part in _cut(sent, random):
        for _, own in groupby(part, key=lambda each: each.type):
            yield list(own)


def _cut(items: Sequence[T], random: Random) -> Iterator[Sequence[T]]:
    start = 0
    while start < len(items):
        size = random.randint(1, len(items) - start)
        yield items[start : start + size]
        start += size


def _envelope(said: Sequence[Said]) -> Sent:
    messages = [msgspec.Raw(each.raw) for each in said]
    whole = {"id": new_id(), "occurred_at": utcnow(), "messages": messages}
    return Sent(said[0].type, msgspec.json.encode(whole))


def _failing(consumer: Consumer[Any], poison: Message | None) -> Consumer[Any]:
    """The consumer, but that it fails on one message, after its work is done."""

    async def handle(messages: list[Any], tx: Transaction) -> None:
        await consumer.handle(messages, tx)
        if poison in messages:
            raise Poisoned

    return replace(consumer, handle=handle)
