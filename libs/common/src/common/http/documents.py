"""The OpenAPI document of a service: what routes take, answer and refuse.

A route declares the errors of its own, `responses=problems(SoldOut, HoldEnded)`; those
that follow from its inputs and from who may ask are added here.
"""

import dataclasses
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.spec import Components, SecurityRequirement, SecurityScheme
from litestar.router import Router

from common.errors import (
    PROBLEM_JSON,
    Busy,
    ContentTooLarge,
    CrossSite,
    FieldError,
    Guest,
    Invalid,
    KeyInProgress,
    KeyReused,
    NotFound,
    ServiceError,
    SignedOut,
    TooMany,
    UnsupportedMediaType,
    default_detail,
)
from common.http.credentials import cookie_name
from common.http.guards import Rules

_SAFE = {"GET", "HEAD", "OPTIONS"}

#: Whoever asks with the cookie or with a bearer token.
SIGNED_IN: list[SecurityRequirement] = [{"cookie": []}, {"bearer": []}]
ANYBODY: SecurityRequirement = {}

_SCHEMES: dict[str, SecurityScheme] = {
    "cookie": SecurityScheme(
        type="apiKey",
        name=cookie_name(None),
        security_scheme_in="cookie",
        description="Set by signing in; over https its name is `__Host-session`.",
    ),
    "bearer": SecurityScheme(
        type="http",
        scheme="bearer",
        bearer_format="JWT",
        description="The same token, for programs.",
    ),
}


class Problem(msgspec.Struct):
    """What went wrong (RFC 9457); programs switch on `type`."""

    type: Annotated[str, msgspec.Meta(examples=["/problems/not-found"])]
    title: str
    status: int
    detail: str
    #: At least the first wrong field of a bad input.
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET


def problems(*errors: type[ServiceError]) -> dict[int, ResponseSpec]:
    """Declare the errors of a route, for its `responses=`."""
    by_status: dict[int, list[type[ServiceError]]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error)
    return {status: _spec(found) for status, found in by_status.items()}


def _spec(errors: Iterable[type[ServiceError]]) -> ResponseSpec:
    lines = [f"`{error.code}`: {default_detail(error)}" for error in errors]
    return ResponseSpec(
        data_container=Problem,
        media_type=PROBLEM_JSON,
        description="\n".join(dict.fromkeys(lines)),
        generate_examples=False,
    )


def describe(handler: HTTPRouteHandler, rules: Rules, *, path: str) -> None:
    """Complete what a route declares with what follows from its rules."""
    declared = handler.responses or {}
    implied = problems(*_implied(handler, rules, path))
    handler.responses = {
        status: _merge(declared.get(status), implied.get(status))
        for status in sorted({*declared, *implied})
    }
    handler.summary = handler.summary or _summary(handler.handler_name)
    if rules.person in ("identity", "member"):
        handler.security = SIGNED_IN
    elif rules.person == "visitor":
        handler.security = [*SIGNED_IN, ANYBODY]


def _implied(
    handler: HTTPRouteHandler, rules: Rules, path: str
) -> Iterable[type[ServiceError]]:
    unsafe = not handler.http_methods <= _SAFE
    yield Invalid
    if rules.person in ("identity", "member"):
        yield SignedOut
    if rules.person == "member":
        yield Guest
    if unsafe and not rules.webhook:
        yield from (CrossSite, UnsupportedMediaType)
    if "{" in path:
        yield NotFound
    if "keyed" in handler.parsed_fn_signature.parameters:
        yield from (KeyInProgress, KeyReused)
    if unsafe:
        yield ContentTooLarge
    yield from (TooMany, Busy)


def _merge(declared: ResponseSpec | None, implied: ResponseSpec | None) -> ResponseSpec:
    if declared is None or implied is None:
        merged = declared or implied
        assert merged is not None
        return merged
    lines = f"{declared.description}\n{implied.description}".splitlines()
    return dataclasses.replace(declared, description="\n".join(dict.fromkeys(lines)))


class _Nowhere(Router):
    """Litestar would also serve pages about the document; we serve the document."""

    def register(self, value: object) -> list[Any]:  # noqa: ARG002  # Litestar's name
        return []


def configuration(*, name: str, version: str) -> OpenAPIConfig:
    return OpenAPIConfig(
        title=f"Ticketing: {name}",
        version=version,
        components=Components(security_schemes=dict(_SCHEMES)),
        openapi_router=_Nowhere("/", route_handlers=[]),
        use_handler_docstrings=True,
        operation_id_creator=operation_id,
    )


def operation_id(handler: HTTPRouteHandler, _method: object, _path: object) -> str:
    """`sign_up` becomes `signUp`, whatever its path."""
    first, *rest = handler.handler_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _summary(name: str) -> str:
    return name.replace("_", " ").capitalize()
