"""The messages as a contract: only added to, still read, always heard by somebody."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from messages_kit import (
    breaks,
    record,
    recorded_schema,
    sample_of,
    samples,
    schema_of,
)

from common.asyncapi import documents, schemas_of
from common.messages import MESSAGES, Message, OrderCreated, TicketCreated
from common.topology import HEARS, PUBLIC, SAYS, SERVICES

DOCUMENTS = Path(__file__).parents[2] / "docs" / "messages"
every_message = pytest.mark.parametrize(
    "message", MESSAGES.values(), ids=lambda message: message.__name__
)


@every_message
class TestEach:
    def test_is_recorded_as_it_is(self, message: type[Message]) -> None:
        """`python tests/kit/messages_kit.py` records what was added."""
        assert recorded_schema(message) == schema_of(message)

    def test_every_version_ever_sent_is_read(self, message: type[Message]) -> None:
        files = samples(message)
        assert files
        for file in files:
            raw = file.read_bytes()
            read = msgspec.json.encode(msgspec.json.decode(raw, type=message))
            assert json.loads(raw).items() <= json.loads(read).items()

    def test_fields_of_a_later_version_are_ignored(
        self, message: type[Message]
    ) -> None:
        later = {**sample_of(message), "of_a_later_version": 1}
        raw = msgspec.json.encode(later)
        assert msgspec.json.decode(raw, type=message)

    def test_every_field_is_described(self, message: type[Message]) -> None:
        for schema in schemas_of([message]).values():
            assert schema["description"]
            assert all(field["description"] for field in schema["properties"].values())

    def test_is_said_under_its_owners_name(self, message: type[Message]) -> None:
        owner = message.subject.split(".")[0]
        speakers = {service for service, said in SAYS.items() if message in said}
        assert speakers == ({owner} if owner in SERVICES else set())

    def test_is_heard_by_a_service_or_is_public(self, message: type[Message]) -> None:
        heard = any(message in messages for messages in HEARS.values())
        assert heard != (message in PUBLIC)


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_is_current(service: str) -> None:
    """`make docs` writes it."""
    written = (DOCUMENTS / f"{service}.asyncapi.yaml").read_text()
    assert yaml.safe_load(written) == json.loads(json.dumps(documents()[service]))


def changed(path: str, value: Any) -> dict[str, Any]:
    """The schema of OrderCreated with something else in one place."""
    schema = deepcopy(schema_of(OrderCreated))
    *parents, last = path.split(".")
    place: Any = schema["$defs"]
    for parent in parents:
        place = place[parent]
    place.pop(last, None)
    if value is not None:
        place[last] = value
    return schema


class TestBreaks:
    def test_a_new_optional_field_breaks_nobody(self) -> None:
        new = changed("OrderCreated.properties.note", {"type": "string", "default": ""})
        assert [*breaks(schema_of(OrderCreated), new)] == []

    def test_a_new_value_of_an_enumeration_breaks_nobody(self) -> None:
        old = schema_of(OrderCreated)
        known = old["$defs"]["OrderCreated"]["properties"]["status"]["enum"]
        new = changed("OrderCreated.properties.status.enum", [*known, "moved"])
        assert [*breaks(old, new)] == []

    @pytest.mark.parametrize(
        ("path", "value", "named"),
        [
            ("OrderCreated.properties.total", None, "total was removed"),
            ("OrderCreated.properties.total", {"type": "string"}, "type changed"),
            ("OrderCreated.properties.status.enum", ["created"], "enum lost complete"),
            ("OrderCreated.required", ["order_id"], "total is required in one"),
            ("OrderItem.properties.amount", None, "amount was removed"),
            ("Verdict", None, "Verdict was removed"),
        ],
    )
    def test_what_is_taken_away_is_named(
        self, path: str, value: Any, named: str
    ) -> None:
        told = [*breaks(schema_of(OrderCreated), changed(path, value))]
        assert any(named in each for each in told)


class TestRecord:
    def test_a_second_time_it_changes_nothing(self, tmp_path: Path) -> None:
        assert record(tmp_path) == []
        files = {file: file.read_bytes() for file in tmp_path.iterdir()}
        assert record(tmp_path) == []
        assert {file: file.read_bytes() for file in tmp_path.iterdir()} == files

    def test_an_addition_gets_a_sample_of_its_own(self, tmp_path: Path) -> None:
        record(tmp_path)
        file = tmp_path / "TicketCreated.schema.json"
        schema = json.loads(file.read_text())
        del schema["$defs"]["TicketCreated"]["properties"]["event"]
        file.write_text(json.dumps(schema))
        assert record(tmp_path) == []
        assert len(samples(TicketCreated, tmp_path)) == 2

    def test_what_would_break_is_refused(self, tmp_path: Path) -> None:
        record(tmp_path)
        file = tmp_path / "TicketCreated.schema.json"
        schema = json.loads(file.read_text())
        schema["$defs"]["TicketCreated"]["properties"]["gone"] = {"type": "string"}
        file.write_text(json.dumps(schema))
        [refused] = record(tmp_path)
        assert "TicketCreated" in refused
        assert len(samples(TicketCreated, tmp_path)) == 1


@every_message
def test_a_time_without_its_offset_is_unreadable(message: type[Message]) -> None:
    sample = sample_of(message)
    for field, value in sample.items():
        if isinstance(value, str) and value.endswith("Z"):
            raw = msgspec.json.encode({**sample, field: value[:-1]})
            with pytest.raises(msgspec.ValidationError):
                msgspec.json.decode(raw, type=message)
