"""Settings: read once, and the wrong one named."""

from typing import Annotated, ClassVar

import msgspec
import pytest
from tiny.settings import Settings

from common.settings import SettingsError, describe, load, variable

TOLD = {
    "TICKETS_DATABASE_URL": "postgresql://tickets:secret@db/tickets",
    "TICKETS_NATS_PASSWORD": "secret",
}


class TestLoad:
    def test_what_is_not_told_has_its_default(self) -> None:
        settings = load(Settings, TOLD)
        assert (settings.port, settings.ops_port, settings.host) == (
            8000,
            9000,
            "127.0.0.1",
        )
        assert settings.environment == "development"

    def test_what_is_told_is_read_as_its_type(self) -> None:
        settings = load(Settings, {**TOLD, "PORT": "8123", "TICKETING_LIMITS": "off"})
        assert (settings.port, settings.limits) == (8123, "off")

    def test_variables_of_others_are_ignored(self) -> None:
        assert load(Settings, {**TOLD, "PATH": "/bin"}) == load(Settings, TOLD)

    @pytest.mark.parametrize("missing", [*TOLD])
    def test_a_missing_one_is_named_and_explained(self, missing: str) -> None:
        told = {name: value for name, value in TOLD.items() if name != missing}
        with pytest.raises(SettingsError, match=f"{missing} is not set: Its "):
            load(Settings, told)

    def test_an_empty_one_is_missing(self) -> None:
        with pytest.raises(SettingsError, match="TICKETS_NATS_PASSWORD is not set"):
            load(Settings, {**TOLD, "TICKETS_NATS_PASSWORD": ""})
        assert load(Settings, {**TOLD, "PORT": ""}).port == 8000

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PORT", "eighty"),
            ("PORT", "0"),
            ("OPS_PORT", "65536"),
            ("TICKETING_ENV", "staging"),
            ("TICKETING_LIMITS", "maybe"),
            ("LOG_LEVEL", "loud"),
            ("LOG_FORMAT", "xml"),
        ],
    )
    def test_a_wrong_one_is_named(self, name: str, value: str) -> None:
        with pytest.raises(SettingsError, match=f"^{name}: "):
            load(Settings, {**TOLD, name: value})

    def test_secrets_are_not_in_the_error(self) -> None:
        class Numbered(msgspec.Struct):
            code: Annotated[int, variable("CODE", "A secret number")]

        with pytest.raises(SettingsError) as caught:
            load(Numbered, {"CODE": "hunter2"})
        assert "hunter2" not in str(caught.value)


class TestProduction:
    """What may do for tests is no setting to sell with."""

    SAFE: ClassVar = {
        **TOLD,
        "TICKETING_ENV": "production",
        "PUBLIC_URL": "https://tickets.example.com",
    }

    def test_it_starts_on_safe_settings(self) -> None:
        assert load(Settings, self.SAFE).environment == "production"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PUBLIC_URL", ""),
            ("PUBLIC_URL", "http://tickets.example.com"),
            ("TICKETING_LIMITS", "off"),
            ("FAULT_POINT", "outbox.committed:1"),
        ],
    )
    def test_an_unsafe_one_is_refused_and_named(self, name: str, value: str) -> None:
        with pytest.raises(SettingsError, match=f"production refuses {name}="):
            load(Settings, {**self.SAFE, name: value})
        assert load(Settings, {**TOLD, name: value}).environment == "development"


class TestDescribe:
    def test_every_setting_is_in_the_table(self) -> None:
        table = {row.variable: row for row in describe(Settings)}
        assert table["PORT"].default == "8000"
        assert table["TICKETS_NATS_PASSWORD"].default is None
        assert all(row.description for row in table.values())
