"""Headers of single things: their version, where they are, how long they hold."""

import re
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from litestar.params import HeaderParameter

from common.errors import Invalid
from common.identity import Identity
from tickets.service import Expected

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        required=False,
        description='Change only this version, as in "3"; `*` is any.',
        max_length=1000,
    ),
]

_TAG = r'(?:W/)?"[^"]*"'
_TAGS = re.compile(rf"\s*{_TAG}\s*(?:,\s*{_TAG}\s*)*")
_VERSION = re.compile(r'(?<!W/)"(\d{1,18})"')


def expected(if_match: str | None) -> Expected:
    """The versions that an editor has read (RFC 9110). Raises `Invalid`."""
    if if_match is None or if_match.strip() == "*":
        return None
    if not _TAGS.fullmatch(if_match):
        raise Invalid.field("header.If-Match", 'Must be an ETag, as in "3".')
    return frozenset(int(version) for version in _VERSION.findall(if_match))


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


def made(path: str, thing_id: UUID, version: int, *, replayed: bool) -> dict[str, str]:
    headers = {"Location": f"{path}/{thing_id}", **etag(version)}
    return headers | {"Idempotent-Replayed": "true"} if replayed else headers


def shared(visitor: Identity | None) -> Mapping[str, str]:
    """Whoever has not signed in sees the same: caches may hold it for a moment.

    Availability has to follow within 2 s, so a second is all there is to give.
    """
    if visitor is not None:
        return {}
    return {"Cache-Control": "public, max-age=1", "Vary": "Cookie, Authorization"}
