"""What can go wrong, by name. Every class is one problem of the public API.

ServiceError                    (base)
├── Invalid                     400 invalid
├── SignedOut                   401 signed-out
├── Forbidden                   403 (base)
│   ├── Guest                       guest
│   ├── NotYours                    not-yours
│   └── CrossSite                   cross-site
├── NotFound                    404 not-found
├── MethodNotAllowed            405 method-not-allowed
├── Conflict                    409 (base)
│   └── KeyInProgress               key-in-progress
├── Gone                        410 (base)
├── Changed                     412 changed
├── ContentTooLarge             413 content-too-large
├── UnsupportedMediaType        415 unsupported-media-type
├── KeyReused                   422 key-reused
├── Internal                    500 internal
└── Waiting                     (base; both say Retry-After)
    ├── TooMany                 429 too-many
    └── Busy                    503 busy

Services add subclasses of their own in their `errors.py`: two lines each, for the
docstring of a class is what people read when nothing more precise is given.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import msgspec

PROBLEM_JSON = "application/problem+json"


class FieldError(msgspec.Struct, frozen=True, omit_defaults=True):
    """One wrong input: where (`items.0.quantity`, `query.limit`) and why.

    `code` stays the same for programs that say it in other words, with `values`.
    """

    field: str
    message: str
    code: str
    values: Mapping[str, str | int] = {}


class Fault:
    """Why an input is wrong: a code that stays, and its sentence with values in it."""

    def __init__(self, code: str, sentence: str, **values: str | int) -> None:
        self.code = code
        self.values = values
        self.message = sentence.format_map(values)

    def at(self, field: str) -> FieldError:
        return FieldError(field, self.message, self.code, self.values)


class ServiceError(Exception):
    """Something that people are told of, by its own status and code."""

    status: ClassVar[int]
    code: ClassVar[str]

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extra: object,
    ) -> None:
        self.detail: str = detail or default_detail(type(self))
        self.errors: list[FieldError] = list(errors)
        self.headers: dict[str, str] = dict(headers or {})
        self.extra: dict[str, object] = extra
        super().__init__(self.detail)

    @classmethod
    def title(cls) -> str:
        return cls.code.replace("-", " ").capitalize()


class Invalid(ServiceError):
    """The request is not valid."""

    status = 400
    code = "invalid"

    @classmethod
    def field(cls, field: str, fault: Fault) -> "Invalid":
        """Build the error of one wrong field."""
        return cls(errors=[fault.at(field)])


class SignedOut(ServiceError):
    """Sign in to do this."""

    status = 401
    code = "signed-out"

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.headers["WWW-Authenticate"] = "Bearer"


class Forbidden(ServiceError):
    """This is not allowed."""

    status = 403
    code = "forbidden"


class Guest(Forbidden):
    """Guests cannot do this: sign up first."""

    code = "guest"


class NotYours(Forbidden):
    """This belongs to somebody else."""

    code = "not-yours"


class CrossSite(Forbidden):
    """The request was made by another site."""

    code = "cross-site"


class NotFound(ServiceError):
    """There is no such thing."""

    status = 404
    code = "not-found"


class MethodNotAllowed(ServiceError):
    """This address does not know that method."""

    status = 405
    code = "method-not-allowed"


class Conflict(ServiceError):
    """The present state does not allow this."""

    status = 409
    code = "conflict"


class KeyInProgress(Conflict):
    """A request with this Idempotency-Key is still at work."""

    code = "key-in-progress"


class Gone(ServiceError):
    """This has ended."""

    status = 410
    code = "gone"


class Changed(ServiceError):
    """It has changed since you read it."""

    status = 412
    code = "changed"


class ContentTooLarge(ServiceError):
    """The body of the request is too large."""

    status = 413
    code = "content-too-large"


class UnsupportedMediaType(ServiceError):
    """Send JSON, with the header Content-Type: application/json."""

    status = 415
    code = "unsupported-media-type"


class KeyReused(ServiceError):
    """This Idempotency-Key was used with another body."""

    status = 422
    code = "key-reused"


class Waiting(ServiceError):
    """Try again later."""

    def __init__(
        self, detail: str | None = None, *, retry_after: int = 1, **extra: Any
    ) -> None:
        super().__init__(detail, **extra)
        self.headers["Retry-After"] = str(retry_after)


class TooMany(Waiting):
    """Too many requests in a short time."""

    status = 429
    code = "too-many"


class Internal(ServiceError):
    """Something went wrong on our side."""

    status = 500
    code = "internal"


class Busy(Waiting):
    """We are busy: try again in a moment."""

    status = 503
    code = "busy"


def default_detail(error: type[ServiceError]) -> str:
    return " ".join((error.__doc__ or error.title()).split())


def problem(error: ServiceError) -> bytes:
    """Encode an error as the body of an `application/problem+json` answer."""
    body: dict[str, object] = {
        "type": f"/problems/{error.code}",
        "title": error.title(),
        "status": error.status,
        "detail": error.detail,
        **error.extra,
    }
    if error.errors:
        body["errors"] = error.errors
    return msgspec.json.encode(body)
