"""What orders says is left, in any order and repetition."""

import asyncio
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.event import listen
from tickets_desk import (
    Desk,
    person,
    stock,
)

from common.ids import new_id
from common.messages import StockChanged, TicketStock


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[StockChanged], list[list[StockChanged]]]:
    """What orders said of two stocks and two tickets, and how it arrived."""
    tickets = [new_id(), new_id()]
    units = st.integers(0, 1000)
    told = [
        StockChanged(
            stock_id=stock_id,
            version=version,
            free=draw(units),
            tickets=tuple(
                TicketStock(ticket_id=ticket, held=draw(units), sold=draw(units))
                for ticket in draw(st.sets(st.sampled_from(tickets)))
            ),
        )
        for stock_id in (new_id(), new_id())
        for version in range(1, draw(st.integers(2, 5)))
    ]
    again = draw(st.lists(st.sampled_from(told), max_size=6))
    arrived = draw(st.permutations([*told, *again]))
    cuts = sorted(draw(st.sets(st.integers(1, len(arrived)), max_size=4)))
    bounds = [0, *cuts, len(arrived)]
    lists = [arrived[a:b] for a, b in pairwise(bounds) if a < b]
    return told, lists


class TestShowingStock:
    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(story=stories())
    async def test_any_order_and_repetition_ends_in_the_newest_of_each_stock(
        self,
        desk: Desk,
        story: tuple[list[StockChanged], list[list[StockChanged]]],
    ) -> None:
        told, lists = story
        for arrived in lists:
            await desk.hear(*arrived)
        newest = {stock.stock_id: stock for stock in told}
        expected = {
            (part.ticket_id, stock.stock_id): (
                stock.version,
                stock.free,
                part.held,
                part.sold,
            )
            for stock in newest.values()
            for part in stock.tickets
        }
        query = text("""
            SELECT t.ticket_id, t.stock_id, s.version, s.free, t.held, t.sold
            FROM stocks s JOIN ticket_stocks t ON t.stock_id = s.id
            WHERE s.id = ANY(:stocks)""")
        async with desk.database.transaction() as tx:
            rows = await tx.session.execute(query, {"stocks": list(newest)})
            kept = {(row[0], row[1]): tuple(row[2:]) for row in rows}
        assert kept == expected

    async def test_a_ticket_shows_the_least_of_its_stocks(self, desk: Desk) -> None:
        ticket = await desk.offer(person())
        await desk.hear(stock(ticket.id, free=7), stock(ticket.id, free=4))
        assert (await desk.find(ticket)).available == 4

    async def test_what_came_before_its_ticket_is_not_lost(self, desk: Desk) -> None:
        early = stock(new_id(), free=3)
        await desk.hear(early)
        query = text("SELECT free FROM stocks WHERE id = :id")
        async with desk.database.transaction() as tx:
            assert await tx.session.scalar(query, {"id": early.stock_id}) == 3

    async def test_a_long_list_is_written_in_three_statements(self, desk: Desk) -> None:
        sent: list[str] = []

        def note(*call: Any) -> None:
            sent.append(call[2])

        listen(desk.database.engine.sync_engine, "before_cursor_execute", note)
        await desk.hear(*(stock(new_id(), free=n) for n in range(1000)))
        assert len([each for each in sent if "stocks" in each]) == 3

    async def test_lists_at_once_do_not_block_each_other(self, desk: Desk) -> None:
        tickets = [new_id() for _ in range(20)]
        told = [stock(ticket, free=1) for ticket in tickets]
        newer = [
            StockChanged(
                stock_id=said.stock_id, version=2, free=2, tickets=said.tickets
            )
            for said in reversed(told)
        ]
        await asyncio.gather(desk.hear(*told), desk.hear(*newer), desk.hear(*told))
        query = text("SELECT DISTINCT version, free FROM stocks")
        async with desk.database.transaction() as tx:
            assert [tuple(row) for row in await tx.session.execute(query)] == [(2, 2)]
