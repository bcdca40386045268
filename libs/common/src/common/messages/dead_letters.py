"""What anybody says who gives a message up."""

from typing import ClassVar
from uuid import UUID

from common.messages.base import Message


class DeadLettered(Message, frozen=True, kw_only=True):
    """A consumer gave a message up; an operator decides."""

    subject: ClassVar[str] = "dead-letters.given-up"
    key: ClassVar[str] = "id"

    #: What `dead-letters show` and `replay` take.
    id: UUID
    #: Who gave it up.
    service: str
    #: The durable consumer it came to.
    consumer: str
    #: The envelope it came in; null where that is unreadable.
    envelope_id: UUID | None
    #: Place in its envelope; -1: the envelope whole.
    index: int
    #: What the last try failed with.
    error: str
    #: How often it was tried.
    tries: int
    #: The message as it came, JSON where it is readable; of a long one the beginning.
    payload: str
