"""Tables of tickets. Verbs change an event or a ticket; nothing else does."""

from tickets.models.base import Base
from tickets.models.events import Event
from tickets.models.stocks import Stock, TicketStock
from tickets.models.tickets import Ticket

__all__ = ["Base", "Event", "Stock", "Ticket", "TicketStock"]
