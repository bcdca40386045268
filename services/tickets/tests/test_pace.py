"""A crowd looks less often, so that a look costs the same."""

from collections import Counter

import pytest

from tickets.domain.pace import LOOKS, Crowd
from tickets.domain.tickets import POLL_LATE, POLL_SOON


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def looks(people: int) -> float:
    """Looks a second over a minute, each person coming back when told to."""
    seconds = Seconds()
    crowd = Crowd(seconds)
    due = Counter(n % POLL_SOON for n in range(people))
    for second in range(180):
        seconds.now = 1000.0 + second
        for _ in range(due[second]):
            due[second + crowd.wait(POLL_SOON)] += 1
    return sum(due[second] for second in range(120, 180)) / 60


@pytest.mark.parametrize("wanted", [POLL_SOON, POLL_LATE])
def test_few_look_as_often_as_it_is_worth(wanted: int) -> None:
    crowd = Crowd(Seconds())
    assert {crowd.wait(wanted) for _ in range(100)} == {wanted}


@pytest.mark.parametrize("people", [100, 3000, 6000])
def test_many_look_so_often_as_one_process_bears(people: int) -> None:
    assert looks(people) <= LOOKS * 1.5


def test_nobody_waits_longer_than_for_what_stands_still() -> None:
    crowd = Crowd(Seconds())
    assert max(crowd.wait(POLL_SOON) for _ in range(100_000)) == POLL_LATE


def test_a_crowd_that_has_gone_is_forgotten() -> None:
    seconds = Seconds()
    crowd = Crowd(seconds)
    waits = [crowd.wait(POLL_SOON) for _ in range(10_000)]
    assert waits[-1] > POLL_SOON
    seconds.now += 60
    assert crowd.wait(POLL_SOON) == POLL_SOON
