"""What auth says."""

from typing import ClassVar
from uuid import UUID

from common.clock import Moment
from common.messages.base import Message


class SessionRevoked(Message, frozen=True, kw_only=True):
    """A session ended before its token did; said by auth, obeyed by all within 5 s."""

    subject: ClassVar[str] = "auth.session-revoked"
    key: ClassVar[str] = "session_id"

    #: The session, which its tokens name (``sid``).
    session_id: UUID
    #: When the session's last token expires, and this message stops to matter.
    expires_at: Moment
