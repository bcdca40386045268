"""Payment intents of Stripe.

An intent is opened first and confirmed second, each under a key of its own that follows
from ours: nothing is asked of a bank before the intent's id is known, so whatever
becomes of the confirmation can be read from the intent itself. An intent that will not
be paid is closed at once, so that nobody can pay it later.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import structlog
from aiohttp import ClientError, ClientTimeout
from stripe import (
    AIOHTTPClient,
    CardError,
    IdempotencyError,
    InvalidRequestError,
    PaymentIntent,
    StripeClient,
    StripeError,
)

from common.ids import new_id
from payments.currencies import NotChargeable, to_stripe
from payments.domain import Standing
from payments.providers.interface import (
    AmountNotTaken,
    Answer,
    Authorization,
    OurFault,
    OutcomeUnknown,
    ProviderError,
    Recorded,
    Refused,
    Stumbled,
    TokenUnknown,
    Webhook,
)
from payments.providers.stripe.asking import WITH_CHARGE, to_confirm, to_open
from payments.providers.stripe.keys import StripeKeys
from payments.providers.stripe.reading import (
    PAYMENT_ID,
    UNCONFIRMED,
    answer_of,
    fault_of,
    intent_in,
    never_asked,
    payment_id_of,
    recorded,
)
from payments.providers.stripe.webhooks import read_webhook

log = structlog.get_logger()

#: The version these calls and answers are written for; an account's own is another.
API_VERSION: Final = "2026-10-28.endive"
#: Seconds an operation may take, all its calls together: a buyer waits for two.
PATIENCE: Final = 12.0
#: Of these, until Stripe is reached at all.
CONNECTING: Final = 3.0
#: None of the SDK's own: what has no answer is looked up, and asked again under the
#: committed key by whoever looks after the payment.
RETRIES: Final = 0
_REPLAYED: Final = "idempotent-replayed"
#: Of these the order is at fault, not we.
_PRICE: Final = frozenset({"amount", "currency"})
#: Of a refund that Stripe took and whose bank did not.
_NOT_REFUNDED: Final = frozenset({"failed", "canceled"})


class Stripe:
    """Provider `stripe`."""

    name = "stripe"

    def __init__(
        self,
        keys: StripeKeys,
        *,
        patience: float = PATIENCE,
        connecting: float = CONNECTING,
    ) -> None:
        # Not the SDK's default, whose pool looks through all connections at each call.
        self._http = AIOHTTPClient(
            timeout=ClientTimeout(patience, sock_connect=min(connecting, patience))
        )
        self._client = StripeClient(
            keys.secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": keys.api_base} if keys.api_base else {},
            max_network_retries=RETRIES,
            http_client=self._http,
        )
        self._intents = self._client.v1.payment_intents
        self._keys = keys
        self._patience = patience

    @property
    def livemode(self) -> bool:
        return self._keys.livemode

    @property
    def publishable_key(self) -> str | None:
        return self._keys.publishable_key

    async def authorize(self, wanted: Authorization) -> Answer:
        async with self._asking():
            opened = await self._open(wanted)
            try:
                return await self._settled(await self._confirmed(opened, wanted))
            except CardError as error:
                return await self._declined(intent_in(error) or opened.id)
            except (InvalidRequestError, IdempotencyError) as error:
                return await self._unless_dead(opened.id, fault_of(error))
            except StripeError as error:
                fault = fault_of(error)
                if not isinstance(fault, Stumbled):
                    raise
                return await self._unless_dead(opened.id, fault)

    async def confirm(self, reference: str) -> Answer:
        """The buyer's page has confirmed it with Stripe: see what came of it."""
        async with self._asking():
            return await self._settled(await self._retrieve(reference))

    async def capture(self, reference: str, *, amount: int, key: str) -> Answer:
        """All of it: what was authorized is what is owed."""
        del amount
        async with self._asking():
            intent = await self._intents.capture_async(
                reference, {"expand": WITH_CHARGE}, {"idempotency_key": key}
            )
            return answer_of(await self._fresh(intent))

    async def void(self, reference: str, *, key: str) -> Answer:
        async with self._asking():
            return answer_of(await self._cancel(reference, key))

    async def refund(self, reference: str, *, amount: int, key: str) -> Answer:
        async with self._asking():
            intent = await self._retrieve(reference)
            refund = await self._client.v1.refunds.create_async(
                {
                    "payment_intent": reference,
                    "amount": to_stripe(amount, intent.currency),
                },
                {"idempotency_key": key},
            )
            if refund.status in _NOT_REFUNDED:
                raise Refused(refund.failure_reason or f"refund_{refund.status}")
            return answer_of(await self._retrieve(reference))

    async def look_up(self, payment_id: UUID, reference: str | None) -> Answer | None:
        """None also of what no bank was asked for: the same key asks for it."""
        try:
            async with self._asking():
                if reference:
                    return await self._settled(await self._retrieve(reference))
                intent = await self._search(payment_id)
                if intent is None or never_asked(intent):
                    return None
                return await self._settled(intent)
        except Refused as refused:
            if refused.code == "resource_missing":
                return None
            raise OutcomeUnknown(repr(refused)) from None

    async def statement(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Recorded]:
        created = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        try:
            listed = await self._intents.list_async(
                {
                    "created": cast("Any", created),
                    "limit": 100,
                    "expand": ["data.latest_charge"],
                }
            )
            async for intent in listed.auto_paging_iter():
                if payment_id_of(intent) is not None:  # others may use the account
                    yield recorded(intent)
        except (TimeoutError, ClientError) as error:
            raise OutcomeUnknown(repr(error)) from None
        except StripeError as error:
            raise fault_of(error) from None

    def read_webhook(self, body: bytes, signature: str | None) -> Webhook:
        return read_webhook(body, signature, self._keys.webhook_secrets)

    async def aclose(self) -> None:
        await self._http.close_async()

    # The steps of an authorization.

    async def _open(self, wanted: Authorization) -> PaymentIntent:
        """The intent of this payment, new or from before; nothing is asked yet."""
        try:
            return await self._intents.create_async(
                to_open(wanted), {"idempotency_key": wanted.key}
            )
        except NotChargeable as error:
            raise AmountNotTaken(str(error)) from None
        except IdempotencyError as error:
            return await self._opened_before(wanted, error)
        except InvalidRequestError as error:
            if error.param in _PRICE:
                raise AmountNotTaken(str(error)) from None
            raise OurFault(error.code or "invalid_request", str(error)) from None

    async def _opened_before(
        self, wanted: Authorization, error: IdempotencyError
    ) -> PaymentIntent:
        """Its key came with other words, of another version or setting of ours.

        So there is an intent, and a bank may have been asked: nothing is known of it
        until the search finds it.
        """
        intent = await self._search(wanted.payment_id)
        if intent is None:
            raise OutcomeUnknown(repr(error))
        if (intent.amount, intent.currency) != (
            to_stripe(wanted.amount, wanted.currency),
            wanted.currency,
        ):
            raise fault_of(error)
        return intent

    async def _confirmed(
        self, opened: PaymentIntent, wanted: Authorization
    ) -> PaymentIntent:
        intent = await self._intents.confirm_async(
            opened.id,
            to_confirm(wanted),
            {"idempotency_key": f"{wanted.key}:confirm"},
        )
        return await self._fresh(intent)

    async def _unless_dead(self, intent_id: str, fault: ProviderError) -> Answer:
        """How it stands despite the fault; raises that where it can stand no more."""
        intent = await self._retrieve(intent_id)
        if intent.status not in UNCONFIRMED:
            return answer_of(intent)
        await self._close(intent_id)
        if isinstance(fault, Refused) and not isinstance(fault, TokenUnknown):
            raise OurFault(fault.code, str(fault))
        raise fault

    async def _settled(self, intent: PaymentIntent) -> Answer:
        """How it stands; a declined one can be paid by nobody any more."""
        answer = answer_of(intent)
        if answer.standing is Standing.DECLINED and intent.status != "canceled":
            await self._close(intent.id)
        return answer

    async def _declined(self, intent_id: str) -> Answer:
        return await self._settled(await self._retrieve(intent_id))

    async def _close(self, intent_id: str) -> None:
        # A new key each time: under one that failed it would fail for a day, and an
        # intent is cancelled once whatever the key.
        await self._cancel(intent_id, f"close:{intent_id}:{new_id()}")

    # Calls.

    async def _cancel(self, intent_id: str, key: str) -> PaymentIntent:
        intent = await self._intents.cancel_async(
            intent_id, {"expand": WITH_CHARGE}, {"idempotency_key": key}
        )
        return await self._fresh(intent)

    async def _retrieve(self, intent_id: str) -> PaymentIntent:
        return await self._intents.retrieve_async(intent_id, {"expand": WITH_CHARGE})

    async def _fresh(self, intent: PaymentIntent) -> PaymentIntent:
        """An answer that is said again may be old: look at the intent itself."""
        response = intent.last_response
        replayed = response and response.headers.get(_REPLAYED) == "true"
        return await self._retrieve(intent.id) if replayed else intent

    async def _search(self, payment_id: UUID) -> PaymentIntent | None:
        found = await self._intents.search_async(
            {
                "query": f"metadata['{PAYMENT_ID}']:'{payment_id}'",
                "limit": 1,
                "expand": ["data.latest_charge"],
            }
        )
        return found.data[0] if found.data else None

    @asynccontextmanager
    async def _asking(self) -> AsyncGenerator[None]:
        """Bound the operation, and let nothing out but errors of ours."""
        try:
            async with asyncio.timeout(self._patience):
                yield
        except (TimeoutError, ClientError) as error:
            raise OutcomeUnknown(repr(error)) from None
        except StripeError as error:
            raise fault_of(error) from None
