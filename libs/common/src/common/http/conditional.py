"""Conditional requests (RFC 9110): whoever has an answer already is only told so."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Annotated, TypeVar, cast

import msgspec
from litestar import Response
from litestar.datastructures import ResponseHeader
from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter

from common.errors import Fault, Invalid

T = TypeVar("T")
NO_ETAG = Fault("etag", 'Must be an ETag, as in "3".')

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
_OPAQUE = re.compile(r'"[^"]*"')


def answered(
    read: T, known: str | None, headers: Mapping[str, str], *, prefix: str = ""
) -> Response[T]:
    """An answer tagged by its own bytes, after `prefix`; 304 for whoever knows it."""
    body = msgspec.json.encode(read)
    tag = f'"{prefix}{digest(body)}"'
    if knows(known, tag):
        return unchanged(tag, headers)
    return cast(
        "Response[T]",
        Response(body, media_type="application/json", headers={**headers, "ETag": tag}),
    )


def digest(body: bytes) -> str:
    return blake2b(body, digest_size=8).hexdigest()


def knows(known: str | None, tag: str) -> bool:
    """Whether `If-None-Match` names this tag, compared weakly. Raises `Invalid`."""
    if known is None:
        return False
    if known.strip() == "*":
        return True
    if not _TAGS.fullmatch(known):
        raise Invalid.field("header.If-None-Match", NO_ETAG)
    return tag.removeprefix("W/") in _OPAQUE.findall(known)


def unchanged(tag: str, headers: Mapping[str, str]) -> Response[T]:
    answer = Response(None, status_code=304, headers={**headers, "ETag": tag})
    return cast("Response[T]", answer)
