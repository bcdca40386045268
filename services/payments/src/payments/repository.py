"""Questions asked of the payments database."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, func, literal, select, text, update

from common.database import Transaction
from common.messages import OrderState
from payments.domain import LIVE, TAKEN
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

    def add(self, payment: Payment) -> None:
        self._session.add(payment)

    async def flush(self) -> None:
        await self._session.flush()

    async def knows(self, order_id: UUID, owners: Iterable[UUID]) -> bool:
        """Whether this order has arrived, and is one's own."""
        found = await self._session.scalar(
            select(OrderReplica.order_id)
            .where(OrderReplica.order_id == order_id)
            .where(OrderReplica.buyer_id.in_(sorted(owners)))
        )
        return found is not None

    async def order_to_pay(
        self, order_id: UUID, owners: Iterable[UUID]
    ) -> OrderReplica | None:
        """An order of one's own, locked: who pays it twice at once is told so."""
        return await self._session.scalar(
            select(OrderReplica)
            .where(OrderReplica.order_id == order_id)
            .where(OrderReplica.buyer_id.in_(sorted(owners)))
            .with_for_update()
        )

    async def live_payment(self, order_id: UUID) -> Payment | None:
        return await self._session.scalar(
            select(Payment)
            .where(Payment.order_id == order_id, Payment.status.in_(_LIVE))
            .with_for_update()
        )

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

    async def lock_all(self, payment_ids: Iterable[UUID]) -> Sequence[Payment]:
        """Those of them that exist, locked in id order."""
        found = await self._session.scalars(
            select(Payment)
            .where(Payment.id == any_(literal(list(payment_ids), ARRAY(Uuid))))
            .order_by(Payment.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found.all()

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
        due = (
            select(Payment.id)
            .where(Payment.due_at <= func.clock_timestamp())
            .order_by(Payment.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = await self._session.scalars(
            update(Payment)
            .where(Payment.id.in_(due))
            .values(
                due_at=func.clock_timestamp() + lease,
                tries=Payment.tries + 1,
            )
            .returning(Payment)
        )
        return claimed.all()


#: Tests of what no database is needed for bring rows of their own.
Rows = Callable[[Transaction], Repository]
