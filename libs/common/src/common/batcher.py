"""Group commit: concurrent requests join a batch, one transaction answers them all.

While a batch commits the next one gathers, so an idle system adds no delay and a busy
one pays for a transaction once in hundreds of requests. The queue is bounded by length
and by age: what cannot be answered in time is refused at once.

A request that finds its row locked by somebody else moves to a lane, which alone waits
for it; everybody else goes on. Which lane that is whoever decides says, not who asks.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Hashable, Iterable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import structlog

from common.errors import Busy

log = structlog.get_logger()

Q = TypeVar("Q")
A = TypeVar("A")
Q_contra = TypeVar("Q_contra", contravariant=True)
A_co = TypeVar("A_co", covariant=True)

#: Requests of one transaction.
BATCH = 512
#: Requests that may wait; about a second's work of one process.
QUEUE = 8192
#: Seconds after which a request that still waits is refused.
AGE = 1.0
#: Seconds that the next batch gathers for each request just answered, and at most: what
#: a batch costs, here and at all who hear of it, is shared by more when many come.
GATHER, LONGEST = 0.001, 0.03
#: Once the first in line has waited this part of the age, nobody else may join: whoever
#: does would be too old by its turn, and is better told now.
PRESSED = 0.8
#: Lanes that wait for a row at once; each holds a connection.
LANES = 4


@dataclass(frozen=True, slots=True)
class Later:
    """The outcome of a request whose row is taken: it moves to a lane.

    While that lane lasts, whoever asks for the row joins it at once. Rows that are
    asked for together share a lane; without one a row has its own.
    """

    row: Hashable
    lane: Hashable | None = None


class Decide(Protocol[Q_contra, A_co]):
    """Decides a batch in arrival order, in one transaction.

    An exception in the answer is that request's own; one that is raised is the whole
    batch's. With `wait` it waits for rows, without it answers `Later` for taken ones.
    """

    async def __call__(
        self, batch: Sequence[Q_contra], *, wait: bool
    ) -> Sequence[A_co | Exception | Later]: ...


@dataclass(slots=True, eq=False)
class Waiting(Generic[Q, A]):
    request: Q
    answer: "asyncio.Future[A]"
    since: float


@dataclass(slots=True, eq=False)
class Lane(Generic[Q, A]):
    """Requests that wait for rows somebody else has."""

    waiting: deque[Waiting[Q, A]] = field(default_factory=deque)
    rows: set[Hashable] = field(default_factory=set)


class Batcher(Generic[Q, A]):
    """One queue in front of one transaction at a time."""

    def __init__(
        self,
        decide: Decide[Q, A],
        *,
        rows_of: Callable[[Q], Iterable[Hashable]],
        again_alone: Callable[[Exception], bool] = lambda _: False,
        batch: int = BATCH,
        queue: int = QUEUE,
        age: float = AGE,
        longest: float = LONGEST,
    ) -> None:
        """`rows_of` names what a request needs, as `Later` names what is taken.

        `again_alone` says whether a batch that failed is run again one by one.
        """
        self._decide = decide
        self._rows_of = rows_of
        self._again_alone = again_alone
        self._batch = batch
        self._age = age
        self._longest = longest
        self._bound = queue
        self._size = 0
        self._main: deque[Waiting[Q, A]] = deque()
        self._lanes: dict[Hashable, Lane[Q, A]] = {}
        self._lane_of: dict[Hashable, Lane[Q, A]] = {}
        self._lane_slots = asyncio.Semaphore(LANES)
        self._running: set[asyncio.Task[None]] = set()
        self._main_runs = False

    async def submit(self, request: Q) -> A:
        """The request's answer; raises its error, or `Busy` when there are too many."""
        queue = self._queue_of(request)
        if self._size >= self._bound or self._late(queue):
            raise Busy
        loop = asyncio.get_running_loop()
        waiting: Waiting[Q, A] = Waiting(request, loop.create_future(), loop.time())
        self._size += 1
        queue.append(waiting)
        if queue is self._main and not self._main_runs:
            self._main_runs = True
            self._start(self._run_main())
        try:
            return await waiting.answer
        finally:
            self._size -= 1

    @property
    def pressed(self) -> bool:
        """Whether the next request is refused: there are too many, or it is late."""
        return self._size >= self._bound or self._late(self._main)

    @property
    def lanes(self) -> bool:
        """Whether anybody waits for a row that somebody else has."""
        return bool(self._lanes)

    def pressed_in(self, lane: Hashable) -> bool:
        """Whether who needs what that lane waits for is refused."""
        found = self._lanes.get(lane)
        return found is not None and self._late(found.waiting)

    def _queue_of(self, request: Q) -> deque[Waiting[Q, A]]:
        if self._lane_of:
            for row in self._rows_of(request):
                if lane := self._lane_of.get(row):
                    return lane.waiting
        return self._main

    def _late(self, queue: deque[Waiting[Q, A]]) -> bool:
        return self._waited(queue) > PRESSED * self._age

    def _waited(self, queue: deque[Waiting[Q, A]]) -> float:
        """Seconds for which the first in line has waited."""
        if not queue:
            return 0.0
        return asyncio.get_running_loop().time() - queue[0].since

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        # In a context of its own: a batch belongs to no one request.
        task = asyncio.get_running_loop().create_task(work, context=Context())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run_main(self) -> None:
        try:
            await asyncio.sleep(0)  # whoever is ready now joins the first batch
            while batch := self._take(self._main):
                await self._answer(batch, wait=False)
                await self._gather(self._main, len(batch))
        finally:
            self._main_runs = False

    async def _gather(self, queue: deque[Waiting[Q, A]], answered: int) -> None:
        """Let the next batch grow with the rush; few, or late ones, are not kept."""
        if len(queue) < self._batch and self._waited(queue) < self._age / 2:
            await asyncio.sleep(min(answered * GATHER, self._longest))

    async def _run_lane(self, key: Hashable, lane: Lane[Q, A]) -> None:
        try:
            if not await self._slot_for(lane):
                return
            try:
                while batch := self._take(lane.waiting):
                    await self._answer(batch, wait=True)
                    if lane.waiting:
                        await self._gather(lane.waiting, len(batch))
            finally:
                self._lane_slots.release()
        finally:
            del self._lanes[key]
            for row in lane.rows:
                del self._lane_of[row]

    async def _slot_for(self, lane: Lane[Q, A]) -> bool:
        """Whether a lane got its turn before all in it were too old."""
        while lane.waiting:
            left = self._age - self._waited(lane.waiting)
            try:
                async with asyncio.timeout(max(left, 0.0)):
                    return await self._lane_slots.acquire()
            except TimeoutError:
                self._refuse_old(lane.waiting)
        return False

    def _refuse_old(self, queue: deque[Waiting[Q, A]]) -> None:
        while queue and self._waited(queue) >= self._age:
            self._settle(queue.popleft(), Busy())

    def _take(self, queue: deque[Waiting[Q, A]]) -> list[Waiting[Q, A]]:
        """The next batch: no hung-up request, none that has waited too long."""
        batch: list[Waiting[Q, A]] = []
        too_old = asyncio.get_running_loop().time() - self._age
        while queue and len(batch) < self._batch:
            waiting = queue.popleft()
            if waiting.answer.done():
                continue
            if waiting.since < too_old:
                waiting.answer.set_exception(Busy())
                continue
            batch.append(waiting)
        return batch

    async def _answer(self, batch: list[Waiting[Q, A]], *, wait: bool) -> None:
        try:
            outcomes = await self._decide([w.request for w in batch], wait=wait)
        except Exception as error:  # noqa: BLE001  # it is the requests' answer
            await self._failed(batch, error, wait=wait)
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            self._settle(waiting, outcome)

    async def _failed(
        self, batch: list[Waiting[Q, A]], error: Exception, *, wait: bool
    ) -> None:
        if len(batch) > 1 and self._again_alone(error):
            log.warning("batch_failed", size=len(batch), error=repr(error))
            for waiting in batch:
                await self._answer([waiting], wait=wait)
            return
        for waiting in batch:
            self._settle(waiting, error)

    def _settle(self, waiting: Waiting[Q, A], outcome: A | Exception | Later) -> None:
        if waiting.answer.done():
            return
        if isinstance(outcome, Later):
            self._to_lane(waiting, outcome)
        elif isinstance(outcome, Exception):
            waiting.answer.set_exception(outcome)
        else:
            waiting.answer.set_result(outcome)

    def _to_lane(self, waiting: Waiting[Q, A], later: Later) -> None:
        key = later.row if later.lane is None else later.lane
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = Lane()
            self._start(self._run_lane(key, lane))
        if self._lane_of.setdefault(later.row, lane) is lane:
            lane.rows.add(later.row)
        lane.waiting.append(waiting)
