"""What the test provider and its callers say to each other, as JSON over HTTP."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from payments.domain import Standing

KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 255
#: Code of the refusal of a token that nobody issued.
TOKEN_UNKNOWN = "token_unknown"  # noqa: S105  # a code

Amount = Annotated[int, msgspec.Meta(ge=1, le=99_999_999)]
Operation = Literal["authorize", "confirm", "capture", "void", "refund", "look_up"]
Fault = Literal["decline", "action", "slow", "error", "error_after", "time_out_after"]
Kind = Literal[
    "processing",
    "challenged",
    "authorized",
    "declined",
    "captured",
    "voided",
    "refunded",
]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes


class AuthorizeBody(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """`POST /payments`."""

    amount: Amount
    currency: str
    token: str
    #: The caller's own id of the payment.
    reference: UUID
    return_url: str


class AmountBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /payments/{id}/capture` and `/refunds`."""

    amount: Amount


class PaymentBody(msgspec.Struct, frozen=True, kw_only=True):
    """A payment as it stands."""

    id: str
    reference: UUID
    standing: Standing
    amount: int
    currency: str
    amount_captured: int
    amount_refunded: int
    decline_code: str | None = None
    #: Path of the page on which the buyer answers the bank, while that is wanted.
    challenge: str | None = None


class RefusalBody(msgspec.Struct, frozen=True):
    """Why nothing was done."""

    code: str
    detail: str


class FaultBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /control/faults`: what the next calls of an operation meet."""

    operation: Operation
    fault: Fault
    #: How many calls meet it.
    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    #: How long `slow` and `time_out_after` keep the caller waiting.
    seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 30.0
    #: Only this payment's calls; otherwise anybody's.
    reference: UUID | None = None


class EntryBody(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the ledger."""

    number: int
    payment_id: str
    reference: UUID
    kind: Kind
    amount: int
    currency: str
    code: str | None
    at: str
