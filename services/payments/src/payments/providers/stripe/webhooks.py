"""Stripe's news: signed over the raw body, and believed no further than its ids."""

import time
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from stripe import SignatureVerificationError, WebhookSignature

from payments.providers.interface import Webhook, WrongSignature

#: Seconds; Stripe signs each delivery anew.
TOLERANCE: Final = 300


class _Thing(msgspec.Struct):
    id: str = ""
    object: str = ""
    payment_intent: str | None = None
    metadata: dict[str, Any] | None = None


class _Data(msgspec.Struct):
    object: _Thing


class _Event(msgspec.Struct):
    id: str
    type: str
    data: _Data


def read_webhook(body: bytes, signature: str | None, secrets: Sequence[str]) -> Webhook:
    """Raises WrongSignature unless one of the secrets signed it, and lately."""
    if not any(_signed(body, signature, secret) for secret in secrets):
        raise WrongSignature
    try:
        event = msgspec.json.decode(body, type=_Event)
    except msgspec.DecodeError:
        raise WrongSignature from None
    thing = event.data.object
    is_intent = thing.object == "payment_intent"
    return Webhook(
        id=event.id,
        type=event.type,
        reference=thing.id if is_intent else thing.payment_intent,
        payment_id=(thing.metadata or {}).get("payment_id"),
    )


def _signed(body: bytes, signature: str | None, secret: str) -> bool:
    try:
        WebhookSignature.verify_header(body, signature, secret, TOLERANCE)
    except (SignatureVerificationError, ValueError):
        return False
    return _time_of(signature or "") <= time.time() + TOLERANCE


def _time_of(signature: str) -> int:
    """The SDK looks at the past alone; a time far ahead would never grow stale."""
    parts = (part.partition("=") for part in signature.split(","))
    return int(next(value for name, _, value in parts if name == "t"))
