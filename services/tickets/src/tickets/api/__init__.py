"""HTTP in: `/api/events` and `/api/tickets`."""

from tickets.api.availability import get_availability
from tickets.api.events import EVENT_ROUTES
from tickets.api.tickets import TICKET_ROUTES

ROUTES = (*EVENT_ROUTES, get_availability, *TICKET_ROUTES)

__all__ = ["ROUTES"]
