"""What Stripe is asked for: an intent, and its confirmation."""

from typing import Any, Final, cast

from stripe.params import (
    PaymentIntentConfirmParams,
    PaymentIntentCreateParams,
    PaymentIntentCreateParamsPaymentMethodOptions,
)

from payments.currencies import to_stripe
from payments.providers.interface import Authorization
from payments.providers.stripe.reading import PAYMENT_ID

WITH_CHARGE: Final = ["latest_charge"]
#: Only authorized until the verdict; any other method, a bank's page or a debit, is
#: captured at once, and kept or given back by the verdict.
_WAITING: Final[PaymentIntentCreateParamsPaymentMethodOptions] = {
    "card": {"capture_method": "manual"},
    "link": {"capture_method": "manual"},
}


def to_open(wanted: Authorization) -> PaymentIntentCreateParams:
    """Raises NotChargeable for an amount that Stripe cannot count."""
    return {
        "amount": to_stripe(wanted.amount, wanted.currency),
        "currency": wanted.currency,
        "capture_method": "automatic",
        "payment_method_options": _WAITING,
        "automatic_payment_methods": {"enabled": True},
        "metadata": {PAYMENT_ID: str(wanted.payment_id)},
    }


def to_confirm(wanted: Authorization) -> PaymentIntentConfirmParams:
    return {
        **_method(wanted.token or ""),
        "return_url": wanted.return_url,
        "use_stripe_sdk": True,
        "expand": WITH_CHARGE,
    }


def _method(token: str) -> PaymentIntentConfirmParams:
    """How an intent is told what the buyer's page, or a test, gave us."""
    if token.startswith("ctoken_"):
        return {"confirmation_token": token}
    if token.startswith("tok_"):
        return {"payment_method_data": cast("Any", _card(token))}
    return {"payment_method": token}


def _card(token: str) -> dict[str, Any]:
    """Undocumented in the SDK's types, documented for tests of Stripe's."""
    return {"type": "card", "card": {"token": token}}
