"""Ids lie in the order of time, so that a time is a range of ids."""

from datetime import timedelta

from common.clock import utcnow
from common.ids import first_id, new_id

MOMENT = timedelta(seconds=1)


def test_ids_of_a_time_lie_between_its_first_and_the_next_ones_first() -> None:
    now = utcnow()
    assert first_id(now - MOMENT) < new_id() < first_id(now + MOMENT)
    assert first_id(now) < first_id(now + timedelta(milliseconds=1))
