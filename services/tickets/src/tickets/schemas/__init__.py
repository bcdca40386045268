"""HTTP bodies: strict on the way in, from the models on the way out."""

from tickets.schemas.events import EventDetail, EventPatch, EventRead, EventWrite
from tickets.schemas.tickets import (
    AvailabilityRead,
    TicketLeft,
    TicketPatch,
    TicketRead,
    TicketWrite,
)

__all__ = [
    "AvailabilityRead",
    "EventDetail",
    "EventPatch",
    "EventRead",
    "EventWrite",
    "TicketLeft",
    "TicketPatch",
    "TicketRead",
    "TicketWrite",
]
