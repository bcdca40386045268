"""How often people are asked to look again, by how many they are. No I/O."""

import math
from collections.abc import Callable
from typing import Final

from tickets.domain.tickets import POLL_LATE

#: Looks a second that one process is there for; more people look less often.
LOOKS: Final = 300
#: Seconds over which they are counted.
SPAN: Final = 10.0


class Crowd:
    """Counts those who look again and again, by how long each was told to wait.

    Whoever waits 2 s comes every 2 s, so the waits told within a second add up to how
    many there are; older ones fade.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._counted = now()
        self._size = 0.0

    def wait(self, wanted: int) -> int:
        """Seconds until whoever looks now is to look again; at least `wanted`."""
        now = self._now()
        self._size *= math.exp((self._counted - now) / SPAN)
        self._counted = now
        wait = min(POLL_LATE, max(wanted, math.ceil(self._size / LOOKS)))
        self._size += wait / SPAN
        return wait
