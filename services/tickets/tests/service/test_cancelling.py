"""Cancelling an event, which is for good; and the fee on top of each price."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tickets_desk import NOW, Desk, a_key, floor, person, stock, titled

from common.errors import Invalid, NotYours
from common.identity import Identity
from tickets.domain.events import EventStatus
from tickets.domain.tickets import TicketStatus, TicketTerms
from tickets.errors import EventCancelled, EventIsDraft, EventNotFound
from tickets.models import Ticket
from tickets.service import Tickets


class TestCancelling:
    async def test_its_tickets_say_so_and_sell_no_more(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        tickets = [await desk.offer(seller, event_id=event.id) for _ in range(2)]
        done = (await desk.events.cancel(event.id, editor=seller)).thing

        assert done.status is EventStatus.CANCELLED
        assert done.version == event.version + 1
        said = await desk.said("tickets.updated")
        assert {m["ticket_id"] for m in said} == {str(t.id) for t in tickets}
        assert {m["event"]["status"] for m in said} == {"cancelled"}
        now = desk.events.now()
        assert [t.status(now) for t in done.tickets] == [TicketStatus.ENDED] * 2

    async def test_deleted_tickets_say_so_too(self, desk: Desk) -> None:
        """One sold in the moment it was deleted is paid back with the others."""
        seller = person()
        event = await desk.announce(seller)
        gone = await desk.offer(seller, event_id=event.id)
        await desk.tickets.withdraw(gone.id, editor=seller)
        await desk.events.cancel(event.id, editor=seller)

        before, again = await desk.said("tickets.deleted")
        assert again["ticket_id"] == str(gone.id)
        assert again["version"] == before["version"] + 1
        assert again["event"]["status"] == "cancelled"

    async def test_those_deleted_long_ago_say_no_more_unless_somebody_holds_them(
        self, desk: Desk
    ) -> None:
        seller = person()
        event = await desk.announce(seller, starts_at=NOW + timedelta(days=90))
        gone, taken = [await desk.offer(seller, event_id=event.id) for _ in range(2)]
        for ticket in (gone, taken):
            await desk.tickets.withdraw(ticket.id, editor=seller)
        await desk.hear(stock(gone.id), stock(taken.id, held=1))
        desk.clock.advance(days=2)
        await desk.events.cancel(event.id, editor=seller)

        said = (await desk.said("tickets.deleted"))[2:]
        assert [m["ticket_id"] for m in said] == [str(taken.id)]

    async def test_again_is_no_error_and_no_news(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        await desk.offer(seller, event_id=event.id)
        first, _ = await desk.events.cancel(event.id, editor=seller)
        again, replayed = await desk.events.cancel(event.id, editor=seller)
        assert (again.version, replayed) == (first.version, False)
        assert len(await desk.said("tickets.updated")) == 1

    async def test_by_the_same_key_it_is_a_replay(self, desk: Desk) -> None:
        seller = person()
        event, key = await desk.announce(seller), a_key(seller)
        await desk.events.cancel(event.id, editor=seller, keyed=key)
        again, replayed = await desk.events.cancel(event.id, editor=seller, keyed=key)
        assert (again.status, replayed) == (EventStatus.CANCELLED, True)

    async def test_a_refusal_leaves_its_key_free(self, desk: Desk) -> None:
        seller = person()
        key = a_key(seller)
        draft = await desk.announce(seller, status=EventStatus.DRAFT)
        with pytest.raises(EventIsDraft):
            await desk.events.cancel(draft.id, editor=seller, keyed=key)
        event = await desk.announce(seller)
        _, replayed = await desk.events.cancel(event.id, editor=seller, keyed=key)
        assert not replayed

    async def test_it_is_its_sellers_alone_to_cancel(self, desk: Desk) -> None:
        event = await desk.announce(person())
        with pytest.raises(NotYours):
            await desk.events.cancel(event.id, editor=person())

    async def test_a_draft_has_nobody_to_cancel_for(self, desk: Desk) -> None:
        seller = person()
        draft = await desk.announce(seller, status=EventStatus.DRAFT)
        with pytest.raises(EventIsDraft):
            await desk.events.cancel(draft.id, editor=seller)
        with pytest.raises(EventNotFound):
            await desk.events.cancel(draft.id, editor=person())

    async def test_nothing_joins_what_was_cancelled(self, desk: Desk) -> None:
        seller = person()
        event = await desk.announce(seller)
        await desk.events.cancel(event.id, editor=seller)
        with pytest.raises(EventCancelled):
            await desk.offer(seller, event_id=event.id)


class TestFees:
    """Two and a half percent of each price."""

    @pytest.fixture
    def tickets(self, desk: Desk) -> Tickets:
        return Tickets(desk.database, clock=desk.tickets.now, fee_basis_points=250)

    async def test_a_price_has_its_fee_and_says_so(
        self, desk: Desk, tickets: Tickets
    ) -> None:
        ticket = await offered(tickets, person(), price=2550)
        assert (ticket.fee, ticket.total) == (64, 2614)
        [said] = await desk.said("tickets.created")
        assert (said["price"], said["fee"]) == (2550, 64)

    async def test_a_new_price_has_a_new_fee(self, tickets: Tickets) -> None:
        seller = person()
        ticket = await offered(tickets, seller, price=1000)
        dearer = await tickets.edit(
            ticket.id, lambda terms: replace(terms, price=2000), editor=seller
        )
        assert dearer.fee == 50

    async def test_what_was_offered_before_keeps_its_fee_with_its_price(
        self, desk: Desk, tickets: Tickets
    ) -> None:
        seller = person()
        ticket = await desk.offer(seller, price=1000)
        renamed = await tickets.edit(ticket.id, titled("Balcony"), editor=seller)
        assert (renamed.title, renamed.fee) == ("Balcony", 0)

    async def test_what_is_free_stays_free(self, tickets: Tickets) -> None:
        assert (await offered(tickets, person(), price=0)).fee == 0

    async def test_thousandths_come_in_tens(self, tickets: Tickets) -> None:
        dinars = await offered(tickets, person(), price=12_340, currency="kwd")
        assert dinars.fee == 310
        with pytest.raises(Invalid) as refused:
            floor(price=12_345, currency="kwd")
        assert refused.value.errors[0].field == "price"


async def offered(tickets: Tickets, seller: Identity, **terms: object) -> Ticket:
    wanted: TicketTerms = replace(floor(), **terms)  # pyright: ignore[reportArgumentType]  # by name
    return (await tickets.offer(wanted, seller=seller)).thing
