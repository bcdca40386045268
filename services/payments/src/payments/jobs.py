"""Time in: what runs again and again."""

from collections.abc import Sequence
from datetime import timedelta

from common.running import Job
from payments.settlement import Settlement


def work_jobs(settlement: Settlement) -> Sequence[Job]:
    """Carry out verdicts as soon as they are committed, and finish what was left.

    Both are payments that are due: the first at once, the others after the patience.
    """
    every = timedelta(milliseconds=200)
    return (Job(name="settle", every=every, run=settlement.run_due),)
