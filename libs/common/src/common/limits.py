"""Limits per account, in each process's memory; those per address are the gateway's.

A bucket holds `burst` tokens and refills at `rate` a second; a request takes one. Only
buckets that are not full again need to be kept, and of those the longest unused go
first, so the memory is bounded however many accounts there are.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from common.errors import TooMany


class AccountLimits:
    """One token bucket per account."""

    def __init__(
        self,
        *,
        rate: float = 20,
        burst: int = 60,
        accounts: int = 100_000,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._accounts = accounts
        self._now = now
        #: Tokens left and when they were counted, least recently used first.
        self._buckets: OrderedDict[UUID, tuple[float, float]] = OrderedDict()

    def take(self, account: UUID) -> None:
        """Count one request; raises TooMany when the bucket is empty."""
        now = self._now()
        left, counted = self._buckets.get(account, (float(self._burst), now))
        left = min(self._burst, left + (now - counted) * self._rate)
        allowed = left >= 1
        self._keep(account, left - 1 if allowed else left, now)
        if not allowed:
            raise TooMany(retry_after=math.ceil((1 - left) / self._rate))

    def _keep(self, account: UUID, left: float, now: float) -> None:
        self._buckets[account] = (left, now)
        self._buckets.move_to_end(account)
        if len(self._buckets) > self._accounts:
            self._buckets.popitem(last=False)


class Unlimited:
    """No limits: for tests, the demo and benchmarks."""

    def take(self, account: UUID) -> None:
        """Let everybody in."""


Limits = AccountLimits | Unlimited
