"""What becomes of events and tickets that are changed at once."""

import asyncio
from typing import Any

from tickets_desk import (
    Desk,
    named,
    person,
    titled,
)

from tickets.errors import (
    TicketNotFound,
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
