"""Write the generated documents, or say which are stale.

`python tools/docs.py` writes: OpenAPI of each service (docs/api), AsyncAPI of what each
says (docs/messages), the settings table of the README. With `--check` it writes nothing
and ends with 1 where a file differs from what the code says.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import yaml

from common.asyncapi import documents
from common.settings import Setting, describe
from common.topology import SERVICES

ROOT = Path(__file__).parents[1]
OPENAPI = {
    "users": "auth",
    "tickets": "tickets",
    "orders": "orders",
    "payments": "payments",
}
README = ROOT / "README.md"
BEGIN = "<!-- settings: written by `make docs` -->"
END = "<!-- /settings -->"


def generated() -> Iterator[tuple[Path, str]]:
    for noun, service in OPENAPI.items():
        yield ROOT / f"docs/api/{noun}.openapi.json", openapi(service)
    for service, document in documents().items():
        text = yaml.safe_dump(document, sort_keys=False, width=100)
        yield ROOT / f"docs/messages/{service}.asyncapi.yaml", text
    yield README, with_settings(README.read_text())


def openapi(service: str) -> str:
    command = [sys.executable, "-m", service, "openapi"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own
    return json.dumps(json.loads(printed.stdout), indent=2, sort_keys=True) + "\n"


def with_settings(readme: str) -> str:
    head, _, rest = readme.partition(BEGIN)
    _, _, tail = rest.partition(END)
    rows = [
        f"| `{row.variable}` | {', '.join(readers)} | {row.default or 'none'} "
        f"| {row.description} |"
        for row, readers in settings().values()
    ]
    table = ["| variable | read by | default | meaning |", "|---|---|---|---|", *rows]
    return "\n".join([f"{head}{BEGIN}", *table, f"{END}{tail}"])


def settings() -> dict[str, tuple[Setting, list[str]]]:
    """Every setting by its variable, with the services that read it."""
    found: dict[str, tuple[Setting, list[str]]] = {}
    for service in SERVICES:
        for row in describe(import_module(f"{service}.settings").Settings):
            found.setdefault(row.variable, (row, []))[1].append(service)
    return {
        name: (row, ["all"] if len(readers) == len(SERVICES) else readers)
        for name, (row, readers) in found.items()
    }


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
