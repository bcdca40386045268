"""Timezones by their IANA names."""

from functools import cache
from typing import Final
from zoneinfo import available_timezones

from common.errors import Fault

NO_ZONE: Final = Fault("timezone", "Must be an IANA timezone, such as Europe/Berlin.")
#: Names in the zone database that are no place's time.
_NO_PLACES: Final = frozenset({"Factory", "localtime", "posixrules"})


@cache
def zones() -> frozenset[str]:
    """Every place's name; read once, for it walks the whole database."""
    return frozenset(available_timezones()) - _NO_PLACES
