"""The board: availability read once for everybody who looks at it in this process.

While anybody looks, one query every moment asks which of the events looked at have
changed; those are read, and their readers told what differs. However many people watch
an event, the database hears of this process alone.
"""

import asyncio
from random import uniform
from time import monotonic
from typing import Final
from uuid import UUID

import structlog

from common.errors import Busy
from common.http.streams import Reader, retry
from common.identity import Action, Identity, may
from tickets.board.topic import Left, Topic
from tickets.domain.pace import Crowd
from tickets.domain.tickets import POLL_LATE
from tickets.errors import EventNotFound
from tickets.models import Event
from tickets.service import Events, sees

log = structlog.get_logger()

#: Streams of one process.
READERS: Final = 4000
#: A fan-out costs by the reader: so many add a second to the time between two looks.
READERS_PER_SECOND: Final = 8000
#: Seconds between two looks.
TICK: Final = 0.25
SLOWEST: Final = 1.0
#: The share of the time that looking may take.
SHARE: Final = 0.2
#: Seconds between two words on a stream, below every proxy's patience.
SILENCE: Final = 15.0
#: A stream lasts so long, give or take: who comes back may reach another process.
LASTS: Final = 300.0
#: Milliseconds until a browser comes back.
RETRY: Final = 2000
#: An event that nobody asks for any more is looked after so long.
LINGERS: Final = 10.0
#: What was seen longer ago is read anew for whoever asks.
STALE: Final = 1.5


class Board:
    def __init__(
        self,
        events: Events,
        *,
        most: int = READERS,
        silence: float = SILENCE,
        lasts: float = LASTS,
    ) -> None:
        self._events = events
        self._most = most
        self._silence = silence
        self._lasts = lasts
        self._topics: dict[UUID, Topic] = {}
        self._reading: dict[UUID, asyncio.Task[Topic]] = {}
        #: Where each reader reads.
        self._readers: dict[Reader, Topic] = {}
        self._crowd = Crowd(monotonic)
        self._round: asyncio.Task[None] | None = None
        self._closed = False

    async def look(self, event_id: UUID, *, visitor: Identity | None) -> Left:
        """What is left, and when to look again. Raises `EventNotFound`."""
        topic = await self._topic(event_id, visitor)
        topic.asked_at, now = monotonic(), self._events.now()
        return topic.left(now, self._crowd.wait)

    async def watch(self, event_id: UUID, *, visitor: Identity | None) -> Reader:
        """A reader who is told what is left, and from then on what changes.

        Raises `EventNotFound`, or `Busy` where there are too many.
        """
        topic = await self._topic(event_id, visitor)
        if self._closed or len(self._readers) >= self._most:
            raise Busy(retry_after=POLL_LATE)
        reader = Reader()
        reader.tell(retry(RETRY))
        topic.join(reader, self._events.now())
        self._readers[reader] = topic
        lasts = self._lasts * uniform(0.8, 1.2)  # noqa: S311  # not all come back at once
        timer = asyncio.get_running_loop().call_later(lasts, reader.end)
        reader.over.add_done_callback(lambda _: self._leave(reader, timer))
        return reader

    def _leave(self, reader: Reader, timer: asyncio.TimerHandle) -> None:
        timer.cancel()
        self._readers.pop(reader).leave(reader)

    def close(self) -> None:
        """End every stream: this process is told to stop."""
        self._closed = True
        for reader in self._readers:
            reader.end()
        if self._round is not None:
            self._round.cancel()

    async def _topic(self, event_id: UUID, visitor: Identity | None) -> Topic:
        topic = self._topics.get(event_id)
        if topic is None or topic.stale(STALE) or _owns(visitor, topic.event):
            topic = await self._read(event_id)
        if not sees(visitor, topic.event):
            raise EventNotFound
        return topic

    async def _read(self, event_id: UUID) -> Topic:
        """Read an event: once, however many ask at the moment."""
        task = self._reading.get(event_id)
        if task is None:
            task = asyncio.create_task(self._read_alone(event_id))
            self._reading[event_id] = task
            task.add_done_callback(lambda _: self._reading.pop(event_id))
        return await asyncio.shield(task)

    async def _read_alone(self, event_id: UUID) -> Topic:
        for event, mark in await self._events.marked([event_id]):
            self._take(event, mark)
        if event_id not in self._topics:
            raise EventNotFound
        if not self._closed and (self._round is None or self._round.done()):
            self._round = asyncio.create_task(self._go_round())
        return self._topics[event_id]

    def _take(self, event: Event, mark: str) -> None:
        topic = self._topics.get(event.id)
        if topic is None:
            topic = self._topics[event.id] = Topic(event, self._events.now())
        topic.take(event, mark, self._events.now())

    async def _go_round(self) -> None:
        """Look at all topics again and again, while there are any."""
        cost = 0.0
        while self._topics:
            await asyncio.sleep(self._pause(cost))
            self._forget()
            began = monotonic()
            try:
                await self._look_around()
            except Exception as error:  # noqa: BLE001  # looked at again in a moment
                log.warning("availability_unread", error=repr(error))
            cost = monotonic() - began
            self._keep_open()

    async def _look_around(self) -> None:
        began = monotonic()
        marks = await self._events.marks(list(self._topics))
        moved = [key for key in marks if self._topics[key].mark != marks[key]]
        for event, mark in await self._events.marked(moved) if moved else ():
            self._take(event, mark)
        for key in marks:
            self._topics[key].seen(began, self._events.now())

    def _pause(self, cost: float) -> float:
        crowded = len(self._readers) / READERS_PER_SECOND
        return max(TICK, min(SLOWEST, max(crowded, cost / SHARE)))

    def _forget(self) -> None:
        for key in [k for k, topic in self._topics.items() if topic.idle(LINGERS)]:
            del self._topics[key]

    def _keep_open(self) -> None:
        for topic in self._topics.values():
            if monotonic() - topic.spoke_at >= self._silence:
                topic.ping()


def _owns(visitor: Identity | None, event: Event) -> bool:
    """Whoever has just edited an event wants to see that."""
    return visitor is not None and may(visitor, Action.EDIT, event.seller_id)
