"""What buyers and orders ask of payments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar
from uuid import UUID

import structlog

from common import idempotency
from common.database import Database, Transaction
from common.errors import Busy, Fault, Invalid
from common.idempotency import REPLAYED, Kept, Keyed
from common.identity import Action, Identity, may
from common.messages import OrderState, newest
from common.watch import Watch
from payments.domain import TAKEN, Status, Verdict
from payments.errors import (
    Declined,
    OrderNotFound,
    PaymentInProgress,
    PaymentNotFound,
)
from payments.models import Payment
from payments.opening import Asked, Openings, Superseded
from payments.providers.interface import (
    AMOUNT_NOT_TAKEN,
    OUR_FAULT,
    TOKEN_UNKNOWN,
    Provider,
)
from payments.repository import Repository, Rows
from payments.settlement import Settlement

log = structlog.get_logger()

T = TypeVar("T")

#: How long a payment waits for its order to be heard of.
PROPAGATION: Final = timedelta(seconds=2)
_LOOK_EVERY: Final = timedelta(milliseconds=50)
_OK: Final = 200
_DECLINED: Final = 402
_NOT_TAKEN: Final = Fault(
    "not-chargeable", "Comes to an amount that no card can be charged: ask its seller."
)
_NO_TOKEN: Final = Fault("token", "Is not a token of this provider.")


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as it is now, and whether its request had come before."""

    payment: Payment
    replayed: bool = False


