"""Token buckets, with a clock of their own."""

import pytest

from common.errors import TooMany
from common.limits import RateLimits, Unlimited, limits


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


class TestRateLimits:
    def test_a_burst_passes_and_one_more_waits(self, seconds: Seconds) -> None:
        bucket = RateLimits(rate=0.5, burst=3, now=seconds)
        for _ in range(3):
            bucket.take("ada")
        with pytest.raises(TooMany) as caught:
            bucket.take("ada")
        assert caught.value.headers == {"Retry-After": "2"}
        bucket.take("eve")

    def test_it_refills_with_time(self, seconds: Seconds) -> None:
        bucket = RateLimits(rate=0.5, burst=1, now=seconds)
        bucket.take("ada")
        seconds.now = 1.9
        with pytest.raises(TooMany):
            bucket.take("ada")
        seconds.now = 2
        bucket.take("ada")

    def test_it_never_holds_more_than_a_burst(self, seconds: Seconds) -> None:
        bucket = RateLimits(rate=10, burst=1, now=seconds)
        seconds.now = 3600
        bucket.give_back("ada")
        bucket.take("ada")
        with pytest.raises(TooMany):
            bucket.take("ada")

    def test_what_was_harmless_is_given_back(self, seconds: Seconds) -> None:
        bucket = RateLimits(rate=0.1, burst=1, now=seconds)
        for _ in range(10):
            bucket.take("ada")
            bucket.give_back("ada")

    def test_memory_is_bounded(self, seconds: Seconds) -> None:
        bucket = RateLimits(rate=1, burst=1, keys=2, now=seconds)
        for name in ("ada", "bob", "eve"):
            bucket.take(name)
        bucket.take("ada")
        with pytest.raises(TooMany):
            bucket.take("eve")


class TestLimits:
    def test_they_can_be_off(self) -> None:
        unlimited = limits(on=False)
        assert isinstance(unlimited, Unlimited)
        for _ in range(1000):
            unlimited.take("ada")
        unlimited.give_back("ada")
        assert isinstance(limits(on=True), RateLimits)
