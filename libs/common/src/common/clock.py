"""Times; that of this process is a hint only: deadlines are the database's to judge."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import msgspec

#: A time with its offset; without one it is unreadable.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Clock = Callable[[], datetime]


def utcnow() -> datetime:
    return datetime.now(UTC)
