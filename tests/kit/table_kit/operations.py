"""Every route of the public API, read from the services' OpenAPI documents."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

Schema = dict[str, Any]

DOCUMENTS = Path(__file__).parents[3] / "docs" / "api"
NOUNS = ("users", "tickets", "orders", "payments")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CODE = re.compile(r"^`([a-z-]+)`:", re.MULTILINE)


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    noun: str
    method: str
    path: str
    id: str
    #: Problem codes by status; none for answers that are no problem.
    answers: Mapping[int, frozenset[str]]
    #: `required`, `optional`, or None where nobody is asked for.
    person: str | None
    parameters: tuple[Schema, ...]
    body: Schema | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def unsafe(self) -> bool:
        return self.method not in SAFE

    @property
    def webhook(self) -> bool:
        """Asked by servers, which carry no cookie and sign in their own way."""
        return "webhooks" in self.path

    @property
    def keyed(self) -> bool:
        """Whether a key makes it safe to repeat."""
        names = {parameter["name"] for parameter in self.parameters_in("header")}
        return "Idempotency-Key" in names

    @property
    def place(self) -> list[str]:
        """Names of the parameters in its path."""
        return re.findall(r"{(\w+)}", self.path)

    def parameters_in(self, place: str) -> Iterator[Schema]:
        return (p for p in self.parameters if p["in"] == place)

    def matches(self, method: str, path: str) -> bool:
        pattern = re.sub(r"{\w+}", "[^/]+", self.path)
        return method == self.method and re.fullmatch(pattern, path) is not None

    def filled(self, values: Mapping[str, str]) -> str:
        return self.path.format_map(values)


@cache
def document(noun: str) -> Schema:
    text = (DOCUMENTS / f"{noun}.openapi.json").read_text(encoding="utf-8")
    return json.loads(text)


@cache
def operations() -> tuple[Operation, ...]:
    return tuple(_operations())


def _operations() -> Iterator[Operation]:
    for noun in NOUNS:
        described = document(noun)
        for path, methods in described["paths"].items():
            for method, operation in methods.items():
                yield Operation(
                    noun=noun,
                    method=method.upper(),
                    path=path,
                    id=operation["operationId"],
                    answers=_answers(operation["responses"]),
                    person=_person(operation.get("security", [])),
                    parameters=tuple(operation.get("parameters", ())),
                    body=_body(described, operation),
                )


def _answers(responses: Schema) -> dict[int, frozenset[str]]:
    return {
        int(status): frozenset(_CODE.findall(answer["description"]))
        for status, answer in responses.items()
    }


def _person(security: list[Schema]) -> str | None:
    if not security:
        return None
    return "optional" if {} in security else "required"


def _body(described: Schema, operation: Schema) -> Schema | None:
    if "requestBody" not in operation:
        return None
    [content] = operation["requestBody"]["content"].values()
    return resolved(described, content["schema"])


def resolved(described: Schema, schema: Any) -> Any:
    """A schema with what it refers to in its place."""
    if isinstance(schema, list):
        return [resolved(described, part) for part in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    parts = cast("Schema", schema)
    if "$ref" in parts:
        name = str(parts["$ref"]).rpartition("/")[2]
        return resolved(described, described["components"]["schemas"][name])
    return {key: resolved(described, part) for key, part in parts.items()}
