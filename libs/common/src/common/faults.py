"""Named points where a fault test may end the process, as a power cut would.

`FAULT_POINT=outbox.committed:3` ends the process the third time it gets there, and
`FAULT_POINT=holds.written:1:stop` has it stand still, its locks in hand. Without the
variable a point costs one comparison.
"""

import os
import signal

_EXIT = 137  # what a shell reports for kill -9


class _Plan:
    point: str = ""
    countdown: int = 0
    stop: bool = False


_plan = _Plan()


def arm(setting: str) -> None:
    """`point:n` or `point:n:stop`, or nothing to disarm."""
    point, count, action = [*setting.split(":"), "", ""][:3]
    _plan.point, _plan.countdown = point, int(count or 1)
    _plan.stop = action == "stop"


def reach(point: str) -> None:
    if point != _plan.point:
        return
    _plan.countdown -= 1
    if _plan.countdown > 0:
        return
    if not _plan.stop:
        os._exit(_EXIT)
    _plan.point = ""
    os.kill(os.getpid(), signal.SIGSTOP)
