"""What each token does: Stripe's names, and some of our own for faults.

https://docs.stripe.com/testing lists the tokens and their decline codes.
"""

from dataclasses import dataclass
from typing import Final

from payments.providers.stand_in.wire import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """How a card answers."""

    decline_code: str | None = None
    #: The buyer must answer the bank's page first.
    challenged: bool = False
    #: The answer takes until it is asked for again.
    pending: bool = False
    #: Captured as soon as it is approved: such a method knows no authorization.
    at_once: bool = False
    #: The bank takes the authorization back before it can be captured.
    lapses: bool = False
    fault: Fault | None = None


_GOOD: Final = ("visa", "visa_debit", "mastercard", "amex", "discover", "jcb")
_DECLINES: Final = {
    "tok_chargeDeclined": "generic_decline",
    "tok_visa_chargeDeclined": "generic_decline",
    "tok_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "tok_visa_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "tok_visa_chargeDeclinedLostCard": "lost_card",
    "tok_visa_chargeDeclinedStolenCard": "stolen_card",
    "tok_visa_chargeDeclinedVelocityLimitExceeded": "card_velocity_exceeded",
    "tok_chargeDeclinedFraudulent": "fraudulent",
    "tok_chargeDeclinedExpiredCard": "expired_card",
    "tok_chargeDeclinedIncorrectCvc": "incorrect_cvc",
    "tok_chargeDeclinedProcessingError": "processing_error",
}

CARDS: Final[dict[str, Card]] = {
    **{f"tok_{name}": Card() for name in _GOOD},
    **{token: Card(decline_code=code) for token, code in _DECLINES.items()},
    "tok_threeDSecureOptional": Card(),
    "tok_threeDSecureRequired": Card(challenged=True),
    "tok_threeDSecure2Required": Card(challenged=True),
    "tok_threeDSecureRequiredChargeDeclined": Card(
        challenged=True, decline_code="generic_decline"
    ),
    "tok_test_bank": Card(challenged=True, at_once=True),
    "tok_test_bankPending": Card(challenged=True, pending=True, at_once=True),
    "tok_test_atOnce": Card(at_once=True),
    "tok_test_pending": Card(pending=True),
    "tok_test_lapses": Card(lapses=True),
    "tok_test_slow": Card(fault="slow"),
    "tok_test_error": Card(fault="error"),
    "tok_test_errorAfterActing": Card(fault="error_after"),
    "tok_test_timeoutAfterActing": Card(fault="time_out_after"),
}
