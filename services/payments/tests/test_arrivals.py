"""Orders just made are looked for by one question, however many wait."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest
from payments_desk import Desk, order_of, person

from common.ids import new_id
from payments.arrivals import Arrivals
from payments.repository import Repository


async def test_all_who_wait_share_a_look(desk: Desk) -> None:
    looks: list[set[UUID]] = []

    class Counted(Repository):
        async def buyers_of(self, order_ids: Iterable[UUID]) -> dict[UUID, UUID]:
            looks.append(set(order_ids))
            return await super().buyers_of(order_ids)

    arrivals = Arrivals(desk.database, patience=timedelta(seconds=20), rows=Counted)
    buyer = person()
    orders = [order_of(buyer) for _ in range(5)]
    waiting = [
        asyncio.create_task(arrivals.heard_of(order.order_id, buyer.owners))
        for order in orders
    ]
    await asyncio.sleep(0)
    await desk.hear(*orders)

    assert await asyncio.gather(*waiting) == [True] * 5
    assert looks[0] == {order.order_id for order in orders}


async def test_once_nobody_waits_nothing_is_asked(desk: Desk) -> None:
    """A question after the end of the service would open a connection for good."""

    class Unasked(Repository):
        async def buyers_of(self, order_ids: Iterable[UUID]) -> dict[UUID, UUID]:
            pytest.fail(f"asked for {set(order_ids)}")

    patience = timedelta(seconds=0.01)
    arrivals = Arrivals(desk.database, patience=patience, rows=Unasked)
    assert not await arrivals.heard_of(new_id(), person().owners)
    assert arrivals._looking is not None
    await arrivals._looking


async def test_somebody_elses_order_is_as_unknown_as_none(desk: Desk) -> None:
    order = await desk.order(person())
    patience = timedelta(seconds=0.2)
    arrivals = Arrivals(desk.database, patience=patience, rows=Repository)

    assert not await arrivals.heard_of(order.order_id, person().owners)


async def test_it_looks_again_after_trouble(desk: Desk) -> None:
    tries: list[None] = []

    class Shaken(Repository):
        async def buyers_of(self, order_ids: Iterable[UUID]) -> dict[UUID, UUID]:
            tries.append(None)
            if len(tries) == 1:
                raise ConnectionResetError
            return await super().buyers_of(order_ids)

    buyer = person()
    order = await desk.order(buyer)
    arrivals = Arrivals(desk.database, patience=timedelta(seconds=20), rows=Shaken)

    assert await arrivals.heard_of(order.order_id, buyer.owners)
