"""JSON bodies in: decoded once, strictly, by msgspec, straight into their struct.

Litestar's own way decodes to builtins first and then converts leniently, so that the
text "5" passes for a number; this decoder takes its place for every `data` parameter.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast

import msgspec
from litestar.dto import AbstractDTO, DTOConfig
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from common.errors import Fault, Invalid
from common.http.sentences import field_error

NUL = Fault("nul", "Must not contain the character NUL.")
_NO_JSON = Fault("json", "Is not valid JSON.")

#: An escaped NUL: valid JSON, but no PostgreSQL text can hold it.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Body(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Base of every JSON body that comes in: a field nobody knows is refused."""


class Nothing(Body, frozen=True):
    """The body of a route that takes none: absent, or `{}`."""


_nothing = msgspec.json.Decoder(Nothing)


def decode(raw: bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    """Decode a body, or raise Invalid naming the first wrong field."""
    try:
        decoded = decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise Invalid(errors=[field_error(str(error))]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid.field("body", _NO_JSON) from error
    if b"\\u0000" in raw and _NUL.search(raw):
        path = ".".join(_find_nul(msgspec.json.decode(raw)) or ["body"])
        raise Invalid.field(path, NUL)
    return decoded


def decode_nothing(raw: bytes) -> None:
    if raw:
        decode(raw, _nothing)


def _find_nul(value: object) -> list[str] | None:
    match value:
        case str():
            return [] if "\0" in value else None
        case dict():
            items = cast("Mapping[str, object]", value).items()
        case list():
            entries = enumerate(cast("list[object]", value))
            items = [(str(index), entry) for index, entry in entries]
        case _:
            return None
    for key, item in items:
        if (path := _find_nul(item)) is not None:
            return [key, *path]
    return None


class StrictJson(AbstractDTO[Any]):
    """Litestar's seam for decoding `data`, with the annotation left as it stands."""

    config: ClassVar[DTOConfig] = DTOConfig()
    _decoders: ClassVar[dict[str, msgspec.json.Decoder[Any]]] = {}

    def decode_bytes(self, value: bytes) -> Any:
        return decode(
            value, self._decoders[self.asgi_connection.route_handler.handler_id]
        )

    @classmethod
    def create_for_field_definition(
        cls,
        field_definition: FieldDefinition,
        handler_id: str,
        backend_cls: Any = None,  # noqa: ARG003  # Litestar's signature
    ) -> None:
        cls._decoders[handler_id] = msgspec.json.Decoder(field_definition.annotation)

    @classmethod
    def create_openapi_schema(
        cls,
        field_definition: FieldDefinition,
        handler_id: str,  # noqa: ARG003  # Litestar's signature
        schema_creator: Any,
    ) -> Reference | Schema:
        return schema_creator.for_field_definition(field_definition)

    @classmethod
    def is_supported_model_type_field(
        cls,
        field_definition: FieldDefinition,  # noqa: ARG003  # Litestar's signature
    ) -> bool:
        """Answers are encoded as they are."""
        return False
