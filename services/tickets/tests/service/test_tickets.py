"""What sellers do with tickets."""

import asyncio
from datetime import timedelta

import pytest
from tickets_desk import (
    BERLIN,
    NOW,
    Desk,
    a_key,
    floor,
    person,
    stock,
    titled,
)

from common.errors import Changed, Invalid, NotYours
from common.ids import new_id
from tickets.domain.events import EventStatus
from tickets.domain.tickets import TicketSearch, TicketStatus
from tickets.errors import (
    EventCancelled,
    EventNotFound,
    HoldsOrSales,
    TicketNotFound,
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
        await desk.cancel(event)
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

    async def test_a_ticket_stays_at_its_event(self, desk: Desk) -> None:
        """Somebody may be paying for the one it admits to now."""
        seller = person()
        here, there = [await desk.announce(seller) for _ in range(2)]
        ticket, alone = (
            await desk.offer(seller, event_id=here.id),
            await desk.offer(seller),
        )
        for stays, place in ((ticket, there.id), (ticket, None), (alone, there.id)):
            moved = titled("Floor", event_id=place)
            with pytest.raises(Invalid):
                await desk.tickets.edit(stays.id, moved, editor=seller)
        assert await desk.said("tickets.updated") == []

    async def test_a_ticket_of_a_cancelled_event_may_still_be_worded(
        self, desk: Desk
    ) -> None:
        seller = person()
        event = await desk.announce(seller)
        ticket = await desk.offer(seller, event_id=event.id)
        await desk.cancel(event)
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