class Payments:
    """The use cases of payments."""

    def __init__(
        self,
        database: Database,
        settlement: Settlement,
        *,
        propagation: timedelta = PROPAGATION,
        rows: Rows = Repository,
    ) -> None:
        self._database = database
        self._settlement = settlement
        self._openings = Openings(
            database, settlement.provider, patience=settlement.patience, rows=rows
        )
        self._patience = propagation.total_seconds()
        #: Orders that buyers pay before they are heard of: one look for all of them.
        self._arrivals = Watch(self._buyers_of, every=_LOOK_EVERY)
        self._rows = rows

    @property
    def provider(self) -> Provider:
        return self._settlement.provider

    async def pay(
        self,
        *,
        order_id: UUID,
        token: str | None,
        identity: Identity,
        keyed: Keyed | None,
    ) -> Paid:
        """Authorize what an order costs; its verdict takes the money, or gives it back.

        Raises OrderNotFound, HoldEnded, OrderCancelled, AlreadyPaid, PaymentInProgress
        and Declined.
        """
        asked = Asked(order_id=order_id, token=token, identity=identity, keyed=keyed)
        begun = await self._superseding(asked)
        if isinstance(begun, Kept):
            return await self._again(begun)
        if begun.state is Status.PROCESSING:
            begun = await self._settlement.carry_on(begun)
        if begun.state is not Status.FAILED:
            return Paid(begun)
        if begun.decline_code == TOKEN_UNKNOWN:
            raise Invalid.field("token", _NO_TOKEN)
        if begun.decline_code == AMOUNT_NOT_TAKEN:
            raise Invalid.field("order_id", _NOT_TAKEN)
        if begun.decline_code == OUR_FAULT:
            raise Busy
        raise _declined(begun)

    async def confirm(
        self, payment_id: UUID, identity: Identity, keyed: Keyed | None = None
    ) -> Paid:
        """Ask the provider now: the buyer is back from the bank.

        Asking twice is no harm, so the key is kept afterwards: it is never stuck.
        """
        payment = await self._settlement.ask(await self.get(payment_id, identity))
        return Paid(payment, replayed=await self._came_before(payment_id, keyed))

    async def get(self, payment_id: UUID, identity: Identity) -> Payment:
        """Raises PaymentNotFound, also for a payment of somebody else."""
        async with self._database.transaction() as tx:
            payment = await self._rows(tx).get(payment_id)
        if payment is None or payment.buyer_id not in identity.owners:
            raise PaymentNotFound
        return payment

    async def view(self, payment_id: UUID, identity: Identity) -> Payment:
        """As `get`; what was taken is shown to the seller of its tickets too."""
        async with self._database.transaction() as tx:
            payment = await self._rows(tx).get(payment_id)
        if payment is None or not _shown_to(payment, identity):
            raise PaymentNotFound
        return payment

    async def page(
        self,
        identity: Identity,
        *,
        order_id: UUID | None,
        before: UUID | None,
        limit: int,
    ) -> Sequence[Payment]:
        async with self._database.transaction() as tx:
            return await self._rows(tx).page(
                owners=identity.owners, order_id=order_id, before=before, limit=limit
            )

    async def follow(self, messages: Sequence[OrderState], tx: Transaction) -> None:
        """Keep what orders say of orders, and obey their verdicts."""
        repository = self._rows(tx)
        latest = newest(messages)
        taken = await repository.take_orders(latest)
        verdicts = verdicts_of([m for m in latest if m.order_id in taken])
        payments = await repository.lock_all(verdicts)
        for payment in payments:
            verdict, order = verdicts[payment.id]
            if order.status == "cancelled" and verdict is Verdict.ACCEPTED:
                # It ended because this payment failed or went back, which we said.
                payment.note(verdict)
            else:
                self._settlement.obey(tx, payment, verdict)
            if order.refund_due and verdict is Verdict.ACCEPTED:
                payment.owe_back()
        await repository.write(payments)
        unknown = verdicts.keys() - {payment.id for payment in payments}
        if unknown:
            examples = sorted(map(str, unknown))[:3]
            log.warning("unknown_payments_judged", count=len(unknown), ids=examples)

    async def _came_before(self, payment_id: UUID, keyed: Keyed | None) -> bool:
        if keyed is None:
            return False
        async with self._database.transaction() as tx:
            if await idempotency.claim(tx, keyed):
                return True
            await idempotency.keep(tx, keyed, status=_OK, thing_id=payment_id)
        return False

    async def _again(self, kept: Kept) -> Paid:
        async with self._database.transaction() as tx:
            payment = await self._rows(tx).get(kept.thing_id)
        assert payment is not None  # payments are never deleted
        if kept.status == _DECLINED:
            raise _declined(payment, headers=REPLAYED)
        return Paid(payment, replayed=True)

    async def _superseding(self, asked: Asked) -> Payment | Kept:
        """Begin; where an earlier payment waits for its buyer, call that off first."""
        try:
            return await self._open_once_known(asked)
        except Superseded as earlier:
            await self._settlement.give_up(earlier.payment_id)
        try:
            return await self._openings.open(asked)
        except Superseded as earlier:
            raise PaymentInProgress from earlier

    async def _open_once_known(self, asked: Asked) -> Payment | Kept:
        """Wait for an order just made; raises OrderNotFound when it stays away."""
        try:
            return await self._openings.open(asked)
        except OrderNotFound:
            own = asked.identity.owners.__contains__
            if not await self._arrivals.until(asked.order_id, own, self._patience):
                raise
        return await self._openings.open(asked)

    async def _buyers_of(self, orders: Sequence[UUID]) -> Mapping[UUID, UUID]:
        async with self._database.transaction() as tx:
            return await self._rows(tx).buyers_of(orders)


def _shown_to(payment: Payment, identity: Identity) -> bool:
    """To who pays; once money was taken, to the seller too."""
    seller = payment.seller_id
    sells = seller is not None and may(identity, Action.READ_SALES, seller)
    return payment.buyer_id in identity.owners or (sells and payment.state in TAKEN)


def verdicts_of(
    messages: Sequence[OrderState],
) -> dict[UUID, tuple[Verdict, OrderState]]:
    """Every verdict by its payment, with the order it was given on."""
    return {
        judged.payment_id: (Verdict(judged.verdict), message)
        for message in messages
        for judged in message.payments
    }


def _declined(payment: Payment, headers: dict[str, str] | None = None) -> Declined:
    return Declined(
        headers=headers,
        payment_id=str(payment.id),
        decline_code=payment.told_code,
    )
