"""Its tables: what is free, and one row for every effect a message had."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Integer,
    Table,
    Uuid,
)

from common.tables import service_metadata

metadata = service_metadata()

free = Table(
    "free",
    metadata,
    Column("stock_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("free", Integer, CheckConstraint("free >= 0", "enough"), nullable=False),
)
effects = Table(
    "effects",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("stock_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
)
