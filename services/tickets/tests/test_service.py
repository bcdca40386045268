"""What sellers do, and what becomes of it when they do it at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tickets_desk import BERLIN, NOW, Desk, floor, person, show, stock

from common.errors import Changed, Invalid, KeyReused, NotYours
from common.idempotency import Keyed, keyed
from common.identity import Identity
from common.ids import new_id
from common.messages import StockChanged, TicketStock
from tickets.domain.events import EventDetails, EventSearch, EventStatus, When
from tickets.domain.tickets import TicketSearch, TicketStatus, TicketTerms
from tickets.errors import (
    EventCancelled,
    EventNotFound,
    HoldsOrSales,
    TicketNotFound,
    TooManyTickets,
)
from tickets.models import Event


def a_key(user: Identity, body: bytes = b"{}") -> Keyed:
    return keyed(user_id=user.user_id, route="POST /api", key="once", body=body)


def named(name: str) -> Any:
    def change(present: EventDetails) -> EventDetails:
        return replace(present, name=name)

    return change


def titled(title: str, **changes: Any) -> Any:
    def change(present: TicketTerms) -> TicketTerms:
        return replace(present, title=title, **changes)

    return change


async def cancel(desk: Desk, event: Event) -> None:
    """As the route of a later day will."""
    async with desk.database.transaction() as tx:
        cancelled = text("UPDATE events SET status = 'cancelled' WHERE id = :id")
        await tx.session.execute(cancelled, {"id": event.id})


class TestAnnouncing:
    async def test_an_event_is_published_at_once(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        assert (event.status, event.version) == (EventStatus.PUBLISHED, 1)
        assert event.seller_id == seller.user_id
        assert event.created_at == event.updated_at == NOW
        assert (await desk.events.get(event.id, visitor=None)).name == event.name

    async def test_a_draft_is_seen_by_its_owner_alone(self, desk: Desk) -> None:
        owner = person()
        draft = await desk.announce(owner, status=EventStatus.DRAFT)
        await desk.events.get(draft.id, visitor=owner)
        for visitor in (None, person()):
            with pytest.raises(EventNotFound):
                await desk.events.get(draft.id, visitor=visitor)
            assert not await desk.events.search(EventSearch(), visitor=visitor)
        assert await desk.events.search(EventSearch(), visitor=owner)

    async def test_the_same_request_twice_announces_once(self, desk: Desk) -> None:
        seller = person()
        key = a_key(seller)
        first = await desk.events.announce(show(), seller=seller, keyed=key)
        await desk.events.edit(first.thing.id, named("Renamed"), editor=seller)
        again = await desk.events.announce(show(), seller=seller, keyed=key)
        assert (first.replayed, again.replayed) == (False, True)
        assert again.thing.id == first.thing.id
        assert again.thing.name == "Renamed"

    async def test_the_same_key_for_another_body_is_refused(self, desk: Desk) -> None:
        seller = person()
        await desk.events.announce(show(), seller=seller, keyed=a_key(seller))
        with pytest.raises(KeyReused):
            await desk.events.announce(
                show(), seller=seller, keyed=a_key(seller, b"other")
            )

    async def test_the_same_request_at_once_announces_once(self, desk: Desk) -> None:
        seller = person()
        made = await asyncio.gather(
            *(
                desk.events.announce(show(), seller=seller, keyed=a_key(seller))
                for _ in range(5)
            )
        )
        assert len({event.id for event, _ in made}) == 1
        assert sorted(replayed for _, replayed in made) == [
            False,
            True,
            True,
            True,
            True,
        ]


class TestEditingEvents:
    async def test_an_edit_is_a_new_version(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        desk.clock.advance(hours=1)
        edited = await desk.events.edit(event.id, named("Encore"), editor=seller)
        assert (edited.name, edited.version) == ("Encore", 2)
        assert edited.updated_at == NOW + timedelta(hours=1)

    async def test_an_edit_of_nothing_is_none(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        edited = await desk.events.edit(event.id, lambda same: same, editor=seller)
        assert edited.version == 1

    async def test_strangers_change_nothing(self, desk: Desk) -> None:
        owner, stranger = person(), person()
        event = await desk.announce(owner)
        draft = await desk.announce(owner, status=EventStatus.DRAFT)
        with pytest.raises(NotYours):
            await desk.events.edit(event.id, named("Mine"), editor=stranger)
        for hidden in (draft.id, new_id()):
            with pytest.raises(EventNotFound):
                await desk.events.edit(hidden, named("Mine"), editor=stranger)

    async def test_what_was_not_read_is_not_changed(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        await desk.events.edit(
            event.id, named("Encore"), editor=seller, expected=frozenset({1, 7})
        )
        with pytest.raises(Changed):
            await desk.events.edit(
                event.id, named("Finale"), editor=seller, expected=frozenset({1})
            )

    async def test_of_two_editors_at_once_one_wins(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        for version in range(1, 11):
            outcomes = await asyncio.gather(
                *(
                    desk.events.edit(
                        event.id,
                        named(f"{name} {version}"),
                        editor=seller,
                        expected=frozenset({version}),
                    )
                    for name in ("Ada", "Bob")
                ),
                return_exceptions=True,
            )
            won = [outcome for outcome in outcomes if isinstance(outcome, Event)]
            lost = [outcome for outcome in outcomes if isinstance(outcome, Changed)]
            assert (len(won), len(lost)) == (1, 1)
            assert won[0].version == version + 1

    async def test_every_ticket_tells_what_changed(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        tickets = [await desk.offer(seller, event_id=event.id) for _ in range(3)]
        gone = await desk.offer(seller, event_id=event.id)
        await desk.tickets.withdraw(gone.id, editor=seller)
        await desk.events.edit(event.id, named("Encore"), editor=seller)
        said = await desk.said("tickets.updated")
        assert [m["ticket_id"] for m in said] == [str(t.id) for t in tickets]
        assert {m["version"] for m in said} == {2}
        assert {m["event"]["name"] for m in said} == {"Encore"}
        assert (await desk.find(tickets[0])).version == 2
        found = await desk.tickets.search(TicketSearch(words=["encore"]), visitor=None)
        assert len(found) == 3

    async def test_what_tickets_do_not_tell_leaves_them_alone(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        edited = await desk.events.edit(
            event.id, lambda e: replace(e, description="Long."), editor=seller
        )
        assert edited.version == 2
        assert (await desk.find(ticket)).version == 1
        assert not await desk.said("tickets.updated")

    async def test_a_thousand_tickets_are_told_in_one_transaction(
        self, desk: Desk
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        copies = text("""
            INSERT INTO tickets (id, seller_id, event_id, title, price, currency,
                quantity, max_per_buyer, words, event_words, created_at, updated_at,
                version)
            SELECT gen_random_uuid(), seller_id, event_id, title, price, currency,
                quantity, max_per_buyer, words, event_words, created_at, updated_at,
                version
            FROM tickets, generate_series(2, 1000) WHERE id = :id""")
        async with desk.database.transaction() as tx:
            await tx.session.execute(copies, {"id": ticket.id})
        await desk.events.edit(event.id, named("Encore"), editor=seller)
        assert len(await desk.said("tickets.updated")) == 1000
        async with desk.database.transaction() as tx:
            rows = text("SELECT count(*) FROM outbox WHERE subject = 'tickets.updated'")
            assert await tx.session.scalar(rows) in (2, 3)
        with pytest.raises(TooManyTickets):
            await desk.offer(seller, event_id=event.id)

    async def test_an_event_with_buyers_stays_published(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)

        def hide(present: EventDetails) -> EventDetails:
            return replace(present, status=EventStatus.DRAFT)

        await desk.take(ticket, held=1)
        with pytest.raises(HoldsOrSales):
            await desk.events.edit(event.id, hide, editor=seller)

    async def test_a_sold_out_event_may_be_put_off(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        await desk.take(ticket, sold=10)
        later = When.at(NOW + timedelta(days=60), BERLIN, None)
        edited = await desk.events.edit(
            event.id, lambda e: replace(e, when=later), editor=seller
        )
        assert edited.starts_at == later.starts_at

    async def test_its_currency_is_that_of_its_tickets(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        await desk.offer(seller, event_id=event.id, currency="eur")
        assert (await desk.events.get(event.id, visitor=None)).prices_in == "eur"
        with pytest.raises(Invalid):
            await desk.events.edit(
                event.id, lambda e: replace(e, currency="usd"), editor=seller
            )


class TestOffering:
    async def test_a_ticket_waits_for_its_stock(self, desk: Desk) -> None:
        ticket = await desk.offer(person())
        assert (ticket.status(NOW), ticket.available) == (TicketStatus.SCHEDULED, 0)
        assert (ticket.currency, ticket.fee, ticket.version) == ("usd", 0, 1)
        await desk.hear(stock(ticket.id, free=10))
        shown = await desk.find(ticket)
        assert (shown.status(NOW), shown.available) == (TicketStatus.ON_SALE, 10)
        assert shown.version == 1

    async def test_it_says_itself_and_its_event(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller, ends_at=NOW + timedelta(days=31))
        ticket = await desk.offer(seller, event_id=event.id)
        [said] = await desk.said("tickets.created")
        assert said["ticket_id"] == str(ticket.id)
        assert said["seller_id"] == str(seller.user_id)
        assert (said["version"], said["price"], said["fee"]) == (1, 2550, 0)
        assert said["event"] == {
            "id": str(event.id),
            "status": "published",
            "name": "The Last Waltz",
            "venue": {
                "name": "Festsaal",
                "city": "Berlin",
                "country": "DE",
                "street": None,
                "postal_code": None,
            },
            "timezone": BERLIN,
            "starts_at": "2026-12-31T12:00:00Z",
            "starts_at_local": "2026-12-31T13:00:00",
            "ends_at": "2027-01-01T12:00:00Z",
        }

    async def test_the_event_is_ones_own(self, desk: Desk) -> None:
        owner, stranger = person(), person()
        event = await desk.announce(owner)
        draft = await desk.announce(owner, status=EventStatus.DRAFT)
        with pytest.raises(NotYours):
            await desk.offer(stranger, event_id=event.id)
        for hidden in (draft.id, new_id()):
            with pytest.raises(EventNotFound):
                await desk.offer(stranger, event_id=hidden)

    async def test_a_cancelled_event_takes_no_more(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        await cancel(desk, event)
        with pytest.raises(EventCancelled):
            await desk.offer(seller, event_id=event.id)

    async def test_an_event_has_one_currency(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller, currency="eur")
        ticket = await desk.offer(seller, event_id=event.id)
        assert ticket.currency == "eur"
        with pytest.raises(Invalid):
            await desk.offer(seller, event_id=event.id, currency="usd")

    async def test_first_tickets_at_once_agree_on_a_currency(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        outcomes = await asyncio.gather(
            *(
                desk.offer(seller, event_id=event.id, currency=currency)
                for currency in ("eur", "usd", "jpy", "gbp")
            ),
            return_exceptions=True,
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, Invalid)]
        assert len(refused) == 3

    async def test_the_same_request_at_once_offers_once(self, desk: Desk) -> None:
        seller = person()
        made = await asyncio.gather(
            *(
                desk.tickets.offer(floor(), seller=seller, keyed=a_key(seller))
                for _ in range(3)
            )
        )
        assert len({ticket.id for ticket, _ in made}) == 1
        assert len(await desk.said("tickets.created")) == 1

    async def test_a_repeated_request_for_what_is_deleted_finds_nothing(
        self, desk: Desk
    ) -> None:
        seller = person()
        key = a_key(seller)
        ticket, _ = await desk.tickets.offer(floor(), seller=seller, keyed=key)
        await desk.tickets.withdraw(ticket.id, editor=seller)
        with pytest.raises(TicketNotFound):
            await desk.tickets.offer(floor(), seller=seller, keyed=key)

    async def test_tickets_of_a_draft_are_seen_by_its_owner_alone(
        self, desk: Desk
    ) -> None:
        owner = person()
        draft = await desk.announce(owner, status=EventStatus.DRAFT)
        ticket = await desk.offer(owner, event_id=draft.id)
        await desk.find(ticket, owner)
        for visitor in (None, person()):
            with pytest.raises(TicketNotFound):
                await desk.find(ticket, visitor)
            assert not await desk.tickets.search(TicketSearch(), visitor=visitor)
        assert await desk.tickets.search(TicketSearch(), visitor=owner)


class TestEditingTickets:
    async def test_an_edit_is_a_new_version_and_is_said(self, desk: Desk) -> None:
        seller = person()
        ticket = await desk.offer(seller)
        edited = await desk.tickets.edit(
            ticket.id, titled("Arena", price=3000), editor=seller
        )
        assert (edited.title, edited.version) == ("Arena", 2)
        [said] = await desk.said("tickets.updated")
        assert (said["title"], said["price"], said["version"]) == ("Arena", 3000, 2)

    async def test_an_edit_of_nothing_is_not_said(self, desk: Desk) -> None:
        seller = person()
        ticket = await desk.offer(seller)
        edited = await desk.tickets.edit(ticket.id, lambda same: same, editor=seller)
        assert edited.version == 1
        assert not await desk.said("tickets.updated")

    async def test_strangers_change_nothing(self, desk: Desk) -> None:
        ticket, stranger = await desk.offer(person()), person()
        with pytest.raises(NotYours):
            await desk.tickets.edit(ticket.id, titled("Mine"), editor=stranger)
        with pytest.raises(NotYours):
            await desk.tickets.withdraw(ticket.id, editor=stranger)
        with pytest.raises(TicketNotFound):
            await desk.tickets.withdraw(new_id(), editor=stranger)

    async def test_stock_never_makes_an_editor_late(self, desk: Desk) -> None:
        seller = person()
        ticket = await desk.offer(seller)
        await desk.take(ticket, held=3)
        edited = await desk.tickets.edit(
            ticket.id, titled("Arena"), editor=seller, expected=frozenset({1})
        )
        assert edited.version == 2

    async def test_of_two_editors_at_once_one_wins(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        for version in range(1, 11):
            outcomes = await asyncio.gather(
                *(
                    desk.tickets.edit(
                        ticket.id,
                        titled(f"{name} {version}"),
                        editor=seller,
                        expected=frozenset({version}),
                    )
                    for name in ("Ada", "Bob")
                ),
                return_exceptions=True,
            )
            lost = [outcome for outcome in outcomes if isinstance(outcome, Changed)]
            assert len(lost) == 1
        assert (await desk.find(ticket)).version == 11

    async def test_buyers_are_not_harmed(self, desk: Desk) -> None:
        seller = person()
        ticket = await desk.offer(seller)
        await desk.take(ticket, held=4, sold=6)
        for change in ({"price": 1}, {"quantity": 9}, {"currency": "eur"}):
            with pytest.raises(HoldsOrSales):
                await desk.tickets.edit(
                    ticket.id, titled("Floor", **change), editor=seller
                )
        with pytest.raises(HoldsOrSales):
            await desk.tickets.withdraw(ticket.id, editor=seller)
        more = titled("Arena", quantity=20, sale_starts_at=NOW)
        edited = await desk.tickets.edit(ticket.id, more, editor=seller)
        assert edited.quantity == 20

    async def test_a_ticket_may_move_to_another_event(self, desk: Desk) -> None:
        seller = person()
        here = await desk.announce(seller, name="Here")
        there = await desk.announce(seller, name="There")
        ticket = await desk.offer(seller, event_id=here.id)
        moved = titled("Floor", event_id=there.id)
        await desk.tickets.edit(ticket.id, moved, editor=seller)
        [said] = await desk.said("tickets.updated")
        assert said["event"]["name"] == "There"
        alone = titled("Floor", event_id=None)
        edited = await desk.tickets.edit(ticket.id, alone, editor=seller)
        assert edited.event is None
        assert (await desk.said("tickets.updated"))[-1]["event"] is None

    async def test_a_ticket_of_a_cancelled_event_may_still_be_worded(
        self, desk: Desk
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        await cancel(desk, event)
        edited = await desk.tickets.edit(ticket.id, titled("Arena"), editor=seller)
        assert edited.status(NOW) is TicketStatus.ENDED


class TestWithdrawing:
    async def test_a_withdrawn_ticket_is_gone_and_says_so(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        await desk.tickets.withdraw(ticket.id, editor=seller)
        with pytest.raises(TicketNotFound):
            await desk.find(ticket, seller)
        with pytest.raises(TicketNotFound):
            await desk.tickets.withdraw(ticket.id, editor=seller)
        assert not (await desk.events.get(event.id, visitor=None)).tickets
        assert not await desk.tickets.search(TicketSearch(), visitor=seller)
        [said] = await desk.said("tickets.deleted")
        assert (said["ticket_id"], said["version"]) == (str(ticket.id), 2)

    async def test_what_was_not_read_is_not_withdrawn(self, desk: Desk) -> None:
        seller = person()
        ticket = await desk.offer(seller)
        await desk.tickets.edit(ticket.id, titled("Arena"), editor=seller)
        with pytest.raises(Changed):
            await desk.tickets.withdraw(
                ticket.id, editor=seller, expected=frozenset({1})
            )


class TestRaces:
    async def test_an_edit_and_a_withdrawal_end_in_one_of_both(
        self, desk: Desk
    ) -> None:
        seller = person()
        for _ in range(10):
            ticket = await desk.offer(seller)
            edited, gone = await asyncio.gather(
                desk.tickets.edit(ticket.id, titled("Arena"), editor=seller),
                desk.tickets.withdraw(ticket.id, editor=seller),
                return_exceptions=True,
            )
            assert gone is None
            assert not isinstance(edited, Exception) or isinstance(
                edited, TicketNotFound
            )
            deleted = [
                said["version"]
                for said in await desk.said("tickets.deleted")
                if said["ticket_id"] == str(ticket.id)
            ]
            assert deleted == [2 if isinstance(edited, TicketNotFound) else 3]

    async def test_the_last_word_of_every_ticket_tells_the_event_as_it_is(
        self, desk: Desk
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        for number in range(10):
            await asyncio.gather(
                desk.events.edit(event.id, named(f"Name {number}"), editor=seller),
                desk.tickets.edit(ticket.id, titled(f"T {number}"), editor=seller),
                desk.offer(seller, event_id=event.id),
            )
        last: dict[str, dict[str, Any]] = {}
        for subject in ("tickets.created", "tickets.updated"):
            for said in await desk.said(subject):
                known = last.get(said["ticket_id"])
                if known is None or known["version"] < said["version"]:
                    last[said["ticket_id"]] = said
        assert len(last) == 11
        assert {said["event"]["name"] for said in last.values()} == {"Name 9"}

    async def test_a_ticket_on_the_move_is_changed_once_or_asked_again(
        self, desk: Desk
    ) -> None:
        seller = person()
        events = [await desk.announce(seller) for _ in range(2)]
        tickets = [await desk.offer(seller, event_id=e.id) for e in events]
        outcomes = await asyncio.gather(
            *(
                desk.tickets.edit(
                    ticket.id, titled("Floor", event_id=event.id), editor=seller
                )
                for ticket, event in zip(tickets, reversed(events), strict=True)
                for _ in range(2)
            ),
            return_exceptions=True,
        )
        for ticket in tickets:
            versions = [
                said["version"]
                for said in await desk.said("tickets.updated")
                if said["ticket_id"] == str(ticket.id)
            ]
            assert versions == list(range(2, 2 + len(versions)))
        assert any(not isinstance(outcome, Exception) for outcome in outcomes)


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
