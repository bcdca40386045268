"""Questions asked of the database, and what it refuses by itself."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.event import listen
from sqlalchemy.exc import IntegrityError
from tickets_desk import NOW, Desk, named, person, stock

from common.database import Transaction
from common.ids import new_id
from tickets.domain.events import EventSearch, Venue
from tickets.domain.tickets import TicketSearch
from tickets.domain.words import words_of
from tickets.models import Event
from tickets.repository import EventRepository, TicketRepository, read_marks


async def names(desk: Desk, **search: Any) -> list[str]:
    async with desk.database.transaction() as tx:
        events = await EventRepository(tx).page(
            EventSearch(**search), viewer=None, now=desk.clock.now
        )
    return [event.name for event in events]


async def titles(desk: Desk, **search: Any) -> list[str]:
    async with desk.database.transaction() as tx:
        tickets = await TicketRepository(tx).page(TicketSearch(**search), viewer=None)
    return [ticket.title for ticket in tickets]


async def plan(desk: Desk, look: Callable[[Transaction], Awaitable[object]]) -> str:
    """How the database goes about the first query of `look`."""
    asked: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:
        asked.append((call[2], call[3]))

    async with desk.database.transaction() as tx:
        connection = (await tx.session.connection()).sync_connection
        listen(connection, "before_cursor_execute", note)
        await look(tx)
        statement, values = asked[0]
        explained = await tx.session.connection()
        lines = await explained.exec_driver_sql(f"EXPLAIN {statement}", values)
        return "\n".join(line for (line,) in lines)


class TestPagesOfEvents:
    async def test_soonest_first_what_runs_and_what_comes(self, desk: Desk) -> None:
        seller, hour = person(), timedelta(hours=1)
        for name, starts_at, ends_at in (
            ("to come", NOW + hour, None),
            ("over", NOW - 2 * hour, NOW - hour),
            ("over at its start", NOW - hour / 2, None),
            ("runs", NOW - hour, NOW + hour),
            ("runs for long", NOW - 99 * hour, NOW + 99 * hour),
        ):
            await desk.announce(seller, name=name, starts_at=starts_at, ends_at=ends_at)
        assert await names(desk) == ["runs for long", "runs", "to come"]
        assert await names(desk, starts_from=NOW - hour) == [
            "runs",
            "over at its start",
            "to come",
        ]
        assert await names(desk, starts_to=NOW) == ["runs for long", "runs"]

    async def test_a_page_goes_on_where_the_last_one_ended(self, desk: Desk) -> None:
        seller = person()
        for number in range(5):
            starts_at = NOW + timedelta(days=number // 2, hours=1)
            await desk.announce(seller, name=str(number), starts_at=starts_at)
        seen: list[str] = []
        after: Any = None
        while len(seen) < 5:
            async with desk.database.transaction() as tx:
                search = EventSearch(after=after, limit=2)
                found = await EventRepository(tx).page(search, viewer=None, now=NOW)
            shown = found[:2]
            seen += [event.name for event in shown]
            after = (shown[-1].starts_at, shown[-1].id)
        assert seen == ["0", "1", "2", "3", "4"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("last waltz", True),
            ("WALTZ", True),
            ("wal", True),
            ("lódz klub", True),
            ("waltz krakow", False),
            ("altz", False),
            ("🎸", False),
        ],
    )
    async def test_all_words_are_found_by_their_beginnings(
        self, desk: Desk, query: str, *, found: bool
    ) -> None:
        venue = Venue("Klub Łódzki", None, "Łódź", None, "PL")
        await desk.announce(person(), name="The Last Waltz", venue=venue)
        assert bool(await names(desk, words=words_of(query))) is found

    async def test_filters_narrow(self, desk: Desk) -> None:
        ada, bob = person(), person()
        hall = Venue("Halle", None, "München", None, "DE")
        await desk.announce(ada, name="here", venue=hall)
        await desk.announce(bob, name="there")
        assert await names(desk, city="munchen") == ["here"]
        assert await names(desk, country="DE", seller_id=bob.user_id) == ["there"]
        assert await names(desk, country="FR") == []

    async def test_tickets_of_a_single_one_come_along(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        await desk.take(ticket, held=2, sold=3)
        async with desk.database.transaction() as tx:
            found = await EventRepository(tx).get(event.id)
        assert found is not None
        assert [t.available for t in found.tickets] == [5]
        assert found.tickets[0].event is found


class TestPagesOfTickets:
    async def test_newest_first(self, desk: Desk) -> None:
        seller = person()
        for title in ("first", "second", "third"):
            await desk.offer(seller, title=title)
        assert await titles(desk) == ["third", "second", "first"]
        assert await titles(desk, limit=1) == ["third", "second"]

    async def test_a_ticket_is_found_by_its_event_as_well(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller, name="Última Noche")
        await desk.offer(seller, title="Early Bird", event_id=event.id)
        assert await titles(desk, words=words_of("ultima bird")) == ["Early Bird"]
        assert await titles(desk, words=words_of("ultima balcony")) == []
        assert await titles(desk, event_id=event.id) == ["Early Bird"]
        assert await titles(desk, event_id=new_id()) == []
        assert await titles(desk, seller_id=person().user_id) == []


CROWD = (
    """INSERT INTO events (id, seller_id, status, name, venue_name, venue_city,
        venue_country, timezone, starts_at_local, starts_at, ends_at, words, city_key,
        created_at, updated_at, version)
    SELECT uuidv7(), gen_random_uuid(), 'published', 'Event ' || n, 'Hall',
        'City ' || n % 500, 'DE', 'UTC', at, at AT TIME ZONE 'UTC',
        (at + interval '2 hours') AT TIME ZONE 'UTC', ARRAY['w' || n],
        'city ' || n % 500, now(), now(), 1
    FROM generate_series(1, 5000) AS n,
        LATERAL (SELECT timestamp '2026-11-01' + n * interval '1 hour') AS t (at)""",
    """INSERT INTO tickets (id, seller_id, event_id, title, price, currency, quantity,
        max_per_buyer, words, event_words, created_at, updated_at, version)
    SELECT uuidv7(), seller_id, id, 'Floor', 1, 'usd', 1, 1, ARRAY['floor'], words,
        now(), now(), 1 FROM events""",
    "ANALYZE",
)


class TestMarks:
    async def test_they_move_with_all_that_what_is_left_follows_from(
        self, desk: Desk
    ) -> None:
        seller = person()
        event, other = [await desk.announce(seller) for _ in range(2)]
        seen: list[str] = []

        async def moved() -> bool:
            marks = await desk.events.marks([event.id, other.id, new_id()])
            assert set(marks) == {event.id, other.id}
            seen.append(marks[event.id])
            return seen.count(seen[-1]) == 1

        assert await moved()
        ticket = await desk.offer(seller, event_id=event.id)
        assert await moved()
        await desk.hear(told := stock(ticket.id))
        assert await moved()
        await desk.hear(replace(told, version=2, free=9))
        assert await moved()
        await desk.events.edit(event.id, named("Encore"), editor=seller)
        assert await moved()
        await desk.tickets.withdraw(ticket.id, editor=seller)
        assert await moved()
        await desk.hear(replace(told, version=3, free=8))
        assert not await moved()

    async def test_all_of_a_tour_are_one_question(self, desk: Desk) -> None:
        seller = person()
        events = [await desk.announce(seller) for _ in range(3)]
        ids = [event.id for event in events]
        found = await plan(desk, lambda tx: read_marks(tx, ids))
        assert "Index Cond: (event_id = e.id)" in found, found
        assert "Index Cond: (ticket_id = t.id)" in found, found


class TestIndexes:
    @pytest.fixture
    async def crowd(self, desk: Desk) -> None:
        async with desk.database.transaction() as tx:
            for statement in CROWD:
                await tx.session.execute(text(statement))

    @pytest.mark.usefixtures("crowd")
    @pytest.mark.parametrize(
        ("search", "indexes"),
        [
            (EventSearch(), {"events_lasts_idx", "events_starts_at_idx"}),
            (EventSearch(starts_from=NOW), {"events_starts_at_idx"}),
            (EventSearch(words=["w77"]), {"events_search_idx"}),
            (EventSearch(city="City 7"), {"events_city_key_idx"}),
            (EventSearch(seller_id=new_id()), {"events_seller_id_idx"}),
        ],
    )
    async def test_a_list_of_events_never_reads_them_all(
        self, desk: Desk, search: EventSearch, indexes: set[str]
    ) -> None:
        def look(tx: Transaction) -> Awaitable[object]:
            return EventRepository(tx).page(search, viewer=None, now=NOW)

        found = await plan(desk, look)
        assert all(index in found for index in indexes), found
        assert "Seq Scan on events" not in found

    @pytest.mark.usefixtures("crowd")
    @pytest.mark.parametrize(
        ("search", "index"),
        [
            (TicketSearch(), "tickets_on_offer_idx"),
            (TicketSearch(words=["w77"]), "tickets_search_idx"),
            (TicketSearch(event_id=new_id()), "tickets_event_id_idx"),
            (TicketSearch(seller_id=new_id()), "tickets_seller_id_idx"),
        ],
    )
    async def test_a_list_of_tickets_never_reads_them_all(
        self, desk: Desk, search: TicketSearch, index: str
    ) -> None:
        def look(tx: Transaction) -> Awaitable[object]:
            return TicketRepository(tx).page(search, viewer=None)

        found = await plan(desk, look)
        assert index in found, found
        assert "Seq Scan on tickets" not in found


class TestConstraints:
    @pytest.mark.parametrize(
        "change",
        [
            "price = -1",
            "price = 100000000",
            "quantity = 0",
            "quantity = 1000001",
            "currency = 'USD'",
            "title = ''",
            "title = repeat('x', 201)",
            "version = 0",
            "sale_starts_at = now(), sale_ends_at = now()",
            "event_id = gen_random_uuid()",
        ],
    )
    async def test_no_ticket_is_out_of_bounds(self, desk: Desk, change: str) -> None:
        await desk.offer(person())
        with pytest.raises(IntegrityError):
            async with desk.database.transaction() as tx:
                await tx.session.execute(text(f"UPDATE tickets SET {change}"))

    @pytest.mark.parametrize(
        "change",
        [
            "status = 'postponed'",
            "name = ''",
            "ends_at = starts_at",
            "venue_country = 'de'",
            "description = repeat('x', 10001)",
        ],
    )
    async def test_no_event_is_out_of_bounds(self, desk: Desk, change: str) -> None:
        await desk.announce(person())
        with pytest.raises(IntegrityError):
            async with desk.database.transaction() as tx:
                await tx.session.execute(text(f"UPDATE events SET {change}"))


class TestCarryingOver:
    async def test_it_leaves_deleted_tickets_and_other_events_alone(
        self, desk: Desk
    ) -> None:
        seller = person()
        event, other = await desk.announce(seller), await desk.announce(seller)
        gone = await desk.offer(seller, event_id=event.id)
        await desk.tickets.withdraw(gone.id, editor=seller)
        elsewhere = await desk.offer(seller, event_id=other.id)
        async with desk.database.transaction() as tx:
            locked = await EventRepository(tx).lock(event.id)
            assert isinstance(locked, Event)
            await TicketRepository(tx).carry_over(locked, NOW)
            versions = await tx.session.execute(text("SELECT id, version FROM tickets"))
            found = {row.id: row.version for row in versions}
        assert found == {gone.id: 2, elsewhere.id: 1}
