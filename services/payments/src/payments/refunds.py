"""Giving money back: sellers ask for it, and a cancelled event owes it to everybody.

As with payments, each call to the provider stands between two transactions: the first
committed the refund, whose id is the provider's key; the second records the outcome.
What a process leaves in between is due, and any other finishes it.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge

from common import faults, idempotency
from common.clock import utcnow
from common.database import Database
from common.errors import Fault, Invalid, NotYours
from common.idempotency import Kept, Keyed
from common.identity import Action, Identity, may
from common.money import readable, step
from payments.domain import Status
from payments.errors import (
    AlreadyRefunded,
    NotCaptured,
    PaymentNotFound,
    RefundInProgress,
)
from payments.models import Payment
from payments.providers.interface import (
    Answer,
    OutcomeUnknown,
    ProviderError,
    Refused,
    Stumbled,
)
from payments.refunding import Refund, RefundRows, Rows, Wish
from payments.settlement import GROUP, KEYS_KEPT, Settlement

log = structlog.get_logger()

EVENT_CANCELLED: Final = "event_cancelled"
#: How long until a refund that the provider refused is tried again, where it is owed.
AGAIN: Final = timedelta(hours=1)

OWED = Gauge("refunds_owed", "Payments of cancelled events that have not gone back")
ENDED = Counter("refunds_ended", "Refunds that came to an end", ["status"])


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A refund as it is now, and whether its request had come before."""

    refund: Refund
    replayed: bool = False


class Refunds:
    """The use cases of refunds."""

    def __init__(
        self, database: Database, settlement: Settlement, *, rows: Rows = RefundRows
    ) -> None:
        self._database = database
        self._settlement = settlement
        self._rows = rows
        self.group = GROUP

    async def refund(
        self, payment_id: UUID, wish: Wish, *, identity: Identity, keyed: Keyed | None
    ) -> GivenBack:
        """Give back a payment of one's own sale, or a part of it.

        Raises PaymentNotFound, NotYours, NotCaptured, AlreadyRefunded,
        RefundInProgress, and Invalid for more than is left.
        """
        begun = await self._begin(payment_id, wish, identity, keyed)
        if isinstance(begun, Kept):
            async with self._database.transaction() as tx:
                return GivenBack(
                    await self._rows(tx).get(begun.thing_id), replayed=True
                )
        return GivenBack(await self._carry_on(*begun))

    async def run_due(self) -> None:
        """Finish refunds whose outcome is not known."""
        async with self._database.transaction() as tx:
            due = await self._rows(tx).claim_due(
                limit=self.group, lease=self._settlement.patience
            )
        await asyncio.gather(*(self._look_after(refund) for refund in due))

    async def run_owed(self) -> None:
        """Give back what cancelled events owe, group by group."""
        while begun := await self._begin_owed():
            await asyncio.gather(*(self._finish(*each) for each in begun))
            left = await self._count_owed()
            log.info("event_refunds", refunded=len(begun), left=left)

    async def measure(self) -> None:
        """Show how many payments of cancelled events are still to go back."""
        OWED.set(await self._count_owed())

    async def _count_owed(self) -> int:
        async with self._database.transaction() as tx:
            return await self._rows(tx).count_owed()

    async def _begin(
        self, payment_id: UUID, wish: Wish, identity: Identity, keyed: Keyed | None
    ) -> tuple[Refund, Payment] | Kept:
        """Commit the refund, and with it the key of its call."""
        async with self._database.transaction() as tx:
            if keyed and (kept := await idempotency.claim(tx, keyed)):
                return kept
            rows = self._rows(tx)
            payment = await rows.payment(payment_id)
            _admit(payment, identity)
            assert payment is not None  # it was admitted
            refund = Refund.of(
                payment,
                amount=_amount(payment, wish.amount),
                restock=wish.restock,
                reason=wish.reason,
                asked_by=identity.user_id,
                patience=self._settlement.patience,
            )
            rows.add(refund)
            await rows.flush()
            if keyed:
                await idempotency.keep(tx, keyed, status=201, thing_id=refund.id)
            return refund, payment

    async def _begin_owed(self) -> list[tuple[Refund, Payment]]:
        async with self._database.transaction() as tx:
            rows = self._rows(tx)
            owed = await rows.lock_owed(limit=self.group)
            begun = [(self._owed(payment), payment) for payment in owed]
            for refund, _ in begun:
                rows.add(refund)
            await rows.flush()
            return begun

    def _owed(self, payment: Payment) -> Refund:
        return Refund.of(
            payment,
            amount=payment.left_to_refund,
            restock=True,
            reason=EVENT_CANCELLED,
            asked_by=None,
            patience=self._settlement.patience,
        )

    async def _look_after(self, refund: Refund) -> None:
        async with self._database.transaction() as tx:
            payment = await self._rows(tx).payment(refund.payment_id)
        assert payment is not None  # payments are never deleted
        await self._finish(refund, payment)

    async def _finish(self, refund: Refund, payment: Payment) -> None:
        """One refund's trouble is not its neighbours'."""
        try:
            await self._carry_on(refund, payment)
        except Exception:
            log.exception("refund_failed", **_facts(refund))

    async def _carry_on(self, refund: Refund, payment: Payment) -> Refund:
        """Bring a refund as far as the provider lets it be brought now."""
        if payment.free:
            return await self._end(refund)
        if payment.provider != self._settlement.provider.name:
            log.error("provider_not_configured", **_facts(refund))
            return refund
        try:
            return await self._ask(refund, payment)
        except OutcomeUnknown as error:
            log.warning("outcome_unknown", error=repr(error), **_facts(refund))
            return await self._put_off(refund)

    async def _ask(self, refund: Refund, payment: Payment) -> Refund:
        if refund.tries > 1 and await self._went_back(refund, payment):
            return await self._end(refund)
        if utcnow() - refund.created_at > KEYS_KEPT * refund.attempt:
            # The provider forgets keys, and just said that it gave nothing back.
            return await self._put_off(refund, spent=refund.call_key)
        faults.reach("payments.refund-asked.committed")
        try:
            answer = await self._settlement.provider.refund(
                _reference(payment), amount=refund.amount, key=refund.call_key
            )
        except (Refused, Stumbled) as error:
            return await self._after(refund, payment, error)
        faults.reach("payments.refund-asked.answered")
        if not _is_back(answer, refund, payment):
            # The key took the refund on, and its bank sent it back since.
            log.warning("refund_sent_back", **_facts(refund))
            return await self._put_off(refund, spent=refund.call_key)
        refund = await self._end(refund)
        faults.reach("payments.refund-asked.recorded")
        return refund

    async def _after(
        self, refund: Refund, payment: Payment, error: ProviderError
    ) -> Refund:
        """The call is over: see whether it did what was asked nevertheless."""
        log.warning("provider_refused", error=repr(error), **_facts(refund))
        if await self._went_back(refund, payment):
            return await self._end(refund)
        if isinstance(error, Refused):
            return await self._end(refund, error=error.code)
        return await self._put_off(refund, spent=refund.call_key)

    async def _went_back(self, refund: Refund, payment: Payment) -> bool:
        answer = await self._settlement.provider.look_up(payment.id, payment.reference)
        return answer is not None and _is_back(answer, refund, payment)

    async def _end(self, seen: Refund, *, error: str | None = None) -> Refund:
        """Record that it went back, or why it did not."""
        async with self._database.transaction() as tx:
            rows = self._rows(tx)
            payment = await rows.payment(seen.payment_id)
            refund = await rows.lock(seen.id)
            if payment is None or not refund.pending:
                return refund
            refund.end(error)
            patience = self._settlement.patience
            done = error is None
            tx.say(
                *payment.end_refund(
                    done=done, restock=refund.restock, patience=patience
                )
            )
            if payment.refund_due_at is not None and not done:
                payment.owe_back(after=AGAIN)
        ENDED.labels(refund.status).inc()
        log.info("refund_ended", error=error, **_facts(refund))
        return refund

    async def _put_off(self, seen: Refund, *, spent: str | None = None) -> Refund:
        async with self._database.transaction() as tx:
            refund = await self._rows(tx).lock(seen.id)
            if refund.pending:
                refund.put_off(spent=spent, patience=self._settlement.patience)
        return refund


