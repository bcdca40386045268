"""msgspec's faults, said in sentences that people understand."""

import re
from collections.abc import Callable

from common.errors import FieldError

_PLACE = re.compile(r"^(?P<fault>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_MEMBER = re.compile(
    r"Object (?P<fault>missing required|contains unknown) field `(?P<name>.*)`",
    re.DOTALL,
)
_MISSING = "Is required."
_UNKNOWN = "There is no such field."

_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "uuid": "a UUID",
    "datetime": "a date and time",
    "date": "a date",
}


def _number(found: re.Match[str]) -> str:
    bounds = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
    return f"Must be {bounds[found['sign']]} {found['bound']}."


def _length(found: re.Match[str]) -> str:
    unit = "characters" if found["kind"] == "str" else "entries"
    if found["sign"] == ">=":
        empty = found["bound"] == "1"
        return "Must not be empty." if empty else f"Needs {found['bound']} {unit}."
    if found["sign"] == "<=":
        return f"May have at most {found['bound']} {unit}."
    return f"Must have {found['bound']} {unit}."


def _kind(found: re.Match[str]) -> str:
    wanted = (_KINDS.get(kind, kind) for kind in found["wanted"].split(" | "))
    return f"Must be {' or '.join(wanted)}."


_PATTERNS: list[tuple[str, Callable[[re.Match[str]], str]]] = [
    (r"Expected `(int|float)` (?P<sign>[<>]=?) (?P<bound>\S+)", _number),
    (r"Expected `(?P<kind>\w+)` of length ((?P<sign>[<>]=) )?(?P<bound>\d+)", _length),
    (r"Expected `(?P<wanted>[^`]+)`, got `.*`", _kind),
]
_FIXED = {
    r"Expected `str` matching regex '\\S'": "Must not be blank.",
    "Expected `str` matching regex": "Is not in the expected form.",
    "Expected `datetime` with": "Must say its offset, as in 2026-12-31T20:00:00Z.",
    "Invalid RFC3339": "Must be a date and time, as in 2026-12-31T20:00:00Z.",
    "Invalid UUID": "Must be a UUID.",
    "Invalid enum value": "Is none of the known values.",
    "Number out of range": "Is out of range.",
    "Integer value out of range": "Is out of range.",
}


def field_error(message: str) -> FieldError:
    """Turn a ValidationError's text into the field it is about and a sentence.

    A fault of the body as a whole is one of the field `body`.
    """
    place = _PLACE.match(message)
    assert place is not None
    fault, path = place["fault"], _dotted(place["path"] or "")
    if member := _MEMBER.fullmatch(fault):
        missing = member["fault"].startswith("missing")
        field = f"{path}.{member['name']}".strip(".")
        return FieldError(field, _MISSING if missing else _UNKNOWN)
    return FieldError(path or "body", sentence(fault))


def sentence(fault: str) -> str:
    for pattern, say in _PATTERNS:
        if found := re.match(pattern, fault):
            return say(found)
    known = (said for start, said in _FIXED.items() if fault.startswith(start))
    return next(known, fault)


def _dotted(path: str) -> str:
    return re.sub(r"\[(\d+|\.\.\.)\]", r".\1", path).strip(".")
