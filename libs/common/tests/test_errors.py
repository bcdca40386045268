"""Errors and the problem each becomes."""

import inspect

import msgspec
import pytest

from common import errors
from common.errors import Busy, FieldError, Invalid, NotFound, ServiceError, TooMany

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, ServiceError) and kind not in (ServiceError, errors.Waiting)
]


class SoldOut(errors.Conflict):
    """All of it is sold."""

    code = "sold-out"


class TestServiceError:
    def test_the_docstring_is_the_default_detail(self) -> None:
        assert SoldOut().detail == "All of it is sold."
        assert SoldOut("Row 3 is sold.").detail == "Row 3 is sold."

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_says_something(self, kind: type[ServiceError]) -> None:
        assert kind.__doc__
        assert 400 <= kind.status < 600

    def test_waiting_says_for_how_long(self) -> None:
        assert Busy().headers == {"Retry-After": "1"}
        assert TooMany(retry_after=7).headers == {"Retry-After": "7"}


class TestProblem:
    def test_it_has_the_members_of_rfc_9457(self) -> None:
        assert msgspec.json.decode(errors.problem(NotFound())) == {
            "type": "/problems/not-found",
            "title": "Not found",
            "status": 404,
            "detail": "There is no such thing.",
        }

    def test_wrong_fields_and_facts_are_added(self) -> None:
        error = Invalid(errors=[FieldError("items.0", "Is wrong.", "wrong")], limit=4)
        body = msgspec.json.decode(errors.problem(error))
        assert body["errors"] == [
            {"field": "items.0", "message": "Is wrong.", "code": "wrong"}
        ]
        assert body["limit"] == 4
