"""What services find wrong with an input can be said in every language of the pages."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT / "client" / "messages"
#: No form of ours can bring these about; programs read the service's own sentence.
FOR_PROGRAMS = {
    *("again", "apart", "event", "token", "no-token", "signature", "status", "stays"),
    *("cursor", "etag", "json", "key", "kind", "other", "uuid", "offset"),
    *("unknown-field", "unknown-parameter", "one-start", "no-start", "local-time"),
    *("more-than", "less-than", "length", "count", "too-few", "too-many"),
}


def codes() -> set[str]:
    return set(found())


def found() -> Iterator[str]:
    for source in (*ROOT.glob("services/*/src"), ROOT / "libs" / "common" / "src"):
        for file in source.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if is_fault(node):
                    yield code_of(node)


def is_fault(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Fault"
    )


def code_of(node: ast.AST) -> str:
    assert isinstance(node, ast.Call)
    code = node.args[0]
    assert isinstance(code, ast.Constant), "a code is written where it is said"
    assert isinstance(code.value, str)
    return code.value


def said(language: str) -> set[str]:
    words = json.loads((MESSAGES / language / "site.json").read_text(encoding="utf-8"))
    return set(words["faults"])


@pytest.mark.parametrize("language", [path.name for path in MESSAGES.iterdir()])
def test_every_fault_of_a_form_is_said_in_this_language(language: str) -> None:
    assert said(language) == codes() - FOR_PROGRAMS


def test_only_faults_that_there_are_are_left_to_programs() -> None:
    assert codes() >= FOR_PROGRAMS
