"""AsyncAPI of the messages, from the types that are sent: one document a service.

What the types do not say, what each field means, is read from the `#:` lines above it.
"""

import inspect
import re
from typing import Any

import msgspec

from common import messages as language
from common.messages import ENVELOPE_BYTES, ENVELOPE_MESSAGES, DeadLettered, Message
from common.topology import HEARS, SAYS, SERVICES, durable_name, stream_of

_SCHEMAS = "#/components/schemas/{name}"
_NOTED = re.compile(r"(?P<note>(?: +#: .*\n)+) +(?P<field>\w+): ")


def documents() -> dict[str, dict[str, Any]]:
    """An AsyncAPI 3.0 document for each service: what it says and what it hears."""
    return {service: document(service) for service in SERVICES}


def document(service: str) -> dict[str, Any]:
    said = [*SAYS[service], *([DeadLettered] if HEARS[service] else [])]
    messages = [*said, *HEARS[service]]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Ticketing: {service}",
            "version": "1",
            "description": "Every NATS message is an envelope of messages of one type.",
        },
        "defaultContentType": "application/json",
        "channels": {m.__name__: _channel(m) for m in messages},
        "operations": {
            **{f"say{m.__name__}": _operation("send", m) for m in said},
            **{f"hear{m.__name__}": _heard(service, m) for m in HEARS[service]},
        },
        "components": {
            "messages": {m.__name__: _envelope(m) for m in messages},
            "schemas": schemas_of(messages),
        },
    }


def schemas_of(messages: list[type[Message]]) -> dict[str, Any]:
    """JSON schemas of messages and all their parts, each field described."""
    _, schemas = msgspec.json.schema_components(messages, ref_template=_SCHEMAS)
    for name, schema in schemas.items():
        notes = notes_of(getattr(language, name))
        for field, described in schema["properties"].items():
            described["description"] = notes[field]
    return schemas


def notes_of(struct: type[msgspec.Struct]) -> dict[str, str]:
    """What the `#:` lines say of each field, inherited ones included."""
    notes: dict[str, str] = {}
    for part in reversed(struct.__mro__):
        if issubclass(part, msgspec.Struct) and part is not msgspec.Struct:
            source = inspect.getsource(part)
            for found in _NOTED.finditer(source):
                lines = (line.strip(" #:") for line in found["note"].splitlines())
                notes[found["field"]] = " ".join(lines)
    return notes


def _channel(message: type[Message]) -> dict[str, Any]:
    name = message.__name__
    return {
        "address": message.subject,
        "description": f"Stream {stream_of(message.subject)}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
    }


def _operation(action: str, message: type[Message]) -> dict[str, Any]:
    channel = {"$ref": f"#/channels/{message.__name__}"}
    return {"action": action, "channel": channel, "summary": message.__doc__}


def _heard(service: str, message: type[Message]) -> dict[str, Any]:
    durable = durable_name(service, message)
    return {
        **_operation("receive", message),
        "description": f"Durable consumer `{durable}`.",
    }


def _envelope(message: type[Message]) -> dict[str, Any]:
    """What travels: its id is `Nats-Msg-Id` too, and the key of every inbox."""
    name = message.__name__
    messages = {
        "type": "array",
        "items": {"$ref": _SCHEMAS.format(name=name)},
        "minItems": 1,
        "maxItems": ENVELOPE_MESSAGES,
    }
    payload = {
        "type": "object",
        "required": ["id", "occurred_at", "messages"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "occurred_at": {"type": "string", "format": "date-time"},
            "messages": messages,
        },
    }
    summary = f"An envelope of {name}, at most {ENVELOPE_BYTES // 1024} KiB."
    return {"name": name, "summary": summary, "payload": payload}
