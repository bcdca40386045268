"""What sellers do with tickets, and what orders says is left of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from common.clock import Clock, utcnow
from common.database import Database, Transaction
from common.errors import NotYours
from common.idempotency import Keyed, once
from common.identity import Action, Identity, may
from common.messages import StockChanged, newest
from common.money import share
from tickets.domain.events import refuse_joining
from tickets.domain.tickets import TicketSearch, TicketTerms, agree
from tickets.errors import EventNotFound, TicketNotFound
from tickets.models import Event, Ticket
from tickets.repository import EventRepository, StockRepository, TicketRepository
from tickets.service.access import Expected, Made, refuse_edit_by, sees

TicketChange = Callable[[TicketTerms], TicketTerms]


class Tickets:
    """Every method is one transaction, or part of its consumer's."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = utcnow,
        fee_basis_points: int = 0,
    ) -> None:
        self._database = database
        self._fee_basis_points = fee_basis_points
        #: What statuses are judged by.
        self.now = clock

    async def offer(
        self, terms: TicketTerms, *, seller: Identity, keyed: Keyed | None = None
    ) -> Made[Ticket]:
        """Put a ticket on offer.

        Raises `EventNotFound`, `NotYours`, `EventCancelled` or `TooManyTickets` for
        its event, `Invalid` for its currency, `KeyReused` or `KeyInProgress`.
        """
        async with self._database.transaction() as tx:

            async def make() -> UUID:
                return await self._offer(tx, terms, seller)

            ticket_id, replayed = await once(tx, keyed, make, status=201)
            return Made(
                _seen(await TicketRepository(tx).get(ticket_id), seller), replayed
            )

    async def _offer(
        self, tx: Transaction, terms: TicketTerms, seller: Identity
    ) -> UUID:
        event = await _place(tx, terms.event_id, seller)
        ticket = Ticket.offer(
            _agreed(terms, event),
            event=event,
            seller_id=seller.user_id,
            now=self.now(),
            fee=self._fee,
        )
        await TicketRepository(tx).add(ticket)
        tx.say(ticket.created())
        return ticket.id

    async def get(self, ticket_id: UUID, *, visitor: Identity | None) -> Ticket:
        """Raises `TicketNotFound`, also for those of other people's drafts."""
        async with self._database.transaction() as tx:
            return _seen(await TicketRepository(tx).get(ticket_id), visitor)

    async def search(
        self, search: TicketSearch, *, visitor: Identity | None
    ) -> Sequence[Ticket]:
        """Newest first, and one more than asked for where another page follows."""
        viewer = visitor.user_id if visitor else None
        async with self._database.transaction() as tx:
            return await TicketRepository(tx).page(search, viewer=viewer)

    async def edit(
        self,
        ticket_id: UUID,
        change: TicketChange,
        *,
        editor: Identity,
        expected: Expected = None,
    ) -> Ticket:
        """Change a ticket.

        Raises `TicketNotFound`, `NotYours`, `Changed`, `Invalid` or `HoldsOrSales`.
        """
        async with self._database.transaction() as tx:
            ticket = await self._locked(tx, ticket_id, editor, expected)
            its_event = ticket.event_id
            event = await EventRepository(tx).get(its_event) if its_event else None
            terms = _agreed(change(ticket.terms), event, beside=ticket)
            if ticket.edit(terms, self.now(), fee=self._fee):
                tx.say(ticket.updated())
            return ticket

    async def withdraw(
        self, ticket_id: UUID, *, editor: Identity, expected: Expected = None
    ) -> None:
        """Raises `TicketNotFound`, `NotYours`, `Changed` or `HoldsOrSales`."""
        async with self._database.transaction() as tx:
            ticket = await self._locked(tx, ticket_id, editor, expected)
            ticket.withdraw(self.now())
            tx.say(ticket.deleted())

    async def show_stock(self, told: Sequence[StockChanged], tx: Transaction) -> None:
        """Show what orders says is left, also of tickets that are not known yet."""
        await StockRepository(tx).keep(newest(told))

    def _fee(self, price: int, currency: str) -> int:
        return share(price, self._fee_basis_points, currency)

    @staticmethod
    async def _locked(
        tx: Transaction, ticket_id: UUID, editor: Identity, expected: Expected
    ) -> Ticket:
        ticket = _seen(await TicketRepository(tx).lock(ticket_id), editor)
        refuse_edit_by(editor, ticket, expected)
        return ticket


def _seen(ticket: Ticket | None, visitor: Identity | None) -> Ticket:
    if ticket is None or not sees(visitor, ticket.event):
        raise TicketNotFound
    return ticket


async def _place(
    tx: Transaction, event_id: UUID | None, seller: Identity
) -> Event | None:
    """The event that a new ticket is to admit to, locked."""
    if event_id is None:
        return None
    event = await EventRepository(tx).lock(event_id)
    if event is None or not sees(seller, event):
        raise EventNotFound
    if not may(seller, Action.OFFER, event.seller_id):
        raise NotYours
    refuse_joining(event.status, others=len(event.tickets))
    return event


def _agreed(
    terms: TicketTerms, event: Event | None, *, beside: Ticket | None = None
) -> TicketTerms:
    """Its terms, in the currency of the event's other prices."""
    others = [t for t in event.tickets if t is not beside] if event else []
    settled = [event.currency if event else None, *(t.currency for t in others)]
    return replace(terms, currency=agree(terms.currency, *settled))
