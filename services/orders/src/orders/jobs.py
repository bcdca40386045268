"""Time in: what runs again and again."""

from collections.abc import Sequence
from datetime import timedelta

from common.running import Job
from orders.cancellations import Cancellations
from orders.service import Orders


def work_jobs(orders: Orders, cancellations: Cancellations) -> Sequence[Job]:
    """The backstop of every timer, a look at how late it is, and cancelled events."""
    return (
        Job(name="sweep", every=timedelta(seconds=2), run=orders.sweep),
        Job(name="measure", every=timedelta(seconds=5), run=orders.measure),
        Job(name="cancel", every=timedelta(seconds=1), run=cancellations.run),
    )


def serve_jobs(orders: Orders) -> Sequence[Job]:
    return (
        Job(name="look-behind", every=timedelta(seconds=1), run=orders.look_behind),
    )
