"""Questions asked of the payments database."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text, update

from common.clock import utcnow
from common.database import Transaction
from common.messages import OrderState
from common.set_based import SetBased, among
from payments.domain import LIVE, TAKEN
from payments.ledger import write_lines
from payments.models import Payment
from payments.tables import OrderReplica

_LIVE = [status.value for status in LIVE]
_TAKEN = [status.value for status in TAKEN]
_SAID = (
    "order_id",
    "version",
    "buyer_id",
    "seller_id",
    "status",
    "reason",
    "total",
    "fee",
    "currency",
)

#: What no verb changes of a payment.
_FIXED = frozenset(
    {
        *("order_id", "buyer_id", "seller_id", "amount", "fee", "currency"),
        *("provider", "livemode", "asked_by", "created_at"),
    }
)
_COLUMNS = [column.key for column in Payment.__table__.columns]
_BEGUN = SetBased(
    Payment,
    [name for name in _COLUMNS if name != "created_at"],
    returning="id, created_at",
)
_CHANGED = SetBased(Payment, [name for name in _COLUMNS if name not in _FIXED])

#: Arrays, not a row of parameters each: a list may bring tens of thousands of orders.
_TAKE_ORDERS = text("""
    INSERT INTO order_replicas AS known
        (order_id, version, buyer_id, seller_id, status, reason, total, fee, currency)
    SELECT * FROM unnest(
        CAST(:order_id AS uuid[]), CAST(:version AS bigint[]),
        CAST(:buyer_id AS uuid[]), CAST(:seller_id AS uuid[]),
        CAST(:status AS text[]), CAST(:reason AS text[]), CAST(:total AS bigint[]),
        CAST(:fee AS bigint[]), CAST(:currency AS text[]))
    ON CONFLICT (order_id) DO UPDATE
    SET version = excluded.version, buyer_id = excluded.buyer_id,
        seller_id = excluded.seller_id, status = excluded.status,
        reason = excluded.reason, total = excluded.total, fee = excluded.fee,
        currency = excluded.currency
    WHERE known.version <= excluded.version
    RETURNING order_id
""")


class Repository:
    """The rows of one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def insert(self, payments: Sequence[Payment]) -> None:
        """Write payments that begin, and what they add to the ledger."""
        if not payments:
            return
        rows = await self._session.execute(_BEGUN.insertion, _BEGUN.of(payments))
        moments = {row.id: row.created_at for row in rows}
        for payment in payments:
            payment.created_at = moments[payment.id]
        await self._write_lines(payments)

    async def write(self, payments: Sequence[Payment]) -> None:
        """Write what verbs made of payments, and what they add to the ledger."""
        if payments:
            await self._session.execute(_CHANGED.change, _CHANGED.of(payments))
            await self._write_lines(payments)

    async def buyers_of(self, order_ids: Iterable[UUID]) -> dict[UUID, UUID]:
        """Whose the orders are that have arrived; nothing is locked."""
        rows = await self._session.execute(
            select(OrderReplica.order_id, OrderReplica.buyer_id).where(
                among(OrderReplica.order_id, order_ids)
            )
        )
        return {row.order_id: row.buyer_id for row in rows}

    async def is_cancelled(self, order_id: UUID) -> bool:
        """Whether an order is over, as far as is known here; nothing is locked."""
        status = await self._session.scalar(
            select(OrderReplica.status).where(OrderReplica.order_id == order_id)
        )
        return status == "cancelled"

    async def lock_orders(
        self, order_ids: Iterable[UUID], *, wait: bool
    ) -> Sequence[OrderReplica]:
        """Orders to pay, locked in id order: who pays one twice at once is told so.

        Without `wait` those that somebody else has locked are missing.
        """
        found = await self._session.scalars(
            select(OrderReplica)
            .where(among(OrderReplica.order_id, order_ids))
            .order_by(OrderReplica.order_id)
            .with_for_update(skip_locked=not wait)
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def live_payments(self, order_ids: Iterable[UUID]) -> dict[UUID, Payment]:
        """By order. Exact only under the orders' locks."""
        found = await self._session.scalars(
            select(Payment)
            .where(among(Payment.order_id, order_ids), Payment.status.in_(_LIVE))
            .execution_options(populate_existing=True)
        )
        return {payment.order_id: payment for payment in found}

    async def get(self, payment_id: UUID) -> Payment | None:
        return await self._session.get(Payment, payment_id)

    async def lock(self, payment_id: UUID) -> Payment:
        payment = await self._session.scalar(
            select(Payment)
            .where(Payment.id == payment_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        assert payment is not None  # payments are never deleted
        return payment

    async def lock_all(
        self, payment_ids: Iterable[UUID], *, wait: bool = True
    ) -> Sequence[Payment]:
        """Those of them that exist, locked in id order, for `write` to write.

        Without `wait` those that somebody else has locked are missing too.
        """
        found = await self._session.scalars(
            select(Payment)
            .where(among(Payment.id, payment_ids))
            .order_by(Payment.id)
            .with_for_update(skip_locked=not wait)
            .execution_options(populate_existing=True)
        )
        payments = found.all()
        for payment in payments:
            self._session.expunge(payment)
        return payments

    async def page(
        self,
        *,
        owners: Iterable[UUID],
        order_id: UUID | None,
        before: UUID | None,
        limit: int,
    ) -> Sequence[Payment]:
        """One's own attempts, newest first; of one order also what sold one's tickets.

        A seller is a member, whose id is no guest's.
        """
        own = sorted(owners)
        mine = Payment.buyer_id.in_(own)
        query = select(Payment).where(mine)
        if order_id is not None:
            sold = Payment.seller_id.in_(own) & Payment.status.in_(_TAKEN)
            query = select(Payment).where(Payment.order_id == order_id, mine | sold)
        if before is not None:
            query = query.where(Payment.id < before)
        rows = await self._session.scalars(
            query.order_by(Payment.id.desc()).limit(limit)
        )
        return rows.all()

    async def take_orders(self, messages: Sequence[OrderState]) -> set[UUID]:
        """Keep what is newest; the orders whose message was not older than that.

        A message said again counts as not older: its verdicts are obeyed again.
        """
        columns = {
            name: [getattr(message, name) for message in messages] for name in _SAID
        }
        return set(await self._session.scalars(_TAKE_ORDERS, columns))

    async def claim_due(self, *, limit: int, lease: timedelta) -> Sequence[Payment]:
        """Payments due to be looked after; nobody else gets them during the lease."""
        now = utcnow()
        due = (
            select(Payment.id)
            .where(Payment.due_at <= now)
            .order_by(Payment.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = await self._session.scalars(
            update(Payment)
            .where(Payment.id.in_(due))
            .values(
                due_at=now + lease,
                tries=Payment.tries + 1,
            )
            .returning(Payment)
        )
        return claimed.all()

    async def _write_lines(self, payments: Iterable[Payment]) -> None:
        lines = [line for payment in payments for line in payment.take_lines()]
        await write_lines(self._session, lines)


#: Tests of what no database is needed for bring rows of their own.
Rows = Callable[[Transaction], Repository]
