"""What the world sees of a payment: no -ing state."""

from typing import Literal

from payments.domain import Status

Shown = Literal[
    "processing",
    "requires_action",
    "authorized",
    "captured",
    "voided",
    "refunded",
    "failed",
]


def shown(status: Status, *, was_authorized: bool, accepted: bool) -> Status:
    """Outside, a state under way shows as the one before it.

    What was taken and is not accepted was never paid: only a promise, on its way back.
    """
    match status:
        case Status.CAPTURING:
            return Status.AUTHORIZED
        case Status.REFUNDING:
            return Status.CAPTURED if accepted else Status.AUTHORIZED
        case Status.VOIDING:
            return Status.AUTHORIZED if was_authorized else Status.REQUIRES_ACTION
        case Status.RETURNING:
            return Status.VOIDED
        case _:
            return status
