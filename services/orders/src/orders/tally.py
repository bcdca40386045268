"""What a seller's orders come to: by ticket, over time, and how they ended. Pure.

The database counts orders into cells; here cells become sums, and time gets steps that
fit: minutes in the rush of an on-sale, weeks when a tour sells for a year.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Self, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from orders.domain import OPEN, Reason, Status

K = TypeVar("K")

#: A Monday, so that weeks begin on one; on the clock of whoever asks.
ORIGIN = datetime(2001, 1, 1)  # noqa: DTZ001  # a wall clock's
STEPS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=28),
)
#: From here on steps begin with somebody's day; shorter ones are the same everywhere.
LOCAL = timedelta(hours=6)
#: Steps that a series has at most, while there are longer ones.
MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class Steps:
    """How time is cut: into pieces of a length, on the clock of a place."""

    length: timedelta
    zone: str = "UTC"

    @classmethod
    def over(cls, first: datetime | None, last: datetime | None, zone: str) -> Self:
        """The shortest steps that show a span in few enough of them."""
        span = last - first if first and last else timedelta(0)
        length = next((s for s in STEPS if span / s < MOST_STEPS), STEPS[-1])
        # An hour may come twice on a clock that goes back; a day does not.
        return cls(length, zone if length >= LOCAL else "UTC")

    def moment_of(self, local: datetime) -> datetime:
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Orders taken in one step of time that ended alike."""

    #: What the wall clock shows that the steps are cut by.
    at: datetime
    currency: str
    status: str
    reason: str | None
    #: Their event was cancelled, and they are still to be refunded.
    owed: bool
    #: Each order is counted with its first item only.
    orders: int
    units: int
    #: What items of complete ones cost, less what went back.
    amount: int

    @property
    def complete(self) -> bool:
        return self.status == Status.COMPLETE


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSales:
    """What of a ticket is held, sold and earned."""

    ticket_id: UUID
    event_id: UUID | None
    title: str
    currency: str
    quantity: int
    held: int
    sold: int
    #: Refunded, and kept away from sale.
    withheld: int
    #: Minor units, less what went back.
    revenue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Orders of one step of time, by the moment their tickets were taken."""

    at: datetime
    orders: int
    completed: int
    sold: int
    revenue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of all orders so far."""

    held: int
    complete: int
    expired: int
    cancelled: int
    refunded: int
    #: Of the complete ones: their event was cancelled, their money is to go back.
    refunds_due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    tickets: Sequence[TicketSales]
    #: Of the series' revenue: the one that most orders are in.
    currency: str | None
    step: timedelta
    #: Whose days the steps begin with.
    timezone: str
    series: Sequence[Moment]
    outcomes: Outcomes

    @classmethod
    def of(
        cls,
        offered: Iterable[TicketSales],
        revenue: Mapping[UUID, int],
        cells: Sequence[Cell],
        steps: Steps,
    ) -> Self:
        """`revenue` is what each ticket earned; without an entry, nothing."""
        currency = _main_currency(cells)
        return cls(
            tickets=[
                replace(each, revenue=revenue.get(each.ticket_id, 0))
                for each in offered
            ],
            currency=currency,
            step=steps.length,
            timezone=steps.zone,
            series=_series(cells, steps, currency),
            outcomes=_outcomes(cells),
        )


def _series(cells: Sequence[Cell], steps: Steps, currency: str | None) -> list[Moment]:
    if not cells:
        return []
    complete = _complete(cells)
    orders = _sums(cells, _at, lambda c: c.orders)
    completed = _sums(complete, _at, lambda c: c.orders)
    sold = _sums(complete, _at, lambda c: c.units)
    paid = [cell for cell in complete if cell.currency == currency]
    revenue = _sums(paid, _at, lambda c: c.amount)
    return [
        Moment(
            at=steps.moment_of(at),
            orders=orders.get(at, 0),
            completed=completed.get(at, 0),
            sold=sold.get(at, 0),
            revenue=revenue.get(at, 0),
        )
        for at in _every(min(orders), max(orders), steps.length)
    ]


def _every(first: datetime, last: datetime, step: timedelta) -> Iterable[datetime]:
    """Quiet steps are shown too: a chart without them lies about time."""
    return (first + n * step for n in range((last - first) // step + 1))


def _outcomes(cells: Sequence[Cell]) -> Outcomes:
    counted = _sums(cells, _outcome, lambda c: c.orders)
    counted["refunds_due"] = sum(cell.orders for cell in cells if cell.owed)
    return Outcomes(**{f.name: counted.get(f.name, 0) for f in fields(Outcomes)})


def _outcome(cell: Cell) -> str:
    if cell.status in OPEN:
        return "held"
    return _ENDS.get(cell.reason, "cancelled") if cell.reason else "complete"


_ENDS: Mapping[str, str] = {
    Reason.EXPIRED: "expired",
    Reason.REFUNDED: "refunded",
}


def _main_currency(cells: Iterable[Cell]) -> str | None:
    orders = _sums(cells, lambda c: c.currency, lambda c: c.orders)
    return max(sorted(orders), key=lambda c: orders[c], default=None)


def _complete(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.complete]


def _at(cell: Cell) -> datetime:
    return cell.at


def _sums(
    cells: Iterable[Cell], key: Callable[[Cell], K], value: Callable[[Cell], int]
) -> dict[K, int]:
    sums: dict[K, int] = {}
    for cell in cells:
        sums[key(cell)] = sums.get(key(cell), 0) + value(cell)
    return sums
