"""Write the generated documents, or say which are stale.

`python tools/docs.py` writes: OpenAPI of each service (docs/api), AsyncAPI of what each
says (docs/messages), the tables of settings (docs/settings.md, and the README of each
service and of `local`). With `--check` it writes nothing and ends with 1 where a file
differs from what the code says.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

import msgspec
import yaml

from common.asyncapi import documents
from common.provision import ProvisionSettings
from common.settings import ServiceSettings, Setting, describe
from common.topology import SERVICES
from local.settings import LocalSettings
from payments.providers.stand_in.process import StandInSettings

ROOT = Path(__file__).parents[1]
OPENAPI = {
    "users": "auth",
    "tickets": "tickets",
    "orders": "orders",
    "payments": "payments",
}
OF_SERVICES: Mapping[str, type[msgspec.Struct]] = {
    service: import_module(f"{service}.settings").Settings for service in SERVICES
}
#: Where several read a variable, the last one's words are shown.
READERS: Mapping[str, type[msgspec.Struct]] = {
    "`make up`": LocalSettings,
    "provision": ProvisionSettings,
    "test provider": StandInSettings,
    **OF_SERVICES,
}
BEGIN = "<!-- settings: written by `make docs` -->"
END = "<!-- /settings -->"


def generated() -> Iterator[tuple[Path, str]]:
    for noun, service in OPENAPI.items():
        yield ROOT / f"docs/api/{noun}.openapi.json", openapi(service)
    for service, document in documents().items():
        text = yaml.safe_dump(document, sort_keys=False, width=100)
        yield ROOT / f"docs/messages/{service}.asyncapi.yaml", text
    yield with_table(ROOT / "docs/settings.md", all_settings())
    yield with_table(ROOT / "local/README.md", settings_of(LocalSettings))
    for service, settings in OF_SERVICES.items():
        readme = ROOT / "services" / service / "README.md"
        yield with_table(readme, settings_of(settings, but=ServiceSettings))


def openapi(service: str) -> str:
    command = [sys.executable, "-m", service, "openapi"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own
    return json.dumps(json.loads(printed.stdout), indent=2, sort_keys=True) + "\n"


def with_table(path: Path, table: Iterable[str]) -> tuple[Path, str]:
    """The document with this table of settings in it."""
    head, _, rest = path.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    return path, "\n".join([f"{head}{BEGIN}", *table, f"{END}{tail}"])


def settings_of(
    settings: type[msgspec.Struct], *, but: type[msgspec.Struct] | None = None
) -> Iterator[str]:
    """What one reads, without what the other reads as well."""
    yield from ("| variable | default | meaning |", "|---|---|---|")
    left_out = describe(but) if but else []
    for row in describe(settings):
        if row not in left_out:
            yield f"| `{row.variable}` | {shown(row)} | {row.description} |"


def all_settings() -> Iterator[str]:
    rows: dict[str, Setting] = {}
    readers: dict[str, list[str]] = {}
    for reader, settings in READERS.items():
        for row in describe(settings):
            rows[row.variable] = row
            readers.setdefault(row.variable, []).append(reader)
    yield from ("| variable | read by | default | meaning |", "|---|---|---|---|")
    for name, row in rows.items():
        who = ", ".join(readers[name]).replace(", ".join(SERVICES), "all services")
        yield f"| `{name}` | {who} | {shown(row)} | {row.description} |"


def shown(row: Setting) -> str:
    return row.default or "none"


def main() -> int:
    stale = [
        (path, text)
        for path, text in generated()
        if not path.exists() or path.read_text() != text
    ]
    for path, text in stale:
        name = path.relative_to(ROOT)
        if "--check" in sys.argv:
            print(f"{name} is stale: run `make docs` and commit it")  # noqa: T201  # a command
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"wrote {name}")  # noqa: T201  # a command
    return int("--check" in sys.argv and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
