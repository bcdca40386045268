"""Local time: what stands on a ticket stays, whatever becomes of a zone's offset."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class NoSuchTime(ValueError):
    """The clocks go forward past it that day."""


class TwoSuchTimes(ValueError):
    """It comes twice, as the clocks go back."""


def moment_of(local: datetime, zone: str) -> datetime:
    """When a wall clock shows this; where it does twice, `fold` tells which."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local_of(moment: datetime, zone: str) -> datetime:
    """What a wall clock shows, without an offset."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def refuse_unclear(local: datetime, zone: str) -> None:
    """Raises `NoSuchTime` or `TwoSuchTimes` for the hours in which clocks change."""
    first, second = (moment_of(local.replace(fold=fold), zone) for fold in (0, 1))
    if first > second:
        raise NoSuchTime
    if first < second:
        raise TwoSuchTimes


def in_utc(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(UTC)


def in_other_zone(moment: datetime, *, old: str, new: str) -> datetime:
    """The moment at which a clock of the new zone shows what one of the old did."""
    return moment_of(local_of(moment, old), new)
