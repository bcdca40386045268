"""Wrong inputs, made from the schemas: what each is, and the field it is about."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from table_kit.operations import Operation, Schema

_FORMATS: Mapping[str, tuple[str, ...]] = {
    "uuid": ("42", "{0}"),
    "date-time": ("tomorrow", "2026-12-31T20:00:00"),
}
_OTHER_TYPES: Mapping[str, tuple[Any, ...]] = {
    "string": (5, True, ["text"], {"text": "text"}),
    "integer": ("5", 1.5, True, [5]),
    "boolean": ("true", 1, [True]),
    "array": ("text", {}, 5),
    "object": ("text", [], 5),
}
#: Text that no pattern of ours takes.
_NO_PATTERN = " \t "


@dataclass(frozen=True)
class Wrong:
    """A whole input with one fault, and the field at fault."""

    value: Any
    field: str


def wrong_bodies(schema: Schema, body: Any) -> Iterator[Wrong]:
    """Every body with one fault that the schema forbids."""
    for wrong in _wrong(schema, body):
        field = wrong.field.strip(".") or "body"
        yield Wrong(wrong.value, field)


def _wrong(schema: Schema, value: Any) -> Iterator[Wrong]:
    """Replacements of a value, with the path at fault inside of it."""
    kinds = [schema, *schema.get("oneOf", ())]
    types = {kind["type"] for kind in kinds if "type" in kind}
    merged = {key: part for kind in kinds for key, part in kind.items()}
    for replacement in _of_other_types(types):
        yield Wrong(replacement, "")
    for replacement in _past_bounds(merged):
        yield Wrong(replacement, "")
    if isinstance(value, dict):
        yield from _in_object(merged, value)  # pyright: ignore[reportUnknownArgumentType]  # JSON
    elif isinstance(value, list):
        yield from _in_list(merged, value)  # pyright: ignore[reportUnknownArgumentType]  # JSON


def _of_other_types(types: set[str]) -> Iterator[Any]:
    if "null" not in types:
        yield None
    [kind] = types - {"null"}
    yield from _OTHER_TYPES[kind]


def _past_bounds(schema: Schema) -> Iterator[Any]:
    if "enum" in schema:
        yield "unheard-of"
    yield from _FORMATS.get(schema.get("format", ""), ())
    if schema.get("minLength"):
        yield ""
    if "maxLength" in schema:
        yield "x" * (schema["maxLength"] + 1)
    if "pattern" in schema:
        yield _NO_PATTERN
    if "minimum" in schema:
        yield schema["minimum"] - 1
    if "maximum" in schema:
        yield schema["maximum"] + 1


def _in_object(schema: Schema, value: dict[str, Any]) -> Iterator[Wrong]:
    yield Wrong({**value, "unheard_of": 1}, ".unheard_of")
    for name in schema["required"]:
        yield Wrong(_without(value, name), f".{name}")
    for name, part in schema["properties"].items():
        for wrong in _wrong(part, value.get(name)):
            yield Wrong({**value, name: wrong.value}, f".{name}{wrong.field}")


def _in_list(schema: Schema, value: list[Any]) -> Iterator[Wrong]:
    if schema.get("minItems"):
        yield Wrong([], "")
    if "maxItems" in schema:
        yield Wrong(value * (schema["maxItems"] + 1), "")
    for wrong in _wrong(schema["items"], value[0]):
        yield Wrong([wrong.value, *value[1:]], f".0{wrong.field}")


def _without(value: dict[str, Any], name: str) -> dict[str, Any]:
    copy = deepcopy(value)
    copy.pop(name, None)
    return copy


def wrong_queries(operation: Operation) -> Iterator[Wrong]:
    """Query parameters with one fault."""
    yield Wrong({"unheard_of": "1"}, "query.unheard_of")
    for parameter in operation.parameters_in("query"):
        name, schema = parameter["name"], parameter["schema"]
        for value in _wrong_texts(name, schema):
            yield Wrong({name: value}, f"query.{name}")


def _wrong_texts(name: str, schema: Schema) -> Iterator[str]:
    if schema.get("type") in {"integer", "number"}:
        yield "many"
    if name == "cursor":
        yield "somewhere"
    yield from (str(value) for value in _past_bounds(schema))
    yield "nul\0"


#: Headers with a fault, by their name.
WRONG_HEADERS: Mapping[str, tuple[str, ...]] = {
    "Idempotency-Key": ("", "two words", "x" * 256, "caf\xe9"),
    "If-Match": ("3", '"3', "v3"),
    "If-None-Match": ("3", '"v3', "v3"),
}
#: Bodies that are no JSON of ours at all.
WRONG_JSON: tuple[bytes, ...] = (
    b"",
    b"{",
    b"\xff",
    b"[" * 100_000,
    b"[]",
    b"null",
    b'"text"',
)
