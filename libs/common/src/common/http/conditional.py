"""Conditional requests (RFC 9110): whoever has an answer already is only told so."""

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Annotated, TypeVar, cast

import msgspec
from litestar import Response
from litestar.datastructures import ResponseHeader
from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter

from common.errors import Fault, Invalid

T = TypeVar("T")
_NO_ETAG = Fault("etag", 'Must be an ETag, as in "3".')

IfNoneMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-None-Match",
        required=False,
        description="ETags of answers that one has already.",
    ),
]
#: For `responses=` and `response_headers=` of a route that answers so.
UNCHANGED = {304: ResponseSpec(None, description="The answer one has is still right.")}
CACHED = [
    ResponseHeader(name=name, value="", description=text, documentation_only=True)
    for name, text in (
        ("ETag", "For `If-None-Match`."),
        ("Cache-Control", "How long the answer holds, and for whom."),
    )
]

_TAG = r'(?:W/)?"[^"]*"'
_TAGS = re.compile(rf"\s*{_TAG}\s*(?:,\s*{_TAG}\s*)*")
_EACH = re.compile(_TAG)


def answered(
    read: T, known: str | None, headers: Mapping[str, str], *, prefix: str = ""
) -> Response[T]:
    """An answer tagged by its own bytes, after `prefix`; 304 for whoever knows it."""
    body = msgspec.json.encode(read)
    tag = f'"{prefix}{digest(body)}"'
    if knows(known)(tag):
        return unchanged(tag, headers)
    return cast(
        "Response[T]",
        Response(body, media_type="application/json", headers={**headers, "ETag": tag}),
    )


def digest(body: bytes) -> str:
    return blake2b(body, digest_size=8).hexdigest()


def knows(known: str | None) -> Callable[[str], bool]:
    """Tells of a tag whether `If-None-Match` names it, compared weakly.

    Raises `Invalid`.
    """
    named = () if known is None else tags(known, header="If-None-Match")
    if named is None:
        return lambda _: True
    opaque = {tag.removeprefix("W/") for tag in named}
    return lambda tag: tag.removeprefix("W/") in opaque


def tags(named: str, *, header: str) -> Sequence[str] | None:
    """The ETags that a header names; None for `*`, whichever. Raises `Invalid`."""
    if named.strip() == "*":
        return None
    if not _TAGS.fullmatch(named):
        raise Invalid.field(f"header.{header}", _NO_ETAG)
    return _EACH.findall(named)


def unchanged(tag: str, headers: Mapping[str, str]) -> Response[T]:
    answer = Response(None, status_code=304, headers={**headers, "ETag": tag})
    return cast("Response[T]", answer)
