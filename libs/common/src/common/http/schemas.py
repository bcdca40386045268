"""The OpenAPI document, mended where Litestar speaks Python rather than JSON."""

import re
from collections.abc import Iterable
from typing import Any, cast

import msgspec
from litestar import Litestar

from common.http.bodies import Body

_REF = "#/components/schemas/"
_PAGE = re.compile(r"^Page_(?:.*\.)?(\w+?)(?:Read)?_$")

Json = dict[str, Any]


def document(app: Litestar) -> Json:
    """Build the document, the same for the same routes."""
    built = cast("Json", _mended(app.openapi_schema.to_schema()))
    for operation in _operations(built):
        operation["responses"].get("204", {}).pop("content", None)
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = _without_null(parameter["schema"])
    components = built.get("components", {}).get("schemas", {})
    for name in {body.__name__ for body in _bodies(Body)} & set(components):
        components[name]["additionalProperties"] = False
    return _renamed(built, {name: _plain_name(name) for name in components})


def _operations(built: Json) -> Iterable[Json]:
    for path in built["paths"].values():
        yield from path.values()


def _mended(value: object) -> object:
    """Whole numbers for bounds (100.0), and the one kind there is for `oneOf`."""
    match value:
        case dict():
            items = cast("Json", value).items()
            return _only_kind({key: _mended(item) for key, item in items})
        case list():
            return [_mended(item) for item in cast("list[object]", value)]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _only_kind(schema: Json) -> Json:
    kinds = schema.get("oneOf")
    if not isinstance(kinds, list) or len(cast("list[Json]", kinds)) != 1:
        return schema
    rest = {key: value for key, value in schema.items() if key != "oneOf"}
    return {**kinds[0], **rest}


def _without_null(schema: Json) -> Json:
    """A parameter is left out, it is never null."""
    kinds = [kind for kind in schema.get("oneOf", ()) if kind != {"type": "null"}]
    return _only_kind({**schema, "oneOf": kinds}) if kinds else schema


def _bodies(base: type[Body]) -> Iterable[type[Body]]:
    for body in base.__subclasses__():
        yield body
        yield from _bodies(body)


def _plain_name(name: str) -> str:
    """`Page_auth.schemas.SessionRead_` is a `SessionPage`."""
    return _PAGE.sub(r"\1Page", name)


def _renamed(built: Json, names: dict[str, str]) -> Json:
    text = msgspec.json.encode(built, order="deterministic").decode()
    for old, new in names.items():
        text = text.replace(f'"{_REF}{old}"', f'"{_REF}{new}"')
    renamed = cast("Json", msgspec.json.decode(text))
    schemas = renamed.get("components", {}).get("schemas", {})
    for old, new in names.items():
        schemas[new] = schemas.pop(old)
        schemas[new]["title"] = new
    return renamed
