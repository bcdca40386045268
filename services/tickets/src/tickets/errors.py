"""What can go wrong with events and tickets, by name.

NotFound
├── EventNotFound               404 not-found
└── TicketNotFound              404 not-found
Conflict
├── HoldsOrSales                409 holds-or-sales
├── EventCancelled              409 event-cancelled
├── EventIsDraft                409 event-draft
└── TooManyTickets              409 too-many-tickets
"""

from common.errors import Conflict, NotFound


class EventNotFound(NotFound):
    """There is no such event."""


class TicketNotFound(NotFound):
    """There is no such ticket."""


class HoldsOrSales(Conflict):
    """Units of this are held or sold, so it cannot change in this way."""

    code = "holds-or-sales"


class EventCancelled(Conflict):
    """The event is cancelled."""

    code = "event-cancelled"


class EventIsDraft(Conflict):
    """The event is a draft: nobody has seen it, so there is nothing to cancel."""

    code = "event-draft"


class TooManyTickets(Conflict):
    """The event has as many tickets on offer as an event can have."""

    code = "too-many-tickets"
