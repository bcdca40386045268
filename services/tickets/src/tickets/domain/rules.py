"""Rules about input that no type can say, each with its field and its fault."""

from datetime import UTC, datetime
from typing import NamedTuple

from common.errors import Fault, Invalid

#: Years that every zone, calendar and database can count in.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2999, 12, 31, tzinfo=UTC)
_UNCOUNTABLE = Fault("years", "Must be between 1970 and 2999.")


class Rule(NamedTuple):
    """What must hold of a field, and what is said when it does not."""

    holds: bool
    field: str
    fault: Fault


def require(*rules: Rule) -> None:
    """Raises `Invalid` naming every field whose rule does not hold."""
    faults = [rule.fault.at(rule.field) for rule in rules if not rule.holds]
    if faults:
        raise Invalid(errors=faults)


def countable(field: str, moment: datetime | None) -> Rule:
    holds = moment is None or _EARLIEST <= moment <= _LATEST
    return Rule(holds, field, _UNCOUNTABLE)


def one_of(
    field: str, code: str | None, known: frozenset[str], otherwise: Fault
) -> Rule:
    return Rule(code is None or code in known, field, otherwise)
