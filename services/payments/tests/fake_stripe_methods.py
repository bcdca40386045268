"""Ways to pay that the fake of Stripe knows, by their tokens.

https://docs.stripe.com/testing lists the cards and their codes; which methods can be
held is told on https://docs.stripe.com/payments/place-a-hold-on-a-payment-method.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Params = Mapping[str, Any]


class StripeRefuses(Exception):
    """An error object of the API."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        self.status = status
        kind = "card_error" if status == 402 else "invalid_request_error"
        self.error = {"type": kind, "code": code, "message": message, **more}
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True)
class Method:
    """A way to pay, and what its bank does."""

    type: str = "card"
    decline: str | None = None
    #: The buyer must answer the bank first: in our page, or on a page of its own.
    asks: Literal["use_stripe_sdk", "redirect_to_url"] | None = None
    #: The bank takes days, and does not let anybody call it off.
    takes_time: bool = False
    #: Money can be held on it, and captured later.
    can_wait: bool = True
    currencies: frozenset[str] = frozenset()


_DECLINES = {
    "chargeDeclined": "generic_decline",
    "visa_chargeDeclined": "generic_decline",
    "chargeDeclinedInsufficientFunds": "insufficient_funds",
    "visa_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "visa_chargeDeclinedLostCard": "lost_card",
    "visa_chargeDeclinedStolenCard": "stolen_card",
    "chargeDeclinedFraudulent": "fraudulent",
    "chargeDeclinedExpiredCard": "expired_card",
    "chargeDeclinedIncorrectCvc": "incorrect_cvc",
    "chargeDeclinedProcessingError": "processing_error",
}
_GOOD = ("visa", "mastercard", "amex", "discover", "jcb")
_CHALLENGED = {
    "authenticationRequired": None,
    "threeDSecure2Required": None,
    "threeDSecureRequired": None,
    "threeDSecureRequiredChargeDeclined": "generic_decline",
}
CARDS: dict[str, Method] = {
    **{name: Method() for name in _GOOD},
    **{name: Method(decline=code) for name, code in _DECLINES.items()},
    **{
        name: Method(decline=code, asks="use_stripe_sdk")
        for name, code in _CHALLENGED.items()
    },
}
_EURO = frozenset({"eur"})
BANKS: dict[str, Method] = {
    name: Method(type=name, asks="redirect_to_url", can_wait=False, currencies=_EURO)
    for name in ("ideal", "bancontact", "eps")
} | {
    "sofort": Method(
        type="sofort",
        asks="redirect_to_url",
        takes_time=True,
        can_wait=False,
        currencies=_EURO,
    ),
    "sepa_debit": Method(
        type="sepa_debit", takes_time=True, can_wait=False, currencies=_EURO
    ),
}


def method_of(params: Params, used: set[str]) -> Method:
    """The way to pay that is meant; what is unknown or used up is refused."""
    if token := params.get("confirmation_token"):
        if token in used:
            code = "parameter_invalid"
            raise StripeRefuses(400, code, "used", param="confirmation_token")
        used.add(token)
        known = {f"ctoken_{name}": each for name, each in (CARDS | BANKS).items()}
        return _known(token, known, "confirmation_token")
    if token := params.get("payment_method"):
        known = {f"pm_card_{name}": card for name, card in CARDS.items()}
        known |= {f"pm_{name}": bank for name, bank in BANKS.items()}
        return _known(token, known, "payment_method")
    token = params.get("payment_method_data", {}).get("card", {}).get("token", "")
    known = {f"tok_{name}": card for name, card in CARDS.items()}
    return _known(token, known, "payment_method_data[card][token]")


def _known(token: str, known: Mapping[str, Method], param: str) -> Method:
    """Tokens of one kind are told apart by what follows a point."""
    name = token.partition(".")[0]
    if name not in known:
        raise StripeRefuses(400, "resource_missing", f"No such {token!r}", param=param)
    return known[name]


def check_method(method: Method, intent: Mapping[str, Any], params: Params) -> None:
    """Refuse what Stripe refuses of a method, before any bank is asked."""
    incompatible = "payment_intent_incompatible_payment_method"
    if method.currencies and intent["currency"] not in method.currencies:
        message = f"{method.type} cannot be paid in {intent['currency']}."
        raise StripeRefuses(400, incompatible, message)
    if waits(method, intent) and not method.can_wait:
        message = f"{method.type} does not support manual capture."
        raise StripeRefuses(400, incompatible, message)
    if method.asks == "redirect_to_url" and not params.get("return_url"):
        message = "A redirect needs somewhere to lead back to."
        raise StripeRefuses(400, "parameter_missing", message, param="return_url")


def waits(method: Method, intent: Mapping[str, Any]) -> bool:
    """Whether it is captured by hand: what is said of the method counts first."""
    said = intent["payment_method_options"].get(method.type, {})
    return (said.get("capture_method") or intent["capture_method"]) == "manual"
