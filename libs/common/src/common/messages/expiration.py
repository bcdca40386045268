"""What expiration says."""

from typing import ClassVar
from uuid import UUID

from common.clock import Moment
from common.messages.base import Message


class ExpirationComplete(Message, frozen=True, kw_only=True):
    """The timer of a hold went off; orders judges whether it has ended."""

    subject: ClassVar[str] = "expiration.complete"
    key: ClassVar[str] = "order_id"

    #: The order, at orders.
    order_id: UUID
    #: The end of the hold that the timer was set for.
    expires_at: Moment