def _is_back(answer: Answer, refund: Refund, payment: Payment) -> bool:
    return answer.amount_refunded >= payment.amount_refunded + refund.amount


def _admit(payment: Payment | None, identity: Identity) -> None:
    """Whether this person may give this payment back, and whether it can go back."""
    if payment is None:
        raise PaymentNotFound
    seller = payment.seller_id
    if seller is None or not may(identity, Action.REFUND, seller):
        raise NotYours if payment.buyer_id in identity.owners else PaymentNotFound
    if payment.state is Status.REFUNDED:
        raise AlreadyRefunded
    if payment.state is Status.REFUNDING:
        raise RefundInProgress
    if payment.state is not Status.CAPTURED:
        raise NotCaptured


def _amount(payment: Payment, wanted: int | None) -> int:
    left, unit = payment.left_to_refund, step(payment.currency)
    if wanted is None:
        return left
    if wanted > left:
        most = readable(left, payment.currency)
        fault = Fault("left-to-refund", "At most {max} is left to refund.", max=most)
        raise Invalid.field("amount", fault)
    if wanted % unit:
        least = readable(unit, payment.currency)
        fault = Fault("multiple", "Must be a multiple of {step}.", step=least)
        raise Invalid.field("amount", fault)
    return wanted


def _reference(payment: Payment) -> str:
    assert payment.reference is not None  # it was captured, so it has one
    return payment.reference


def _facts(refund: Refund) -> dict[str, str]:
    return {
        "refund_id": str(refund.id),
        "payment_id": str(refund.payment_id),
        "status": refund.status,
    }
