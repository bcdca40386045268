"""The use cases: each a transaction, whoever asks for it."""

from tickets.service.access import Expected, Made, sees
from tickets.service.events import Events
from tickets.service.tickets import Tickets

__all__ = ["Events", "Expected", "Made", "Tickets", "sees"]
