"""Parameters that lists take."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import QueryParameter

from common.clock import Moment
from common.errors import Invalid
from common.http.sentences import fault_of
from common.pagination import MOST
from tickets.domain.codes import COUNTRIES
from tickets.domain.words import words_of

Limit = Annotated[int, QueryParameter(ge=1, le=MOST)]
Cursor = Annotated[
    str | None, QueryParameter(max_length=200, description="`next` of the page before.")
]
Query = Annotated[
    str | None,
    QueryParameter(
        name="q",
        max_length=200,
        description="Words, or how they begin; case and accents do not matter.",
    ),
]
Country = Annotated[
    str | None,
    QueryParameter(
        description="ISO 3166 alpha-2.", schema_extra={"enum": sorted(COUNTRIES)}
    ),
]
From = Annotated[
    str | None,
    QueryParameter(
        name="from", description="Earliest start.", schema_extra={"format": "date-time"}
    ),
]
To = Annotated[
    str | None,
    QueryParameter(
        name="to", description="Latest start.", schema_extra={"format": "date-time"}
    ),
]
City = Annotated[str | None, QueryParameter(max_length=200)]
Seller = Annotated[UUID | None, QueryParameter(name="seller")]


def given(text: str | None) -> str | None:
    """A parameter left blank, as forms send it, is none."""
    return text if text and not text.isspace() else None


def wanted(q: str | None) -> list[str] | None:
    """The words to look for; None where none were asked for."""
    return None if given(q) is None else words_of(q)


def moment(parameter: str, text: str | None) -> datetime | None:
    """Strictly: Litestar would take a number for a time, and one without offset."""
    if text is None:
        return None
    try:
        return msgspec.convert(text, Moment)
    except msgspec.ValidationError as error:
        raise Invalid.field(f"query.{parameter}", fault_of(str(error))) from None
