"""Time in: what runs again and again."""

from collections.abc import Sequence
from datetime import timedelta

from common.running import Job
from payments.refunds import Refunds
from payments.settlement import Settlement
from payments.webhooks import Webhooks


def work_jobs(
    settlement: Settlement, refunds: Refunds, webhooks: Webhooks
) -> Sequence[Job]:
    """Carry out verdicts as soon as they are committed, and finish what was left.

    The first are handed over by whoever committed them; the others are due, as are
    refunds that were left, and what cancelled events owe.
    """
    second = timedelta(seconds=1)
    return (
        Job(name="settle", every=second, run=settlement.run_due),
        Job(
            name="carry-out",
            every=second,
            run=settlement.run_handed_over,
            wake=settlement.handed_over,
        ),
        Job(name="hear-news", every=second, run=webhooks.run_due),
        Job(name="forget-news", every=timedelta(hours=1), run=webhooks.forget_old),
        Job(name="refund", every=second, run=refunds.run_due),
        Job(name="refund-events", every=second, run=refunds.run_owed),
        Job(name="measure", every=timedelta(seconds=15), run=refunds.measure),
    )
