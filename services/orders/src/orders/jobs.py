"""Time in: what runs again and again."""

from collections.abc import Sequence
from datetime import timedelta

from common.running import Job
from orders.service import Orders


def work_jobs(orders: Orders) -> Sequence[Job]:
    """The backstop of every timer, and a look at how late it is."""
    return (
        Job(name="sweep", every=timedelta(seconds=2), run=orders.sweep),
        Job(name="measure", every=timedelta(seconds=5), run=orders.measure),
    )


def serve_jobs(orders: Orders) -> Sequence[Job]:
    return (
        Job(name="look-behind", every=timedelta(seconds=1), run=orders.look_behind),
    )
