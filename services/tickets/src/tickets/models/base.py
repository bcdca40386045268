"""What all tables of the service share."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import DeclarativeBase

from common.tables import service_metadata


class Base(DeclarativeBase):
    metadata: ClassVar[MetaData] = service_metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        list[str]: ARRAY(Text),
        str: Text,
        UUID: Uuid,
        Range[datetime]: TSTZRANGE,
    }


def length(column: str, *, least: int = 1, most: int = 200) -> CheckConstraint:
    bounds = f"BETWEEN {least} AND {most}"
    return CheckConstraint(f"char_length({column}) {bounds}", name=column)


def currency_code() -> CheckConstraint:
    return CheckConstraint("currency ~ '^[a-z]{3}$'", name="currency")


def counted() -> CheckConstraint:
    return CheckConstraint("version >= 1", name="version")
