"""`/api/events/{id}/availability`: once, and as it changes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar
from openapi_kit import served
from sqlalchemy import event as sql
from stream_desk import ASKED, watching
from tickets_desk import (
    A_MOMENT,
    EVENTS,
    NOW,
    Browse,
    Desk,
    MovableClock,
    fault,
    named,
    person,
    stock,
)

from common.asgi import ASGIApp
from common.http.streams import Reader
from common.ids import new_id
from common.testing.people import People
from common.testing.waiting import eventually
from tickets.app import create_http
from tickets.board import Board
from tickets.board.topic import Topic
from tickets.domain.events import EventDetails, EventStatus
from tickets.models import Event, Ticket


@pytest_asyncio.fixture
async def url(api: Litestar) -> AsyncIterator[str]:
    async with served(cast("ASGIApp", api)) as url:
        yield url


@pytest_asyncio.fixture
async def tickets(desk: Desk) -> list[Ticket]:
    """Two tickets of one event, ten left of each."""
    seller = person()
    event = await desk.announce(seller)
    offered = [await desk.offer(seller, event_id=event.id) for _ in range(2)]
    for each in offered:
        await desk.take(each)
    return offered


def path_of(thing: Ticket | Event) -> str:
    event_id = thing.id if isinstance(thing, Event) else thing.event_id
    return f"{EVENTS}/{event_id}/availability"


@pytest.fixture
def queries(desk: Desk) -> Counter[str]:
    """How often each statement was sent to the database."""
    counted: Counter[str] = Counter()

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counted[statement] += 1

    sql.listen(desk.database.engine.sync_engine, "before_cursor_execute", count)
    return counted


class TestLooking:
    async def test_it_is_what_is_left_now(
        self, desk: Desk, browse: Browse, clock: MovableClock
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        path = path_of(event)
        await desk.take(ticket, held=4, sold=3)
        answer = await browse().get(path)
        assert answer.headers["Cache-Control"] == A_MOMENT
        assert answer.headers["Vary"] == "Accept"
        assert answer.json() == {
            "now": NOW.isoformat().replace("+00:00", "Z"),
            "tickets": [{"id": str(ticket.id), "available": 3, "status": "on_sale"}],
            "poll_after": 2,
        }
        clock.advance(days=31)
        shown = (await browse().get(path)).json()
        assert (shown["tickets"][0]["status"], shown["poll_after"]) == ("ended", 30)

    async def test_its_owner_sees_an_edit_at_once(
        self, desk: Desk, browse: Browse
    ) -> None:
        seller = person()
        event = await desk.announce(seller, status=EventStatus.DRAFT)
        for count in range(3):
            answer = await browse(seller).get(path_of(event))
            assert len(answer.json()["tickets"]) == count
            assert answer.headers["Cache-Control"] == "no-store"
            await desk.offer(seller, event_id=event.id)

    async def test_a_crowd_costs_the_database_one_question(
        self, browse: Browse, tickets: list[Ticket], queries: Counter[str]
    ) -> None:
        path, buyer = path_of(tickets[0]), browse()
        queries.clear()
        answers = await asyncio.gather(*(buyer.get(path) for _ in range(100)))
        assert {answer.status_code for answer in answers} == {200}
        assert max(queries.values()) < 10

    async def test_what_is_not_there_is_not_found(
        self, desk: Desk, browse: Browse
    ) -> None:
        draft = await desk.announce(person(), status=EventStatus.DRAFT)
        for headers in ({}, ASKED):
            for path in (path_of(draft), f"{EVENTS}/{new_id()}/availability"):
                answer = await browse(person()).get(path, headers=headers)
                assert fault(answer)[:2] == (404, "not-found")


class TestWatching:
    async def test_it_begins_with_what_is_left(
        self, url: str, tickets: list[Ticket]
    ) -> None:
        for headers in ({}, {"Last-Event-ID": "whatever"}):
            async with watching(url + path_of(tickets[0]), headers) as stream:
                assert stream.answer.headers["Content-Type"] == "text/event-stream"
                assert stream.answer.headers["Cache-Control"] == "no-store"
                assert (await stream.next()).text == "retry: 2000"
                snapshot = await stream.hear("snapshot")
            assert snapshot["now"] == "2026-12-01T12:00:00Z"
            assert snapshot["tickets"] == [
                {"id": str(each.id), "available": 10, "status": "on_sale"}
                for each in tickets
            ]

    async def test_then_only_what_changes_is_told(
        self, url: str, desk: Desk, tickets: list[Ticket], clock: MovableClock
    ) -> None:
        async with watching(url + path_of(tickets[0])) as stream:
            await stream.next()
            await stream.hear("snapshot")
            await desk.hear(stock(tickets[1].id, free=3, held=7))
            changed = await stream.hear("change")
            assert changed["tickets"] == [
                {"id": str(tickets[1].id), "available": 3, "status": "on_sale"}
            ]
            clock.advance(days=31)
            ended = (await stream.hear("change"))["tickets"]
            assert [each["status"] for each in ended] == ["ended", "ended"]

    async def test_who_looks_or_joins_costs_nothing_by_the_ticket(
        self, desk: Desk, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """They are thousands when a sale opens, each looking at all of its tickets."""
        assert tickets[0].event_id is not None
        event = await desk.events.get(tickets[0].event_id, visitor=None)
        topic = Topic(event, NOW)
        monkeypatch.delattr(Ticket, "status")
        assert topic.left(NOW, lambda seconds: seconds).shown.poll_after == 2
        topic.join(Reader(), NOW)

    async def test_other_tickets_are_told_as_a_whole(
        self, url: str, desk: Desk, clock: MovableClock
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        async with watching(url + path_of(event)) as stream:
            await stream.next()
            assert (await stream.hear("snapshot"))["tickets"] == []
            ticket = await desk.offer(seller, event_id=event.id)
            [offered] = (await stream.hear("snapshot"))["tickets"]
            assert offered == {
                "id": str(ticket.id),
                "available": 0,
                "status": "scheduled",
            }
            await desk.tickets.withdraw(ticket.id, editor=seller)
            assert (await stream.hear("snapshot"))["tickets"] == []
            assert clock.now == NOW

    async def test_a_hundred_viewers_are_one_to_the_database(
        self, url: str, desk: Desk, tickets: list[Ticket], queries: Counter[str]
    ) -> None:
        async with AsyncExitStack() as stack:
            path = url + path_of(tickets[0])
            streams = [
                await stack.enter_async_context(watching(path)) for _ in range(100)
            ]
            for stream in streams:
                await stream.next()
                await stream.hear("snapshot")
            await desk.take(tickets[0], sold=10)
            queries.clear()
            for stream in streams:
                await stream.hear("change")
            assert max(queries.values()) < 20

    async def test_a_silent_stream_is_kept_open(
        self, desk: Desk, people: People, tickets: list[Ticket]
    ) -> None:
        board = Board(desk.events, silence=0.3)
        async with served(api_of(desk, people, board)) as url:
            async with watching(url + path_of(tickets[0])) as stream:
                await stream.next()
                await stream.hear("snapshot")
                assert (await stream.next()).text == ": ping"
                assert (await stream.next()).text == ": ping"
            board.close()

    async def test_it_ends_so_that_people_come_back_elsewhere(
        self, desk: Desk, people: People, tickets: list[Ticket]
    ) -> None:
        board = Board(desk.events, lasts=0.3)
        async with served(api_of(desk, people, board)) as url:
            async with watching(url + path_of(tickets[0])) as stream:
                await stream.next()
                await stream.hear("snapshot")
                assert await stream.over()
            board.close()

    async def test_there_is_room_for_so_many(
        self, desk: Desk, people: People, tickets: list[Ticket]
    ) -> None:
        board = Board(desk.events, most=1)
        async with served(api_of(desk, people, board)) as url:
            path = url + path_of(tickets[0])
            async with httpx.AsyncClient() as browser, watching(path):
                refused = await browser.get(path, headers=ASKED)
                assert fault(refused)[:2] == (503, "busy")
                assert refused.headers["Retry-After"] == "30"
                assert (await browser.get(path)).status_code == 200

            async def admitted() -> bool:
                async with watching(path) as stream:
                    return stream.answer.status_code == 200

            await eventually(admitted)
            board.close()

    async def test_to_be_told_to_stop_ends_every_stream(
        self, url: str, board: Board, tickets: list[Ticket]
    ) -> None:
        async with watching(url + path_of(tickets[0])) as stream:
            await stream.next()
            await stream.hear("snapshot")
            board.close()
            assert await stream.over()

    async def test_drafts_are_watched_by_their_owner_alone(
        self, url: str, desk: Desk, people: People
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        path, own = url + path_of(event), people.headers(seller)
        async with watching(path) as stream:
            await stream.next()
            await stream.hear("snapshot")
            await desk.events.edit(event.id, hidden, editor=seller)
            assert await stream.over()
        async with watching(path) as stranger:
            assert stranger.answer.status_code == 404
        async with watching(path, own) as stream:
            await stream.next()
            assert (await stream.hear("snapshot"))["tickets"] == []

    async def test_an_edit_of_words_is_no_news(
        self, url: str, desk: Desk, tickets: list[Ticket]
    ) -> None:
        seller = person(user_id=tickets[0].seller_id)
        event_id = tickets[0].event_id
        assert event_id is not None
        async with watching(url + path_of(tickets[0])) as stream:
            await stream.next()
            await stream.hear("snapshot")
            await desk.events.edit(event_id, named("Encore"), editor=seller)
            await desk.take(tickets[0], held=10)
            [changed] = (await stream.hear("change"))["tickets"]
            assert changed["status"] == "all_held"

    async def test_to_ask_for_the_head_alone_ends(
        self, url: str, tickets: list[Ticket]
    ) -> None:
        async with httpx.AsyncClient() as browser:
            path = url + path_of(tickets[0])
            answer = await browser.head(path, headers=ASKED)
            assert answer.headers["Content-Type"] == "text/event-stream"


def api_of(desk: Desk, people: People, board: Board) -> ASGIApp:
    api = create_http(desk.events, desk.tickets, people.verifier, board=board)
    return cast("ASGIApp", api)


def hidden(present: EventDetails) -> EventDetails:
    return replace(present, status=EventStatus.DRAFT)
