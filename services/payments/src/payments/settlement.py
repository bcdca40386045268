"""Bringing payments to their end: calls to the provider, and what comes of them.

Each call stands between two transactions: the first committed what is asked for and
under which key, the second records the outcome. Whoever dies in between leaves a
payment that is due, and any process finishes it: it looks the payment up at the
provider, records what it finds and asks for what is still missing. Nothing is decided
here; see `domain`.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter

from common import faults
from common.clock import utcnow
from common.database import Database, Transaction
from common.ids import new_id
from payments.domain import (
    CALLS,
    ENDED,
    TAKEN,
    UNFINISHED,
    Call,
    Status,
    Verdict,
    remaining_call,
)
from payments.models import Payment
from payments.providers.interface import (
    AmountNotTaken,
    Answer,
    Authorization,
    OurFault,
    OutcomeUnknown,
    Provider,
    ProviderError,
    Refused,
    Stumbled,
    TokenUnknown,
)
from payments.recording import Records, Word
from payments.repository import Repository, Rows

log = structlog.get_logger()

CAPTURED_THOUGH_ENDED = Counter(
    "captured_though_ended", "News of captures of payments that are over here"
)
REFUNDED_ELSEWHERE = Counter(
    "refunded_elsewhere", "News of money that went back by other hands than ours"
)

#: Payments looked after side by side.
GROUP: Final = 100
#: How long whoever was handed a payment has it to itself.
LEASE: Final = timedelta(seconds=10)
#: The provider remembers keys for a day: later, what is unknown there never arrived.
KEYS_KEPT: Final = timedelta(hours=23)
PROCESSING_ERROR: Final = "processing_error"


class Settlement:
    """Asks the provider and records its answers."""

    def __init__(
        self,
        database: Database,
        provider: Provider,
        *,
        return_url: Callable[[Payment], str],
        patience: timedelta,
        rows: Rows = Repository,
    ) -> None:
        self._database = database
        self._records = Records(database, patience=patience, rows=rows)
        self._provider = provider
        self._return_url = return_url
        self._rows = rows
        self.patience = patience
        self.group = GROUP
        self._handed: deque[Payment] = deque()
        #: Set while payments wait that were handed over.
        self.handed_over = asyncio.Event()
        self._calls: Mapping[Call, Callable[[Payment], Awaitable[Answer]]] = {
            Call.AUTHORIZE: self._authorize,
            Call.CAPTURE: self._capture,
            Call.VOID: self._void,
            Call.REFUND: self._refund,
        }

    @property
    def provider(self) -> Provider:
        return self._provider

    def obey(self, tx: Transaction, payment: Payment, verdict: Verdict) -> None:
        """Take an order's verdict; the call it asks for follows the commit."""
        before = payment.version
        tx.say(*payment.obey(verdict, patience=self.patience))
        if payment.version != before and payment.state in CALLS:
            payment.lease(min(self.patience, LEASE))
            tx.afterwards(partial(self._hand_over, payment))

    def _hand_over(self, payment: Payment) -> None:
        self._handed.append(payment)
        self.handed_over.set()

    async def run_handed_over(self) -> None:
        """Look after what was handed over; what waited too long is due by now."""
        while self._handed:
            count = min(self.group, len(self._handed))
            group = [self._handed.popleft() for _ in range(count)]
            await asyncio.gather(
                *(self._look_after(each) for each in group if each.leased)
            )

    async def run_due(self) -> None:
        """Look after everything that is due, group by group."""
        await self.run_handed_over()
        while await self._run_some() == self.group:
            pass

    async def _run_some(self) -> int:
        async with self._database.transaction() as tx:
            due = await self._rows(tx).claim_due(limit=self.group, lease=self.patience)
        await asyncio.gather(*(self._look_after(payment) for payment in due))
        return len(due)

    async def _look_after(self, payment: Payment) -> None:
        """One payment's trouble is not its neighbours'."""
        try:
            if payment.free:
                await self._record(payment, None)
            elif payment.provider != self._provider.name:
                log.error("provider_not_configured", **_facts(payment))
            elif payment.state in ENDED:
                await self._look_again(payment)
            else:
                await self.carry_on(payment)
        except Exception:
            log.exception("settlement_failed", **_facts(payment))

    async def carry_on(self, payment: Payment) -> Payment:
        """Bring a payment as far as the provider lets it be brought now."""
        try:
            if payment.tries <= 1 and payment.state in CALLS:
                return await self._call(payment, CALLS[payment.state])
            return await self._look_up_and_call(payment)
        except OutcomeUnknown as error:
            log.warning("outcome_unknown", error=repr(error), **_facts(payment))
            return await self._record(payment, None)

    async def ask(self, payment: Payment) -> Payment:
        """Ask how a payment stands, now that its buyer is back; decide nothing."""
        if payment.state not in {Status.PROCESSING, Status.REQUIRES_ACTION}:
            return payment
        try:
            answer = await self._confirm(payment)
        except OutcomeUnknown as error:
            log.warning("outcome_unknown", error=repr(error), **_facts(payment))
            return payment
        return await self._record(payment, answer) if answer else payment

    async def hear_of(self, payment: Payment) -> None:
        """The provider has news of a payment: see how it stands; decide nothing."""
        answer = await self._provider.look_up(payment.id, payment.reference)
        if answer is None:
            return
        word = Word(seen=payment, answer=answer, unasked=True)
        payment = await self._records.write(word)
        if payment.state in ENDED and answer.standing in UNFINISHED:
            # It is over here, so nobody may finish it there.
            await self._provider.void(
                answer.reference, key=f"void:{payment.id}:{new_id()}"
            )
        if payment.state is Status.RETURNING:
            CAPTURED_THOUGH_ENDED.inc()
            log.error("captured_though_ended", **_facts(payment))
        if payment.state in TAKEN and _moved_elsewhere(payment, answer):
            REFUNDED_ELSEWHERE.inc()
            log.error("refunded_elsewhere", **_facts(payment))

    async def give_up(self, payment_id: UUID) -> None:
        """Call off a payment that waits for its buyer, at the provider too."""
        async with self._database.transaction() as tx:
            payment = await self._rows(tx).lock(payment_id)
            if payment.state is Status.REQUIRES_ACTION:
                payment.give_up(patience=self.patience)
            if payment.state is not Status.VOIDING:
                return
        await self.carry_on(payment)

    async def _look_again(self, payment: Payment) -> None:
        """It is over here: nothing may be left of it there."""
        await self.hear_of(payment)
        async with self._database.transaction() as tx:
            (await self._rows(tx).lock(payment.id)).rest()

    async def _look_up_and_call(self, payment: Payment) -> Payment:
        answer = await self._provider.look_up(payment.id, payment.reference)
        call = remaining_call(payment.state, answer.standing if answer else None)
        if call is None:
            return await self._record(payment, answer)
        if call is Call.AUTHORIZE and await self._too_late(payment):
            return await self._fail(payment, PROCESSING_ERROR, tell=True)
        return await self._call(payment, call)

    async def _too_late(self, payment: Payment) -> bool:
        """Whether nobody is to be asked any more for what never arrived there.

        Who was told that the order is over has bought something else meanwhile.
        """
        if utcnow() - payment.created_at > KEYS_KEPT:
            return True
        async with self._database.transaction() as tx:
            return await self._rows(tx).is_cancelled(payment.order_id)

    async def _call(self, payment: Payment, call: Call) -> Payment:
        faults.reach(f"payments.{call}.committed")
        try:
            answer = await self._calls[call](payment)
        except (Refused, Stumbled) as error:
            return await self._after(payment, error)
        faults.reach(f"payments.{call}.answered")
        payment = await self._record(payment, answer)
        faults.reach(f"payments.{call}.recorded")
        return payment

    async def _after(self, payment: Payment, error: ProviderError) -> Payment:
        """The call is over and did not do what was asked: see what stands instead."""
        log.warning("provider_refused", error=repr(error), **_facts(payment))
        never_asked = isinstance(error, OurFault | AmountNotTaken)
        if never_asked and payment.state is Status.PROCESSING:
            return await self._fail(payment, error.code, tell=False)
        answer = await self._provider.look_up(payment.id, payment.reference)
        if answer is None and payment.state is Status.PROCESSING:
            code = error.code if isinstance(error, Refused) else PROCESSING_ERROR
            tell = not isinstance(error, TokenUnknown)
            return await self._fail(payment, code, tell=tell)
        return await self._record(payment, answer, spent=payment.call_key)

    async def _record(
        self, seen: Payment, answer: Answer | None, *, spent: str | None = None
    ) -> Payment:
        return await self._records.write(Word(seen=seen, answer=answer, spent=spent))

    async def _fail(self, payment: Payment, code: str, *, tell: bool) -> Payment:
        return await self._records.write(Word(seen=payment, failure=code, tell=tell))

    async def _confirm(self, payment: Payment) -> Answer | None:
        if payment.state is Status.REQUIRES_ACTION and payment.reference:
            try:
                return await self._provider.confirm(payment.reference)
            except Refused as error:
                log.warning("provider_refused", error=repr(error), **_facts(payment))
        return await self._provider.look_up(payment.id, payment.reference)

    async def _authorize(self, payment: Payment) -> Answer:
        return await self._provider.authorize(
            Authorization(
                payment_id=payment.id,
                amount=payment.amount,
                currency=payment.currency,
                token=payment.token,
                return_url=self._return_url(payment),
                key=payment.call_key,
            )
        )

    async def _capture(self, payment: Payment) -> Answer:
        return await self._provider.capture(
            _reference(payment), amount=payment.amount, key=payment.call_key
        )

    async def _void(self, payment: Payment) -> Answer:
        return await self._provider.void(_reference(payment), key=payment.call_key)

    async def _refund(self, payment: Payment) -> Answer:
        left = payment.amount - payment.amount_refunded
        return await self._provider.refund(
            _reference(payment), amount=left, key=payment.call_key
        )


def _moved_elsewhere(payment: Payment, answer: Answer) -> bool:
    """Whether money went back there by no refund of ours, or ours did not stay there.

    Nothing follows from it here: whose ticket that is, a person decides.
    """
    settled = payment.refund_id is None and payment.state not in CALLS
    return settled and answer.amount_refunded != payment.amount_refunded


def _reference(payment: Payment) -> str:
    assert payment.reference is not None  # it was authorized, so it has one
    return payment.reference


def _facts(payment: Payment) -> dict[str, str]:
    return {
        "payment_id": str(payment.id),
        "order_id": str(payment.order_id),
        "status": payment.status,
    }
