"""Kinds of fields that several bodies have, and RFC 7396."""

import re
from datetime import datetime
from typing import Annotated, Any, TypeVar, cast

import msgspec
from msgspec import Meta

from common.errors import Fault, Invalid
from common.http import Body
from tickets.domain.codes import COUNTRIES, CURRENCIES

W = TypeVar("W", bound=Body)

_NO_LOCAL_TIME = Fault(
    "local-time", "Must be a date and time without offset, as in 2026-12-31T20:00:00."
)

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
Price = Annotated[
    int,
    Meta(
        ge=0,
        le=99_999_999,
        description="Minor units of the currency.",
        # Litestar takes a bound of 0 for none.
        extra_json_schema={"extra": {"minimum": 0}},
    ),
]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]
Currency = Annotated[
    str,
    Meta(
        description="ISO 4217, lower case.",
        examples=["usd"],
        # Every body takes null for it: a default that depends on the event.
        extra_json_schema={"extra": {"enum": [*sorted(CURRENCIES), None]}},
    ),
]
Country = Annotated[
    str,
    Meta(
        description="ISO 3166 alpha-2.",
        examples=["DE"],
        extra_json_schema={"extra": {"enum": sorted(COUNTRIES)}},
    ),
]

#: Seconds may be left out, as browsers do.
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII)


def local_time(text: str) -> datetime:
    """Raises `Invalid` for what is no date and time, or says an offset."""
    try:
        if _LOCAL.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass  # the 31st of February
    raise Invalid.field("starts_at_local", _NO_LOCAL_TIME)


def patched(present: W, patch: Body) -> W:
    """Apply a merge patch (RFC 7396): what is named changes, null removes.

    A patch takes null for optional fields alone, so the result is a body again.
    """
    document = _merge(msgspec.to_builtins(present), msgspec.to_builtins(patch))
    return msgspec.convert(document, type(present))


def _merge(target: object, patch: object) -> object:
    if not isinstance(patch, dict):
        return patch
    merged = dict(cast("dict[str, Any]", target)) if isinstance(target, dict) else {}
    for name, value in cast("dict[str, Any]", patch).items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(merged.get(name), value)
    return merged
