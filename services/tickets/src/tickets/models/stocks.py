"""The tables of what orders said is left."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tickets.domain.tickets import Level
from tickets.models.base import Base


class Stock(Base):
    """What orders said last of one of its stocks."""

    __tablename__ = "stocks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    free: Mapped[int]

    __table_args__ = (CheckConstraint("free >= 0", name="free"),)


class TicketStock(Base):
    """A ticket's part in a stock; it may be known before the ticket is."""

    __tablename__ = "ticket_stocks"

    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    stock_id: Mapped[UUID] = mapped_column(
        ForeignKey("stocks.id"), primary_key=True, index=True
    )
    held: Mapped[int]
    sold: Mapped[int]

    stock: Mapped[Stock] = relationship(lazy="raise", viewonly=True)

    __table_args__ = (CheckConstraint("held >= 0 AND sold >= 0", name="units"),)

    @property
    def level(self) -> Level:
        return Level(free=self.stock.free, held=self.held, sold=self.sold)
