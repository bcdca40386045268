"""What the gateway itself answers: the problems of the API, as services say them."""

from collections.abc import Mapping
from typing import Any

from common.errors import (
    PROBLEM_JSON,
    Busy,
    ContentTooLarge,
    CrossSite,
    Invalid,
    MethodNotAllowed,
    NotFound,
    ServiceError,
    TooMany,
    problem,
)

#: Nothing in an answer of the API is a page.
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


class HeadersTooLarge(ServiceError):
    """The headers of the request are too large."""

    status = 431
    code = "headers-too-large"


class TooSlow(ServiceError):
    """The request took too long to arrive."""

    status = 408
    code = "too-slow"


class NoAnswer(ServiceError):
    """No answer in time: see what has become of it before you repeat it."""

    status = 504
    code = "no-answer"


#: By the status with which Envoy answers; what is not here is `Invalid`.
PROBLEMS: Mapping[int, ServiceError] = {
    403: CrossSite(),
    404: NotFound(),
    405: MethodNotAllowed(),
    408: TooSlow(),
    413: ContentTooLarge(),
    429: TooMany(),
    431: HeadersTooLarge(),
    500: Busy(),
    502: Busy(),
    503: Busy(),
    504: NoAnswer(),
}


def local_reply() -> dict[str, Any]:
    """Build `local_reply_config`: each answer of Envoy's own as problem+json."""
    mappers = [_mapper(status, error) for status, error in PROBLEMS.items()]
    return {"mappers": [*mappers, _whatever_else()]}


def header(name: str, value: str) -> dict[str, Any]:
    return {
        "header": {"key": name, "value": value},
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    }


def _mapper(status: int, error: ServiceError) -> dict[str, Any]:
    headers = {"Content-Security-Policy": API_POLICY, **error.headers}
    return {
        "filter": {"status_code_filter": {"comparison": _compare("EQ", status)}},
        "status_code": error.status,
        "body_format_override": _body(error),
        "headers_to_add": [header(*item) for item in headers.items()],
    }


def _whatever_else() -> dict[str, Any]:
    """A refusal we have no words for; what is none, such as readiness, stays."""
    refusal = {"status_code_filter": {"comparison": _compare("GE", 400)}}
    body = _body(Invalid(), "%RESPONSE_CODE%")
    return {"filter": refusal, "body_format_override": body}


def _compare(operator: str, status: int) -> dict[str, Any]:
    value = {"default_value": status, "runtime_key": f"answers.{operator}.{status}"}
    return {"op": operator, "value": value}


def _body(error: ServiceError, status: str | None = None) -> dict[str, Any]:
    text = problem(error).decode().replace("%", "%%")
    if status is not None:
        text = text.replace(f'"status":{error.status}', f'"status":{status}')
    return {
        "text_format_source": {"inline_string": text},
        "content_type": PROBLEM_JSON,
    }
