"""Bodies of `/api/sales/summary`; orders themselves are `OrderRead`."""

from collections.abc import Sequence
from typing import Self

import msgspec

from orders.tally import Moment, Outcomes, Summary, TicketSales


class SummaryRead(msgspec.Struct, frozen=True, kw_only=True):
    tickets: Sequence[TicketSales]
    #: Of the series' revenue: the one that most orders are in.
    currency: str | None
    #: Seconds between the moments of the series, where no clock changes.
    step: int
    #: Whose days and weeks the moments begin with; UTC for steps below six hours.
    timezone: str
    series: Sequence[Moment]
    outcomes: Outcomes

    @classmethod
    def of(cls, summary: Summary) -> Self:
        return cls(
            tickets=summary.tickets,
            currency=summary.currency,
            step=round(summary.step.total_seconds()),
            timezone=summary.timezone,
            series=summary.series,
            outcomes=summary.outcomes,
        )
