"""What payments asks of whoever moves the money.

Every answer is the payment as it stands at the provider. A call that did not end in an
answer raises, and never anything but:

ProviderError
├── OutcomeUnknown      no answer, or none that tells: look it up, do not assume
│   └── Stumbled        the provider answered that it failed: the call is over
└── Refused             the provider will not: nothing was done
    ├── TokenUnknown    the token names no way to pay
    ├── AmountNotTaken  no card can be charged that amount of that currency
    └── OurFault        we are not let in, or asked nonsense: nobody's card is at fault
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import msgspec

from payments.domain import Standing

TOKEN_UNKNOWN: Final = "token_unknown"  # noqa: S105  # a code
OUR_FAULT: Final = "provider_unavailable"
AMOUNT_NOT_TAKEN: Final = "amount_not_taken"


class Redirect(msgspec.Struct, frozen=True, tag_field="type", tag="redirect"):
    """The buyer continues on a page of the bank, which leads back to the order."""

    url: str


class SdkAction(msgspec.Struct, frozen=True, tag_field="type", tag="stripe_sdk"):
    """The buyer continues inside our page, in the provider's own script."""

    client_secret: str


NextAction = Redirect | SdkAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A payment as it stands at the provider."""

    standing: Standing
    #: The provider's own id of it.
    reference: str
    #: All that went back so far.
    amount_refunded: int = 0
    decline_code: str | None = None
    next_action: NextAction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """What is to be authorized, and under which key."""

    payment_id: UUID
    amount: int
    currency: str
    token: str | None
    #: Where the bank's page sends the buyer back to.
    return_url: str
    #: Ours, committed before the call: asking twice acts once.
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A payment as the provider's own books have it."""

    #: Ours; None of what we did not begin.
    payment_id: UUID | None
    reference: str
    standing: Standing
    amount: int
    currency: str
    amount_captured: int
    amount_refunded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """News of a provider: which of our payments to look at."""

    #: The provider's id of the news; it comes any number of times.
    id: str
    type: str
    reference: str | None
    payment_id: str | None


class WrongSignature(Exception):
    """The news is not the provider's, or too old."""


class SendsNoNews(Exception):
    """This provider sends no webhooks."""


class ProviderError(Exception):
    """The provider did not answer as hoped."""


class OutcomeUnknown(ProviderError):
    """The call may have acted or not."""


class Stumbled(OutcomeUnknown):
    """The provider failed inside; it says so again for the same key."""


class Refused(ProviderError):
    """The provider will not do this; nothing was done."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        super().__init__(detail or code)


class TokenUnknown(Refused):
    """The token names no way to pay."""

    def __init__(self) -> None:
        super().__init__(TOKEN_UNKNOWN)


class AmountNotTaken(Refused):
    """No card can be charged that amount of that currency."""

    def __init__(self, detail: str) -> None:
        super().__init__(AMOUNT_NOT_TAKEN, detail)


class OurFault(Refused):
    """We are not let in, or asked for nonsense; nothing was done."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(OUR_FAULT, f"{code}: {detail}")


class Provider(Protocol):
    """A provider of payments. `reference` is its id, `key` our idempotency key."""

    @property
    def name(self) -> str: ...

    @property
    def livemode(self) -> bool: ...

    @property
    def publishable_key(self) -> str | None: ...

    async def authorize(self, wanted: Authorization) -> Answer: ...

    async def confirm(self, reference: str) -> Answer:
        """Ask about a payment whose buyer is back from the bank."""
        ...

    async def capture(self, reference: str, *, amount: int, key: str) -> Answer: ...

    async def void(self, reference: str, *, key: str) -> Answer: ...

    async def refund(self, reference: str, *, amount: int, key: str) -> Answer: ...

    async def look_up(self, payment_id: UUID, reference: str | None) -> Answer | None:
        """Find it by its reference or else by our id; None: it is unknown there."""
        ...

    def statement(self, since: datetime, until: datetime) -> AsyncIterator[Recorded]:
        """Everything that began in that time, as the provider's books have it."""
        ...

    def read_webhook(self, body: bytes, signature: str | None) -> Webhook:
        """Raises WrongSignature unless the provider signed it, and lately.

        And SendsNoNews, of a provider that never does.
        """
        ...

    async def aclose(self) -> None: ...
