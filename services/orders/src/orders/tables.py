"""What is on offer and what of it is left: replicas, and the stock behind them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from common.tables import CLOCK, service_metadata


class Base(DeclarativeBase):
    metadata: ClassVar[MetaData] = service_metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        str: Text,
        UUID: Uuid,
    }


class TicketReplica(Base):
    """A ticket as its owner said it last; a tombstone once it is deleted."""

    __tablename__ = "ticket_replicas"

    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    seller_id: Mapped[UUID]
    event_id: Mapped[UUID | None]
    title: Mapped[str]
    price: Mapped[int]
    fee: Mapped[int]
    currency: Mapped[str]
    max_per_buyer: Mapped[int]
    #: When sales open and close, the event's own times considered.
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    published: Mapped[bool]
    withdrawn: Mapped[bool]
    #: What orders show of the event: `{id, name, venue, starts_at, …}`.
    event: Mapped[dict[str, Any] | None]

    __table_args__ = (
        Index("ticket_replicas_event_id_idx", "event_id"),
        Index("ticket_replicas_seller_id_idx", "seller_id"),
    )


class CancelledEvent(Base):
    """An event that will not take place, and whose orders are brought to their end."""

    __tablename__ = "cancelled_events"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    seller_id: Mapped[UUID]
    heard_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class Stock(Base):
    """What is scarce. The checks make a double sale impossible."""

    __tablename__ = "stocks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    #: Units as the seller told.
    quantity: Mapped[int] = mapped_column(Integer)
    #: greatest(quantity - withheld, held + sold); edits and releases recompute it.
    capacity: Mapped[int] = mapped_column(Integer)
    held: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    sold: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    #: Units that were refunded and stay away: nobody's, and on offer to nobody.
    withheld: Mapped[int] = mapped_column(Integer, server_default=text("0"))

    __table_args__ = (
        CheckConstraint("held + sold <= capacity", name="not_oversold"),
        CheckConstraint("held >= 0 AND sold >= 0", name="not_negative"),
        CheckConstraint("withheld >= 0", name="withheld"),
    )

    def hold_to_sold(self, units: int) -> None:
        self.held -= units
        self.sold += units

    def release(self, *, held: int = 0, sold: int = 0) -> None:
        self.held -= held
        self.sold -= sold
        self._recompute_capacity()

    def withhold(self, sold: int) -> None:
        """Take sold units back for good: a larger quantity alone offers more."""
        self.withheld += sold
        self.release(sold=sold)

    def sell(self, units: int) -> None:
        """Sell units that were not held: a late payment revives its order."""
        self.sold += units

    def tell(self, quantity: int) -> None:
        """Take the seller's new quantity; what is held or sold stays so."""
        self.quantity = quantity
        self._recompute_capacity()

    def _recompute_capacity(self) -> None:
        self.capacity = max(self.quantity - self.withheld, self.held + self.sold)

    @property
    def free(self) -> int:
        return max(0, self.quantity - self.withheld - self.held - self.sold)


class TicketStock(Base):
    """Which stock a ticket draws on, and how much of it this ticket holds or sold."""

    __tablename__ = "ticket_stocks"

    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    stock_id: Mapped[UUID] = mapped_column(ForeignKey("stocks.id"))
    held: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    sold: Mapped[int] = mapped_column(Integer, server_default=text("0"))

    __table_args__ = (
        CheckConstraint("held >= 0 AND sold >= 0", name="not_negative"),
        Index("ticket_stocks_stock_id_idx", "stock_id"),
    )
