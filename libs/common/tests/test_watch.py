"""Many who wait for news, one look for all of them."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from common.ids import new_id
from common.watch import Watch

LONG = 20.0
SOON = timedelta(milliseconds=1)


class Things:
    """What can be seen, and which looks there were."""

    def __init__(self, trouble: int = 0) -> None:
        self.there: dict[UUID, int] = {}
        self.looks: list[set[UUID]] = []
        self._trouble = trouble

    async def look(self, keys: Sequence[UUID]) -> Mapping[UUID, int]:
        self.looks.append(set(keys))
        if len(self.looks) <= self._trouble:
            raise ConnectionResetError
        return {key: self.there[key] for key in keys if key in self.there}


async def test_all_who_wait_share_a_look() -> None:
    things, keys = Things(), [new_id() for _ in range(5)]
    watch = Watch(things.look, every=SOON)
    waiting = [
        asyncio.create_task(watch.until(key, lambda _: True, LONG)) for key in keys
    ]
    await asyncio.sleep(0)
    things.there = dict.fromkeys(keys, 1)

    assert await asyncio.gather(*waiting) == [True] * 5
    assert things.looks[0] == set(keys)


async def test_each_waits_for_what_suits_it() -> None:
    things, key = Things(), new_id()
    watch = Watch(things.look, every=SOON)
    things.there[key] = 1
    waiting = asyncio.create_task(watch.until(key, lambda seen: seen != 1, LONG))
    assert await watch.until(key, lambda seen: seen == 1, LONG)
    assert not waiting.done()
    things.there[key] = 2
    assert await waiting


async def test_what_does_not_come_is_waited_for_no_longer() -> None:
    watch = Watch(Things().look, every=SOON)
    assert not await watch.until(new_id(), lambda _: True, 0.01)


async def test_who_will_not_wait_costs_no_look() -> None:
    things = Things()
    assert not await Watch(things.look).until(new_id(), lambda _: True, 0)
    assert things.looks == []


async def test_once_nobody_waits_nothing_is_looked_at() -> None:
    """A question after the end of a service would open a connection for good."""
    things = Things()
    watch = Watch(things.look, every=timedelta(seconds=0.1))
    assert not await watch.until(new_id(), lambda _: True, 0.01)
    assert watch._looking is not None
    await watch._looking
    assert len(things.looks) == 1


async def test_it_looks_again_after_trouble() -> None:
    things, key = Things(trouble=2), new_id()
    things.there[key] = 1
    watch = Watch(things.look, every=SOON)

    assert await watch.until(key, lambda _: True, LONG)
    assert len(things.looks) == 3
