"""Group commit: who joins, who waits, who is refused."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from common.batcher import Batcher, Later
from common.errors import Busy, NotFound
from common.testing.waiting import eventually


class Counter:
    """Decides by adding one; keeps the batches it was given. Waits when told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.taken: set[int] = set()
        self.freed = asyncio.Event()
        self.lane_of: Callable[[int], int] = lambda number: number

    async def __call__(
        self, batch: Sequence[int], *, wait: bool
    ) -> Sequence[int | Exception | Later]:
        self.batches.append(list(batch))
        if wait:
            await self.freed.wait()
        else:
            await self.gate.wait()
        if -1 in batch:
            raise ValueError("bad")
        return [self._one(n, wait=wait) for n in batch]

    def _one(self, number: int, *, wait: bool) -> int | Exception | Later:
        if number == 404:
            return NotFound()
        if number in self.taken and not wait:
            return Later(number, lane=self.lane_of(number))
        return number + 1


def batcher(counter: Counter, **options: float) -> Batcher[int, int]:
    return Batcher(
        counter,
        rows_of=lambda number: (number,),
        again_alone=lambda error: isinstance(error, ValueError),
        batch=int(options.get("batch", 512)),
        queue=int(options.get("queue", 100)),
        age=options.get("age", 1.0),
        longest=options.get("longest", 0.05),
    )


