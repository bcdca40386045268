"""Every error leaves as `application/problem+json`: one shape, whoever raised it.

Nothing of an unexpected error reaches the client: it is logged, and the answer says
that the fault is ours. A database that is slow, locked or gone makes us busy, not
broken.
"""

from collections.abc import Mapping
from typing import Any, cast

import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException

from common.database import transient
from common.errors import (
    PROBLEM_JSON,
    Busy,
    ContentTooLarge,
    FieldError,
    Internal,
    Invalid,
    MethodNotAllowed,
    NotFound,
    ServiceError,
    UnsupportedMediaType,
    problem,
)
from common.http.guards import Rules
from common.http.people import AnyRequest
from common.http.sentences import fault_of

log = structlog.get_logger()

_BY_STATUS: dict[int, type[ServiceError]] = {
    error.status: error
    for error in (
        Invalid,
        NotFound,
        MethodNotAllowed,
        ContentTooLarge,
        UnsupportedMediaType,
        Busy,
    )
}

Answer = Response[bytes]


def answer(error: ServiceError) -> Answer:
    return Response(
        problem(error),
        status_code=error.status,
        media_type=PROBLEM_JSON,
        headers=error.headers,
    )


def answer_error(_request: AnyRequest, error: Exception) -> Answer:
    return answer(refusal_of(error))


def answer_framework_error(request: AnyRequest, error: HTTPException) -> Answer:
    if isinstance(error, ValidationException):
        return answer(Invalid(errors=_faults(request, error)))
    return answer(translate(error))


def refusal_of(error: Exception) -> ServiceError:
    """What whoever asked is told of an error; the rest of it is logged."""
    if isinstance(error, ServiceError):
        return error
    if transient(error):
        log.warning("database_busy", error=repr(error))
        return Busy()
    log.error("unexpected_error", exc_info=error)
    return Internal()


def translate(error: HTTPException) -> ServiceError:
    """Find our own error for one of Litestar's."""
    ours = _BY_STATUS.get(error.status_code)
    if ours is None:
        return refusal_of(error)
    return ours(headers=error.headers) if error.headers else ours()


def _faults(request: AnyRequest, error: ValidationException) -> list[FieldError]:
    extra = error.extra if isinstance(error.extra, list) else []
    return [_fault(request, fault) for fault in cast("list[dict[str, Any]]", extra)]


def _fault(request: AnyRequest, fault: Mapping[str, Any]) -> FieldError:
    rules = Rules.of(request.route_handler)
    names = {**rules.query, **rules.headers}
    source = getattr(fault.get("source"), "value", "")
    key = names.get(fault.get("key", ""), fault.get("key"))
    place = ".".join(part for part in (source, key) if part)
    return fault_of(fault["message"]).at(place)
