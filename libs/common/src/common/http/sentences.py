"""msgspec's faults, said in sentences that people understand."""

import re
from collections.abc import Callable

from common.errors import Fault, FieldError

_PLACE = re.compile(r"^(?P<fault>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_MEMBER = re.compile(
    r"Object (?P<fault>missing required|contains unknown) field `(?P<name>.*)`",
    re.DOTALL,
)
REQUIRED = Fault("required", "Is required.")
_UNKNOWN = Fault("unknown-field", "There is no such field.")
_EMPTY = Fault("empty", "Must not be empty.")
_OUT_OF_RANGE = Fault("out-of-range", "Is out of range.")
UUID_WANTED = Fault("uuid", "Must be a UUID.")

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


def _number(found: re.Match[str]) -> Fault:
    bound = found["bound"]
    match found["sign"]:
        case ">=":
            return Fault("at-least", "Must be at least {min}.", min=bound)
        case "<=":
            return Fault("at-most", "Must be at most {max}.", max=bound)
        case ">":
            return Fault("more-than", "Must be more than {min}.", min=bound)
        case _:
            return Fault("less-than", "Must be less than {max}.", max=bound)


def _length(found: re.Match[str]) -> Fault:
    bound = found["bound"]
    if found["sign"] == ">=" and bound == "1":
        return _EMPTY
    return (_text if found["kind"] == "str" else _list)(found["sign"], bound)


def _text(sign: str | None, bound: str) -> Fault:
    match sign:
        case ">=":
            return Fault("too-short", "Needs {min} characters.", min=bound)
        case "<=":
            return Fault("too-long", "May have at most {max} characters.", max=bound)
        case _:
            return Fault("length", "Must have {length} characters.", length=bound)


def _list(sign: str | None, bound: str) -> Fault:
    match sign:
        case ">=":
            return Fault("too-few", "Needs {min} entries.", min=bound)
        case "<=":
            return Fault("too-many", "May have at most {max} entries.", max=bound)
        case _:
            return Fault("count", "Must have {count} entries.", count=bound)


def _kind(found: re.Match[str]) -> Fault:
    wanted = " or ".join(
        _KINDS.get(kind, kind) for kind in found["wanted"].split(" | ")
    )
    return Fault("kind", "Must be {kind}.", kind=wanted)


_PATTERNS: list[tuple[str, Callable[[re.Match[str]], Fault]]] = [
    (r"Expected `(int|float)` (?P<sign>[<>]=?) (?P<bound>\S+)", _number),
    (r"Expected `(?P<kind>\w+)` of length ((?P<sign>[<>]=) )?(?P<bound>\d+)", _length),
    (r"Expected `(?P<wanted>[^`]+)`, got `.*`", _kind),
]
_FIXED = {
    r"Expected `str` matching regex '\\S'": Fault("blank", "Must not be blank."),
    "Expected `str` matching regex": Fault("form", "Is not in the expected form."),
    "Expected `datetime` with": Fault(
        "offset", "Must say its offset, as in 2026-12-31T20:00:00Z."
    ),
    "Invalid RFC3339": Fault(
        "date-time", "Must be a date and time, as in 2026-12-31T20:00:00Z."
    ),
    "Invalid UUID": UUID_WANTED,
    "Invalid enum value": Fault("unknown-value", "Is none of the known values."),
    "Number out of range": _OUT_OF_RANGE,
    "Integer value out of range": _OUT_OF_RANGE,
}


def field_error(message: str) -> FieldError:
    """Turn a ValidationError's text into the field it is about and a sentence.

    A fault of the body as a whole is one of the field `body`.
    """
    place = _PLACE.match(message)
    assert place is not None
    text, path = place["fault"], _dotted(place["path"] or "")
    if member := _MEMBER.fullmatch(text):
        missing = member["fault"].startswith("missing")
        fault = REQUIRED if missing else _UNKNOWN
        return fault.at(f"{path}.{member['name']}".strip("."))
    return fault_of(text).at(path or "body")


def fault_of(text: str) -> Fault:
    for pattern, say in _PATTERNS:
        if found := re.match(pattern, text):
            return say(found)
    known = (fault for start, fault in _FIXED.items() if text.startswith(start))
    return next(known, None) or Fault("other", "{text}", text=text)


def _dotted(path: str) -> str:
    return re.sub(r"\[(\d+|\.\.\.)\]", r".\1", path).strip(".")
