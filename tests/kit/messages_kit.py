"""The contract of the messages: their recorded schemas, and a sample of each version.

`python tests/kit/messages_kit.py` records what was added, and refuses what would break
services of the release before or after.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import inspect

from common.messages import MESSAGES, Message

RECORDED = Path(__file__).parents[1] / "contracts" / "messages"

Schema = dict[str, Any]


def schema_of(message: type[Message]) -> Schema:
    """The schema of a message and its parts, without the words that describe them."""
    return _binding(json.loads(json.dumps(msgspec.json.schema(message))))


def recorded_schema(message: type[Message], folder: Path = RECORDED) -> Schema | None:
    file = folder / f"{message.__name__}.schema.json"
    return json.loads(file.read_text()) if file.exists() else None


def samples(message: type[Message], folder: Path = RECORDED) -> Sequence[Path]:
    """One file for each version of the message that was ever sent."""
    return sorted(folder.glob(f"{message.__name__}.v*.json"))


def breaks(old: Any, new: Any, at: str = "") -> Iterator[str]:
    """What of a change would break those who speak or hear the other version."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if old != new:
            yield f"{at} changed from {old} to {new}"
        return
    before, after = cast("Schema", old), cast("Schema", new)
    for key, value in before.items():
        place = f"{at}.{key}".lstrip(".")
        if key not in after:
            yield f"{place} was removed"
        elif key == "enum":
            gone = [each for each in value if each not in after[key]]
            yield from (f"{place} lost {each}" for each in gone)
        elif key == "required":
            for name in sorted({*value} ^ {*after[key]}):
                yield f"{place}: {name} is required in one version only"
        else:
            yield from breaks(value, after[key], place)


def record(folder: Path = RECORDED) -> list[str]:
    """Record every message as it is now; what would break, and so is not recorded."""
    refused: list[str] = []
    for message in MESSAGES.values():
        old, new = recorded_schema(message, folder), schema_of(message)
        broken = [*breaks(old, new)] if old else []
        refused += [f"{message.__name__}: {each}" for each in broken]
        if old == new or broken:
            continue
        file = folder / f"{message.__name__}.schema.json"
        file.write_text(json.dumps(new, indent=2, sort_keys=True) + "\n")
        version = len(samples(message, folder)) + 1
        sample = msgspec.json.format(msgspec.json.encode(sample_of(message)))
        (folder / f"{message.__name__}.v{version}.json").write_bytes(sample + b"\n")
    return refused


def sample_of(message: type[Message]) -> Any:
    """A message with a value in every field, the same each time."""
    return _value(inspect.type_info(message), count(1))


def _value(kind: inspect.Type, numbers: Iterator[int]) -> Any:
    match kind:
        case inspect.StructType(fields=fields):
            return {f.encode_name: _value(f.type, numbers) for f in fields}
        case inspect.UnionType(types=types):
            return _value(types[0], numbers)
        case inspect.LiteralType(values=values):
            return values[-1]
        case inspect.VarTupleType(item_type=item):
            return [_value(item, numbers)]
        case _:
            return _PLAIN[type(kind)](next(numbers))


#: A value of each plain type, another one for each number.
_PLAIN: dict[type[inspect.Type], Callable[[int], Any]] = {
    inspect.UUIDType: lambda number: f"01900000-0000-7000-8000-{number:012d}",
    inspect.DateTimeType: lambda number: f"2026-10-01T09:00:{number % 60:02d}Z",
    inspect.BoolType: lambda _: True,
    inspect.IntType: lambda number: number,
    inspect.StrType: lambda number: f"text {number}",
}


def _binding(node: Any) -> Any:
    """All but titles and descriptions; a field may be called so, and is no text."""
    if isinstance(node, dict):
        return {
            key: _binding(value)
            for key, value in cast("Schema", node).items()
            if not (key in {"title", "description"} and isinstance(value, str))
        }
    return node


if __name__ == "__main__":
    RECORDED.mkdir(exist_ok=True)
    sys.exit("\n".join(record()) or 0)
