"""News of the provider: kept first, and then a reason to look, nothing more.

What news says of a payment may be old, doubled or out of order, so none of it is
believed but which payment it is about: how that stands is asked of the provider, as the
sweep asks it. Only ids are kept; the rest is a buyer's own and the provider has it.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import Index, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from common.clock import utcnow
from common.database import Database, Transaction
from common.forgetting import forget
from common.tables import CLOCK
from payments.models import Payment
from payments.providers.interface import SendsNoNews
from payments.settlement import GROUP, Settlement
from payments.tables import Base

log = structlog.get_logger()

#: As long as the provider lists its own.
KEPT: Final = timedelta(days=30)


class Received(Base):
    """News that came; how often it came again is nobody's concern."""

    __tablename__ = "webhooks"

    provider: Mapped[str] = mapped_column(primary_key=True)
    #: The provider's own id of it.
    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    reference: Mapped[str | None]
    payment_id: Mapped[str | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    #: When it is looked into; None once that was done.
    due_at: Mapped[datetime | None]
    received_at: Mapped[datetime] = mapped_column(server_default=CLOCK)

    __table_args__ = (
        Index(
            "webhooks_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")
        ),
        Index("webhooks_received_at_idx", "received_at"),
    )


class Webhooks:
    """Takes news in, and looks into it."""

    def __init__(self, database: Database, settlement: Settlement) -> None:
        self._database = database
        self._settlement = settlement

    async def receive(self, sender: str, body: bytes, signature: str | None) -> None:
        """Keep news, once; raises WrongSignature and SendsNoNews."""
        provider = self._settlement.provider
        if sender != provider.name:
            raise SendsNoNews
        news = provider.read_webhook(body, signature)
        row = {
            "provider": provider.name,
            "id": news.id,
            "type": news.type,
            "reference": news.reference,
            "payment_id": news.payment_id,
            "due_at": func.clock_timestamp(),
        }
        async with self._database.transaction() as tx:
            await tx.session.execute(
                insert(Received).values(row).on_conflict_do_nothing()
            )

    async def run_due(self) -> None:
        """Look into what came, group by group; a failed look is repeated later."""
        while len(due := await self._claim()) > 0:
            await asyncio.gather(*(self._look_into(news) for news in due))

    async def forget_old(self) -> None:
        before = utcnow() - KEPT
        await forget(self._database, "webhooks", "received_at", before=before)

    async def _claim(self) -> Sequence[Received]:
        due = (
            select(Received.provider, Received.id)
            .where(Received.due_at <= func.now())
            .order_by(Received.due_at)
            .limit(GROUP)
            .with_for_update(skip_locked=True)
            .subquery()
        )
        lease = self._settlement.patience
        claim = (
            update(Received)
            .where(Received.provider == due.c.provider, Received.id == due.c.id)
            .values(tries=Received.tries + 1, due_at=func.clock_timestamp() + lease)
            .returning(Received)
        )
        async with self._database.transaction() as tx:
            return (await tx.session.scalars(claim)).all()

    async def _look_into(self, news: Received) -> None:
        """One that fails comes again after its lease; its neighbours go on."""
        try:
            payment = await self._payment_of(news)
            if payment is None:
                log.info("webhook_of_nothing_known", type=news.type, news_id=news.id)
            else:
                await self._settlement.hear_of(payment)
            await self._done(news)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is not done
            log.warning("webhook_failed", news_id=news.id, error=repr(error))

    async def _payment_of(self, news: Received) -> Payment | None:
        async with self._database.transaction() as tx:
            return await _find(tx, news)

    async def _done(self, news: Received) -> None:
        this = (Received.provider == news.provider, Received.id == news.id)
        async with self._database.transaction() as tx:
            await tx.session.execute(update(Received).where(*this).values(due_at=None))


async def _find(tx: Transaction, news: Received) -> Payment | None:
    """By our own id, which the provider was told before it did anything."""
    payments = select(Payment).where(Payment.provider == news.provider)
    try:
        wanted = UUID(news.payment_id or "")
    except ValueError:
        if news.reference is None:
            return None
        return await tx.session.scalar(
            payments.where(Payment.reference == news.reference)
        )
    return await tx.session.scalar(payments.where(Payment.id == wanted))
