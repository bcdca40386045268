"""What the tables share, and the replica of orders."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from common.tables import service_metadata


class Base(DeclarativeBase):
    metadata: ClassVar[MetaData] = service_metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        int: BigInteger,
        str: Text,
        UUID: Uuid,
    }


class OrderReplica(Base):
    """An order as orders said it last: who owes what, and whether it may be paid."""

    __tablename__ = "order_replicas"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    buyer_id: Mapped[UUID]
    #: None only of orders not heard of since sellers are kept here.
    seller_id: Mapped[UUID | None]
    status: Mapped[str]
    reason: Mapped[str | None]
    total: Mapped[int]
    #: What of the total is ours, not the seller's.
    fee: Mapped[int] = mapped_column(server_default=text("0"))
    currency: Mapped[str]
