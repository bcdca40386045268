"""Parameters that lists take."""

from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from common.pagination import MOST
from tickets.domain.codes import COUNTRIES
from tickets.schemas.fields import Moment

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
    Moment | None, QueryParameter(name="from", description="Earliest start.")
]
To = Annotated[Moment | None, QueryParameter(name="to", description="Latest start.")]
City = Annotated[str | None, QueryParameter(max_length=200)]
Seller = Annotated[UUID | None, QueryParameter(name="seller")]
