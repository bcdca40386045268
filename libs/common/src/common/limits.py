"""Limits per account or address, in each process's memory; the gateway has its own.

A bucket holds `burst` tokens and refills at `rate` a second; a request takes one. Only
buckets that are not full again need to be kept, and of those the longest unused go
first, so the memory is bounded however many keys there are.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from common.errors import TooMany


class RateLimits:
    """One token bucket per key: an account, an address."""

    def __init__(
        self,
        *,
        rate: float = 20,
        burst: int = 60,
        keys: int = 100_000,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._keys = keys
        self._now = now
        #: Tokens left and when they were counted, least recently used first.
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> None:
        """Count one request; raises TooMany when the bucket is empty."""
        left = self._left(key)
        if left < 1:
            raise TooMany(retry_after=math.ceil((1 - left) / self._rate))
        self._keep(key, left - 1)

    def give_back(self, key: Hashable) -> None:
        """Uncount a request that turned out to be harmless."""
        self._keep(key, min(self._burst, self._left(key) + 1))

    def _left(self, key: Hashable) -> float:
        left, counted = self._buckets.get(key, (float(self._burst), self._now()))
        return min(self._burst, left + (self._now() - counted) * self._rate)

    def _keep(self, key: Hashable, left: float) -> None:
        self._buckets[key] = (left, self._now())
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)


class Unlimited:
    """No limits: for tests, the demo and benchmarks."""

    def take(self, key: Hashable) -> None:
        """Let everybody in."""

    def give_back(self, key: Hashable) -> None:
        """Nothing was counted."""


Limits = RateLimits | Unlimited


def limits(*, on: bool, rate: float = 20, burst: int = 60) -> Limits:
    """The limits of a service, or none where the settings say so."""
    return RateLimits(rate=rate, burst=burst) if on else Unlimited()
