"""Named points where a fault test may end the process, as a power cut would.

`FAULT_POINT=outbox.committed:3` ends the process the third time it gets there. Without
the variable a point costs one comparison.
"""

import os

_EXIT = 137  # what a shell reports for kill -9


class _Plan:
    point: str = ""
    countdown: int = 0


_plan = _Plan()


def arm(setting: str) -> None:
    """`point:n`, or nothing to disarm."""
    point, _, count = setting.partition(":")
    _plan.point, _plan.countdown = point, int(count or 1)


def reach(point: str) -> None:
    if point != _plan.point:
        return
    _plan.countdown -= 1
    if _plan.countdown <= 0:
        os._exit(_EXIT)