async def submitted(one: Batcher[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(one.submit(n)) for n in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_requests_of_one_moment_share_a_batch() -> None:
    counter = Counter()
    one = batcher(counter)
    assert await asyncio.gather(*(one.submit(n) for n in range(5))) == [1, 2, 3, 4, 5]
    assert counter.batches == [[0, 1, 2, 3, 4]]


async def test_while_a_batch_commits_the_next_one_gathers() -> None:
    counter = Counter()
    counter.gate.clear()
    one = batcher(counter)
    first = await submitted(one, 1)
    await asyncio.sleep(0)
    rest = await submitted(one, 2, 3)
    counter.gate.set()
    await asyncio.gather(*first, *rest)
    assert counter.batches == [[1], [2, 3]]


async def test_after_many_the_next_batch_gathers_for_a_moment() -> None:
    counter = Counter()
    one = batcher(counter, queue=200, longest=1.0)
    await asyncio.gather(*(one.submit(n) for n in range(200)))
    first = await submitted(one, 1)
    for _ in range(10):
        await asyncio.sleep(0)
    await asyncio.gather(*first, *await submitted(one, 2, 3))
    assert counter.batches[1:] == [[1, 2, 3]]


async def test_a_batch_holds_no_more_than_it_may() -> None:
    counter = Counter()
    one = batcher(counter, batch=2)
    await asyncio.gather(*(one.submit(n) for n in range(5)))
    assert [len(b) for b in counter.batches] == [2, 2, 1]


async def test_a_failing_request_fails_alone() -> None:
    one = batcher(Counter())
    good, bad = await asyncio.gather(
        one.submit(1), one.submit(404), return_exceptions=True
    )
    assert good == 2
    assert isinstance(bad, NotFound)


async def test_a_batch_that_fails_on_data_runs_again_one_by_one() -> None:
    counter = Counter()
    one = batcher(counter)
    outcomes = await asyncio.gather(
        one.submit(1), one.submit(-1), one.submit(2), return_exceptions=True
    )
    assert outcomes[0] == 2
    assert isinstance(outcomes[1], ValueError)
    assert outcomes[2] == 3
    assert counter.batches == [[1, -1, 2], [1], [-1], [2]]


async def test_one_too_many_is_refused_at_once() -> None:
    counter = Counter()
    counter.gate.clear()
    one = batcher(counter, queue=2)
    waiting = await submitted(one, 1, 2)
    with pytest.raises(Busy):
        await one.submit(3)
    counter.gate.set()
    assert await asyncio.gather(*waiting) == [2, 3]
    assert await one.submit(4) == 5


async def test_who_waited_too_long_is_refused_when_the_batch_forms() -> None:
    counter = Counter()
    counter.gate.clear()
    one = batcher(counter, age=0.01)
    first = await submitted(one, 1)
    await asyncio.sleep(0)
    late = await submitted(one, 2)
    loop = asyncio.get_running_loop()
    loop.call_later(0.05, counter.gate.set)
    assert await first[0] == 2
    with pytest.raises(Busy):
        await late[0]
    assert counter.batches == [[1]]


async def test_nobody_joins_behind_one_who_has_waited_nearly_too_long() -> None:
    counter = Counter()
    counter.gate.clear()
    one = batcher(counter, age=0.05)
    first = await submitted(one, 1)
    await asyncio.sleep(0)
    second = await submitted(one, 2)
    await eventually(lambda: one.pressed)
    with pytest.raises(Busy):
        await one.submit(3)
    counter.gate.set()
    await asyncio.gather(*first, *second, return_exceptions=True)
    assert await one.submit(4) == 5


async def test_who_hung_up_before_the_batch_formed_is_dropped() -> None:
    counter = Counter()
    counter.gate.clear()
    one = batcher(counter)
    first = await submitted(one, 1)
    await asyncio.sleep(0)
    gone, stays = await submitted(one, 2, 3)
    gone.cancel()
    counter.gate.set()
    await asyncio.gather(*first, stays)
    assert counter.batches == [[1], [3]]


class TestLanes:
    async def test_a_taken_row_stops_nobody_else(self) -> None:
        counter = Counter()
        counter.taken = {7}
        one = batcher(counter)
        stuck, free = await submitted(one, 7, 1)
        assert await free == 2
        assert await one.submit(2) == 3
        assert not stuck.done()
        counter.freed.set()
        assert await stuck == 8

    async def test_who_comes_later_joins_the_lane(self) -> None:
        counter = Counter()
        counter.taken = {7}
        one = batcher(counter)
        stuck = await submitted(one, 7)
        await one.submit(1)
        behind = await submitted(one, 7, 7)
        counter.freed.set()
        assert await asyncio.gather(*stuck, *behind) == [8, 8, 8]
        assert counter.batches[-1] == [7, 7]

    async def test_with_too_many_stuck_lanes_the_next_is_refused(self) -> None:
        counter = Counter()
        counter.taken = set(range(10))
        one = batcher(counter, age=0.05)
        stuck = await submitted(one, *range(5))
        refused = await asyncio.wait(stuck, return_when=asyncio.FIRST_COMPLETED)
        [error] = [task.exception() for task in refused[0]]
        assert isinstance(error, Busy)
        counter.freed.set()
        rest = await asyncio.gather(*stuck, return_exceptions=True)
        assert [o for o in rest if isinstance(o, int)] == [1, 2, 3, 4]

    async def test_rows_of_one_lane_wait_together(self) -> None:
        counter = Counter()
        counter.taken, counter.lane_of = {7, 8}, lambda _: 0
        one = batcher(counter)
        stuck = await submitted(one, 7, 8)
        await one.submit(1)
        assert [7, 8] in counter.batches
        counter.freed.set()
        assert await asyncio.gather(*stuck) == [8, 9]

    async def test_nobody_joins_a_lane_behind_one_who_has_waited_nearly_too_long(
        self,
    ) -> None:
        counter = Counter()
        counter.taken = {7}
        one = batcher(counter, age=0.05)
        stuck = await submitted(one, 7)
        await one.submit(1)
        behind = await submitted(one, 7)
        await eventually(lambda: one.pressed_in(7))
        with pytest.raises(Busy):
            await one.submit(7)
        assert await one.submit(2) == 3
        counter.freed.set()
        await asyncio.gather(*stuck, *behind, return_exceptions=True)

    async def test_a_lane_gathers_as_the_queue_does(self) -> None:
        counter = Counter()
        counter.taken = {7}
        one = batcher(counter, queue=300, longest=1.0)
        many = await submitted(one, *[7] * 200)
        await one.submit(1)
        behind = await submitted(one, 7)
        counter.freed.set()
        await asyncio.gather(*many)
        later = await submitted(one, 7)
        assert await asyncio.gather(*behind, *later) == [8, 8]
        assert counter.batches[-1] == [7, 7]
