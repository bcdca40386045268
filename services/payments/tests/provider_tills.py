"""Both providers as one: the adapter, tokens for each kind of buyer, and the bank.

What a test asks of one it asks of the other, so the fake of Stripe, the test provider
and what payments believes of a provider cannot drift apart.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid4

import httpx
from fake_stripe_http import SECRET_KEY, FakeStripe, serving
from fake_stripe_http import Operation as StripeOperation
from payments_desk import PUBLIC_URL, Line, Wire, Within

from payments.providers.interface import Answer, Authorization, Provider, Redirect
from payments.providers.stand_in.adapter import StandIn
from payments.providers.stand_in.api import create_api
from payments.providers.stand_in.books import Books
from payments.providers.stand_in.desk import Desk
from payments.providers.stand_in.wire import FaultBody
from payments.providers.stripe.adapter import PATIENCE, Stripe
from payments.providers.stripe.keys import StripeKeys

Name = Literal["test", "stripe"]
Buyer = Literal[
    "good", "bad", "poor", "asked", "asked_in_vain", "bank", "slow", "nobody"
]
Call = Literal["capture", "void"]
Breakdown = Literal["error", "error_after"]
Silence = Literal["before", "after"]

AMOUNT = 2550
#: Seconds: a fake that does not answer keeps nobody for long.
HASTE = 0.4


@dataclass
class Till(ABC):
    """A provider, and the hand on what is behind it."""

    provider: Provider
    tokens: Mapping[Buyer, str]

    def wanted(self, buyer: Buyer = "good") -> Authorization:
        payment_id = uuid4()
        return Authorization(
            payment_id=payment_id,
            amount=AMOUNT,
            currency="eur",
            token=self.tokens[buyer],
            return_url=f"{PUBLIC_URL}/orders/1",
            key=f"authorize:{payment_id}:1",
        )

    async def authorized(self, buyer: Buyer = "good") -> str:
        return (await self.provider.authorize(self.wanted(buyer))).reference

    async def captured(self) -> str:
        reference = await self.authorized()
        await self.capture(reference)
        return reference

    # Each under a key of its own, unless one is named.

    async def capture(self, reference: str, key: str | None = None) -> Answer:
        key = key or str(uuid4())
        return await self.provider.capture(reference, amount=AMOUNT, key=key)

    async def void(self, reference: str, key: str | None = None) -> Answer:
        return await self.provider.void(reference, key=key or str(uuid4()))

    async def refund(self, reference: str, amount: int = AMOUNT) -> Answer:
        return await self.provider.refund(reference, amount=amount, key=str(uuid4()))

    @abstractmethod
    async def moved(self, reference: str) -> Sequence[str]:
        """What was done with the money, in order."""

    @abstractmethod
    async def answer_bank(self, answer: Answer, *, approved: bool) -> None: ...

    @abstractmethod
    async def finish(self, reference: str) -> None:
        """A bank that took its time has made up its mind."""

    @abstractmethod
    async def lapse(self, reference: str) -> None:
        """The bank takes an authorization back."""

    @abstractmethod
    def break_down(self, call: Call, how: Breakdown) -> None:
        """The next such call fails inside, before or after it acts."""

    @abstractmethod
    def fall_silent(self, call: Call, when: Silence) -> None:
        """The next such call has no answer, and acts or does not."""

    @abstractmethod
    def speak_again(self) -> None:
        """Whatever is asked from now on is answered."""


@dataclass
class StandInTill(Till):
    desk: Desk
    http: httpx.AsyncClient
    line: Line

    async def moved(self, reference: str) -> Sequence[str]:
        entries = await self.desk.ledger.transact(Books.entries)
        kinds = [each.kind for each in entries if each.payment_id == reference]
        money = {"authorized", "captured", "voided", "refunded"}
        return [kind for kind in kinds if kind in money]

    async def answer_bank(self, answer: Answer, *, approved: bool) -> None:
        assert isinstance(answer.next_action, Redirect)
        path = answer.next_action.url.removeprefix(PUBLIC_URL)
        decision = "approve" if approved else "decline"
        await self.http.post(path, data={"decision": decision})

    async def finish(self, reference: str) -> None:
        """Its banks have, by the time they are asked again."""

    async def lapse(self, reference: str) -> None:
        await self.http.post(f"/control/payments/{reference}/lapse")

    def break_down(self, call: Call, how: Breakdown) -> None:
        self.desk.faults.add(FaultBody(operation=call, fault=how))

    def fall_silent(self, call: Call, when: Silence) -> None:
        del call  # whatever is asked next
        self.line.cut_off(when)

    def speak_again(self) -> None:
        self.line.times = 0


@dataclass
class StripeTill(Till):
    fake: FakeStripe

    async def moved(self, reference: str) -> Sequence[str]:
        return self.fake.rules.moved(reference)

    async def answer_bank(self, answer: Answer, *, approved: bool) -> None:
        self.fake.rules.authenticate(answer.reference, approved=approved)

    async def finish(self, reference: str) -> None:
        self.fake.rules.finish(reference)

    async def lapse(self, reference: str) -> None:
        self.fake.rules.lapse(reference)

    def break_down(self, call: Call, how: Breakdown) -> None:
        self.fake.fault(_STRIPES[call], how)

    def fall_silent(self, call: Call, when: Silence) -> None:
        self.fake.fault(_STRIPES[call], "hang" if when == "before" else "hang_after")
        self._wait_for(HASTE)

    def speak_again(self) -> None:
        self._wait_for(PATIENCE)

    def _wait_for(self, seconds: float) -> None:
        assert isinstance(self.provider, Stripe)
        self.provider._patience = seconds


_STRIPES: Mapping[Call, StripeOperation] = {"capture": "capture", "void": "cancel"}
_STAND_IN: Mapping[Buyer, str] = {
    "good": "tok_visa",
    "bad": "tok_chargeDeclined",
    "poor": "tok_chargeDeclinedInsufficientFunds",
    "asked": "tok_threeDSecure2Required",
    "asked_in_vain": "tok_threeDSecureRequiredChargeDeclined",
    "bank": "tok_test_bank",
    "slow": "tok_test_bankPending",
    "nobody": "tok_nobody",
}
_STRIPE: Mapping[Buyer, str] = {
    "good": "pm_card_visa",
    "bad": "pm_card_chargeDeclined",
    "poor": "pm_card_chargeDeclinedInsufficientFunds",
    "asked": "pm_card_authenticationRequired",
    "asked_in_vain": "pm_card_threeDSecureRequiredChargeDeclined",
    "bank": "pm_ideal",
    "slow": "pm_sofort",
    "nobody": "pm_card_nobody",
}


@asynccontextmanager
async def stand_in_till(desk: Desk) -> AsyncGenerator[Till]:
    asgi = httpx.ASGITransport(app=create_api(desk))  # pyright: ignore[reportArgumentType]  # plainer ASGI types
    line, base = Line(), "http://provider"
    async with (
        httpx.AsyncClient(transport=asgi, base_url=base) as http,
        httpx.AsyncClient(transport=Wire(asgi, line), base_url=base) as wired,
    ):
        stand_in = StandIn(Within(wired), public_url=PUBLIC_URL)
        yield StandInTill(stand_in, _STAND_IN, desk, http, line)


@asynccontextmanager
async def stripe_till() -> AsyncGenerator[Till]:
    async with serving(FakeStripe()) as fake:
        keys = StripeKeys(
            secret_key=SECRET_KEY, publishable_key="pk_test_fake", api_base=fake.url
        )
        # In one process with its fake, on a machine that may be busy.
        stripe = Stripe(keys, connecting=PATIENCE)
        yield StripeTill(stripe, _STRIPE, fake)
        await stripe.aclose()


async def standing(till: Till, payment_id: UUID, reference: str | None = None) -> str:
    found = await till.provider.look_up(payment_id, reference)
    assert found is not None
    return found.standing
