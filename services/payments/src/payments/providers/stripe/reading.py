"""What Stripe's answers mean here: how an intent stands, and what an error tells.

A declined card is an answer. Everything else that is none is one of three: the outcome
is unknown (no answer, 5xx, too many requests, a key still at work), Stripe refuses what
was asked of this payment, or the fault is ours (keys, rights, parameters).
"""

from collections.abc import Mapping
from typing import Final, cast
from uuid import UUID

from stripe import (
    APIError,
    AuthenticationError,
    CardError,
    Charge,
    IdempotencyError,
    InvalidRequestError,
    PaymentIntent,
    PermissionError,  # noqa: A004  # Stripe's name
    StripeError,
)

from payments.currencies import from_stripe
from payments.domain import Standing
from payments.providers.interface import (
    Answer,
    NextAction,
    OurFault,
    OutcomeUnknown,
    ProviderError,
    Recorded,
    Redirect,
    Refused,
    SdkAction,
    Stumbled,
    TokenUnknown,
)

#: Our id of a payment, in the intent's metadata.
PAYMENT_ID: Final = "payment_id"
_BROKEN: Final = 500
_STANDINGS: Final[Mapping[str, Standing]] = {
    "requires_payment_method": Standing.DECLINED,
    "requires_confirmation": Standing.PROCESSING,
    "processing": Standing.PROCESSING,
    "requires_action": Standing.REQUIRES_ACTION,
    "requires_capture": Standing.AUTHORIZED,
    "succeeded": Standing.CAPTURED,
    "canceled": Standing.VOIDED,
}
#: Nothing was asked of the card yet, or what was asked has failed.
UNCONFIRMED: Final = frozenset({"requires_payment_method", "requires_confirmation"})


def standing_of(intent: PaymentIntent) -> Standing:
    standing = _STANDINGS[intent.status]
    charge = charge_of(intent)
    if standing is Standing.CAPTURED and charge and charge.refunded:
        return Standing.REFUNDED
    if standing is Standing.VOIDED and intent.last_payment_error:
        return Standing.DECLINED
    return standing


def answer_of(intent: PaymentIntent) -> Answer:
    standing = standing_of(intent)
    acts = standing is Standing.REQUIRES_ACTION
    return Answer(
        standing=standing,
        reference=intent.id,
        amount_refunded=_refunded(intent),
        decline_code=decline_code(intent) if standing is Standing.DECLINED else None,
        next_action=_next_action(intent) if acts else None,
    )


def _next_action(intent: PaymentIntent) -> NextAction | None:
    """A page of the bank, or whatever Stripe's own script makes of it."""
    lead = getattr(intent.next_action, "redirect_to_url", None)
    if lead and lead.url:
        return Redirect(lead.url)
    return SdkAction(intent.client_secret) if intent.client_secret else None


def recorded(intent: PaymentIntent) -> Recorded:
    currency = intent.currency
    return Recorded(
        payment_id=payment_id_of(intent),
        reference=intent.id,
        standing=standing_of(intent),
        amount=from_stripe(intent.amount, currency),
        currency=currency,
        amount_captured=from_stripe(intent.amount_received, currency),
        amount_refunded=_refunded(intent),
    )


def _refunded(intent: PaymentIntent) -> int:
    charge = charge_of(intent)
    return from_stripe(charge.amount_refunded, intent.currency) if charge else 0


def payment_id_of(thing: PaymentIntent) -> UUID | None:
    """Ours; None of what somebody else made in the same account."""
    try:
        return UUID(thing.metadata[PAYMENT_ID])
    except (KeyError, ValueError):
        return None


def charge_of(intent: PaymentIntent) -> Charge | None:
    """The expanded charge, where there is one."""
    charge = intent.latest_charge
    return charge if isinstance(charge, Charge) else None


def decline_code(intent: PaymentIntent) -> str | None:
    error = intent.last_payment_error
    if error is None:
        return None
    return getattr(error, "decline_code", None) or getattr(error, "code", None)


def never_asked(intent: PaymentIntent) -> bool:
    """Whether no bank has heard of it, nor will."""
    untouched = intent.status in UNCONFIRMED or intent.status == "canceled"
    return untouched and not intent.last_payment_error and not intent.latest_charge


def fault_of(error: StripeError) -> ProviderError:
    """What an error means for the call that met it."""
    match error:
        case CardError() | IdempotencyError() | InvalidRequestError():
            return _refusal(error)
        case AuthenticationError() | PermissionError():
            return OurFault(type(error).__name__, str(error))
        case APIError() if (error.http_status or 0) >= _BROKEN:
            return Stumbled(repr(error))
        case _:  # no answer, too many requests, a key still at work
            return OutcomeUnknown(repr(error))


def _refusal(error: CardError | IdempotencyError | InvalidRequestError) -> Refused:
    match error:
        case CardError():
            detail = error.error
            code = (detail and detail.decline_code) or error.code or "generic_decline"
            return Refused(code, str(error))
        case InvalidRequestError() if _names_token(error):
            return TokenUnknown()
        case InvalidRequestError():
            return Refused(error.code or "invalid_request", str(error))
        case IdempotencyError():
            return Refused("idempotency_error", str(error))


def intent_in(error: CardError) -> str | None:
    """Id of the intent that a declined card leaves behind."""
    intent = error.error.payment_intent if error.error else None
    return intent.id if intent else None


def _names_token(error: InvalidRequestError) -> bool:
    """Whether the way to pay is what Stripe does not know, or knows to be used up."""
    about = ("payment_method", "confirmation_token", "source", "token")
    used_up = error.code in {"token_already_used", "token_in_use"}
    named = cast("str", error.param or "")
    return used_up or named.startswith(about)
