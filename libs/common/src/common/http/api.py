"""Builds a service's HTTP: Litestar, with our errors, people, bodies and documents."""

import warnings
from collections.abc import (
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import msgspec
from litestar import Litestar, Response, get
from litestar.di import Provide
from litestar.exceptions import HTTPException, LitestarDeprecationWarning
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from common.http import answers, documents, schemas
from common.http.bodies import StrictJson
from common.http.credentials import cookie_name
from common.http.edge import Edge
from common.http.guards import Gatekeeper, Rules
from common.http.people import AnyRequest, People
from common.http.repeats import keyed
from common.identity import Verifier
from common.limits import Limits, RateLimits

#: Bytes of a request's body: the longest text has 10,000 characters of up to 12 bytes.
BODY_LIMIT = 256 * 1024

_PEOPLE = ("member", "identity", "visitor")


def create_api(
    *,
    name: str,
    version: str,
    routes: Sequence[HTTPRouteHandler],
    dependencies: Mapping[str, object],
    verifier: Verifier,
    limits: Limits | None = None,
    public_url: str | None = None,
    body_limit: int = BODY_LIMIT,
) -> Litestar:
    """Build the public API of a service.

    `name` is the noun of `/api/<noun>/openapi.json`. `dependencies` are the objects
    that handlers take by parameter name, beside `identity`, `member`, `visitor` and
    `keyed`.
    """
    cookie = cookie_name(public_url)
    people = People(verifier, limits or RateLimits(), cookie=cookie)
    with _handlers_named_plainly():
        app = Litestar(
            [*routes, _openapi_route(name)],
            dependencies={
                **people.dependencies(),
                "keyed": Provide(keyed),
                **_provided(dependencies),
            },
            dto=StrictJson,
            guards=[Gatekeeper(people, public_url=public_url)],
            exception_handlers={
                HTTPException: answers.answer_framework_error,
                Exception: answers.answer_error,
            },
            openapi_config=documents.configuration(name=name, version=version),
            request_max_body_size=body_limit,
            logging_config=None,
            debug=False,
        )
    _apply_rules(app)
    app.asgi_handler = Edge(app.asgi_handler)
    return app


@contextmanager
def _handlers_named_plainly() -> Generator[None]:
    """Let handlers take what they need by name, unmarked: shorter, and tested.

    Litestar 3 will want every parameter marked with its source, and says so now.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LitestarDeprecationWarning)
        yield


@lru_cache(maxsize=8)
def openapi_document(app: Litestar) -> bytes:
    """Encode the OpenAPI document, the same for the same routes."""
    return msgspec.json.encode(schemas.document(app), order="deterministic")


def _openapi_route(name: str) -> HTTPRouteHandler:
    @get(f"/api/{name}/openapi.json", include_in_schema=False, sync_to_thread=False)
    def openapi(request: AnyRequest) -> Response[bytes]:
        return Response(openapi_document(request.app), media_type="application/json")

    return openapi


def _provided(dependencies: Mapping[str, object]) -> dict[str, Provide]:
    return {name: _constant(value) for name, value in dependencies.items()}


def _constant(value: object) -> Provide:
    return Provide(lambda: value, use_cache=True, sync_to_thread=False)


def _apply_rules(app: Litestar) -> None:
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler, inputs in route.route_handler_map.values():
            if handler.http_methods == {"OPTIONS"}:
                handler.before_request = _allowing(route.methods)
                continue
            rules = _rules(
                handler,
                query=_public_names(inputs.expected_query_params),
                headers=_public_names(inputs.expected_header_params),
            )
            rules.attach(handler)
            documents.describe(handler, rules, path=route.path_format)


def _allowing(
    methods: Iterable[str],
) -> Callable[[AnyRequest], Awaitable[Response[None]]]:
    """Answer OPTIONS: Litestar's own answer forgets all but a path's first handler."""
    headers = {"Allow": ", ".join(sorted(methods))}

    async def allow(_request: AnyRequest) -> Response[None]:
        return Response(None, status_code=204, headers=headers)

    return allow


def _rules(
    handler: HTTPRouteHandler,
    *,
    query: Mapping[str, str],
    headers: Mapping[str, str],
) -> Rules:
    parameters = handler.parsed_fn_signature.parameters
    return Rules(
        person=next((name for name in _PEOPLE if name in parameters), None),
        query=query,
        headers=headers,
        body="data" in parameters,
        webhook=bool(handler.opt.get("webhook")),
    )


def _public_names(known: Iterable[Any]) -> Mapping[str, str]:
    """Litestar's parameters: the handler's name of each, and the public one."""
    return {each.field_name: each.field_alias for each in known}
