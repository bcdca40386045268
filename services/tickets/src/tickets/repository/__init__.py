"""Questions asked of the tickets database: the rows of one transaction."""

from tickets.repository.events import EventRepository
from tickets.repository.marks import read_marks
from tickets.repository.offers import read_offers
from tickets.repository.stocks import StockRepository
from tickets.repository.tickets import TicketRepository

__all__ = [
    "EventRepository",
    "StockRepository",
    "TicketRepository",
    "read_marks",
    "read_offers",
]
