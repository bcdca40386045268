"""What sellers do with events, and what people see of them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import text
from tickets_desk import (
    BERLIN,
    NOW,
    Desk,
    a_key,
    named,
    person,
    show,
    stock,
)

from common.errors import Changed, Invalid, KeyReused, NotYours
from common.identity import Identity
from common.ids import new_id
from tickets.domain.events import EventDetails, EventSearch, EventStatus, When
from tickets.domain.tickets import TicketSearch, TicketStatus
from tickets.errors import (
    EventNotFound,
    HoldsOrSales,
    TooManyTickets,
)
from tickets.models import Event
from tickets.schemas import EventRead

HOUR = timedelta(hours=1)


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

    async def test_deleted_tickets_tell_it_too(self, desk: Desk) -> None:
        """One sold in the moment it was deleted admits to the event as it is then."""
        seller = person()
        event = await desk.announce(seller)
        gone = await desk.offer(seller, event_id=event.id)
        await desk.tickets.withdraw(gone.id, editor=seller)
        await desk.events.edit(event.id, named("Encore"), editor=seller)

        _, again = await desk.said("tickets.deleted")
        assert (again["version"], again["event"]["name"]) == (3, "Encore")

    async def test_publishing_a_draft_is_told_by_its_tickets(self, desk: Desk) -> None:
        seller = person()
        draft = await desk.announce(seller, status=EventStatus.DRAFT)
        ticket = await desk.offer(seller, event_id=draft.id)
        await desk.take(ticket)
        waiting = await desk.find(ticket, seller)
        assert waiting.status(NOW) is TicketStatus.SCHEDULED
        await desk.events.edit(
            draft.id,
            lambda e: replace(e, status=EventStatus.PUBLISHED),
            editor=seller,
        )
        [created] = await desk.said("tickets.created")
        [updated] = await desk.said("tickets.updated")
        assert created["event"]["status"] == "draft"
        assert (updated["event"]["status"], updated["version"]) == ("published", 2)
        assert (await desk.find(ticket)).status(NOW) is TicketStatus.ON_SALE

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
        found = await desk.events.get(event.id, visitor=None)
        assert EventRead.of(found, NOW).currency == "eur"
        with pytest.raises(Invalid):
            await desk.events.edit(
                event.id, lambda e: replace(e, currency="usd"), editor=seller
            )


class TestLists:
    WINDOWS = tuple(
        {"sale_starts_at": starts_at, "sale_ends_at": ends_at}
        for starts_at in (None, NOW - HOUR, NOW, NOW + HOUR)
        for ends_at in (None, NOW, NOW + 2 * HOUR)
        if starts_at is None or ends_at is None or starts_at < ends_at
    )
    LEVELS = (None, (9, 1, 0), (0, 4, 6), (0, 0, 10), (5, 4, 6), (0, 0, 0))

    async def test_each_event_offers_there_what_it_offers_on_its_own_page(
        self, desk: Desk
    ) -> None:
        """Lists are summed up by the database, pages by the domain."""
        seller = person()
        whole = await desk.announce(seller)
        for window, level in product(self.WINDOWS, self.LEVELS):
            alone = await desk.announce(seller, starts_at=NOW + HOUR, ends_at=None)
            for place in (whole, alone):
                ticket = await desk.offer(seller, event_id=place.id, **window)
                if level is not None:
                    free, held, sold = level
                    told = stock(ticket.id, free=free, held=held, sold=sold)
                    await desk.hear(told)
        for status in ("published", "draft", "cancelled"):
            async with desk.database.transaction() as tx:
                change = text("UPDATE events SET status = :status WHERE id = :id")
                changed = {"id": whole.id, "status": status}
                await tx.session.execute(change, changed)
            assert await self._agree(desk, seller) == 61
            desk.clock.advance(hours=1)

    async def _agree(self, desk: Desk, seller: Identity) -> int:
        now = desk.clock.now
        search = EventSearch(starts_from=NOW, limit=100)
        listed = await desk.events.search(search, visitor=seller)
        for event, on_offer in listed:
            page = await desk.events.get(event.id, visitor=seller)
            assert EventRead.listed(event, on_offer, now) == EventRead.of(page, now)
        return len(listed)

    async def test_a_list_reads_none_of_the_tickets_one_by_one(
        self, desk: Desk
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        for _ in range(5):
            await desk.offer(seller, event_id=event.id)
        [(_, on_offer)] = await desk.events.search(EventSearch(), visitor=None)
        assert len(on_offer) == 1
