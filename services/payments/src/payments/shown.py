"""What the world sees of a payment: no -ing state."""

from typing import Final, Literal

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


#: What banks think of a card is not for whoever tries it: they are to be told what is
#: said of any other. See https://docs.stripe.com/declines/codes.
_UNTOLD: Final = frozenset(
    {"fraudulent", "lost_card", "merchant_blacklist", "stolen_card"}
)


def told(decline_code: str | None) -> str | None:
    """Why a card was declined, as far as whoever holds it may know."""
    return "generic_decline" if decline_code in _UNTOLD else decline_code
