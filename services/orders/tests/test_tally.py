"""What cells come to, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.ids import new_id
from orders.domain import Reason, Status
from orders.tally import MOST_STEPS, STEPS, Cell, Steps, Summary, TicketSales

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOURLY = Steps(HOUR)


def cell(**changes: Any) -> Cell:
    facts: dict[str, Any] = {
        "at": NOON.replace(tzinfo=None),
        "currency": "usd",
        "status": Status.COMPLETE.value,
        "reason": None,
        "orders": 1,
        "units": 2,
        "amount": 5100,
        "owed": False,
    }
    return Cell(**(facts | changes))


def offered(**changes: Any) -> TicketSales:
    facts: dict[str, Any] = {
        "ticket_id": new_id(),
        "event_id": None,
        "title": "Floor",
        "currency": "usd",
        "quantity": 10,
        "held": 1,
        "sold": 2,
        "withheld": 0,
        "revenue": 0,
    }
    return TicketSales(**(facts | changes))


class TestTheSteps:
    @pytest.mark.parametrize(
        ("span", "step"),
        [
            (timedelta(0), timedelta(minutes=1)),
            (timedelta(minutes=59), timedelta(minutes=1)),
            (timedelta(hours=4), timedelta(minutes=5)),
            (timedelta(days=2), HOUR),
            (timedelta(days=30), timedelta(days=1)),
            (timedelta(days=365), timedelta(days=7)),
            (timedelta(days=9000), timedelta(days=28)),
        ],
    )
    def test_fit_the_span(self, span: timedelta, step: timedelta) -> None:
        assert Steps.over(NOON, NOON + span, "UTC").length == step

    def test_without_orders_are_the_shortest(self) -> None:
        assert Steps.over(None, None, "UTC").length == STEPS[0]

    @given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=1600)))
    def test_are_never_too_many(self, span: timedelta) -> None:
        assert span / Steps.over(NOON, NOON + span, "UTC").length < MOST_STEPS

    def test_are_cut_by_a_clock_from_six_hours_on(self) -> None:
        zone = "Europe/Berlin"
        assert Steps.over(NOON, NOON + DAY, zone).zone == "UTC"
        assert Steps.over(NOON, NOON + 10 * DAY, zone).zone == zone


class TestTheSeries:
    def test_shows_quiet_steps_too(self) -> None:
        summary = Summary.of([], {}, [cell(), cell(at=cell().at + 3 * HOUR)], HOURLY)
        assert [m.orders for m in summary.series] == [1, 0, 0, 1]
        assert [m.at for m in summary.series] == [NOON + n * HOUR for n in range(4)]

    def test_counts_as_completed_what_is_so_now(self) -> None:
        held = cell(status=Status.CREATED.value)
        [moment] = Summary.of([], {}, [cell(), held], HOURLY).series
        assert (moment.orders, moment.completed) == (2, 1)
        assert (moment.sold, moment.revenue) == (2, 5100)

    def test_adds_no_two_currencies(self) -> None:
        cells = [cell(), cell(), cell(currency="jpy")]
        summary = Summary.of([], {}, cells, HOURLY)
        assert summary.currency == "usd"
        assert [m.revenue for m in summary.series] == [10200]

    def test_begins_its_days_with_those_of_a_place(self) -> None:
        """Across the night in which clocks go back, that day is an hour longer."""
        days = [datetime(2026, 10, day) for day in (24, 26)]  # noqa: DTZ001  # a wall clock's
        steps = Steps(DAY, "Europe/Berlin")
        summary = Summary.of([], {}, [cell(at=day) for day in days], steps)
        assert [m.at.isoformat() for m in summary.series] == [
            "2026-10-23T22:00:00+00:00",
            "2026-10-24T22:00:00+00:00",
            "2026-10-25T23:00:00+00:00",
        ]
        assert [m.orders for m in summary.series] == [1, 0, 1]
        assert summary.timezone == "Europe/Berlin"

    def test_is_empty_without_orders(self) -> None:
        summary = Summary.of([offered()], {}, [], HOURLY)
        assert not summary.series
        assert summary.currency is None
        assert [ticket.revenue for ticket in summary.tickets] == [0]


class TestTheSums:
    def test_revenue_is_each_ticket_s_own(self) -> None:
        floor, seats = offered(), offered()
        revenue = {floor.ticket_id: 6000, new_id(): 900}
        summary = Summary.of([floor, seats], revenue, [], HOURLY)
        assert [ticket.revenue for ticket in summary.tickets] == [6000, 0]

    def test_revenue_is_of_what_was_paid_and_kept(self) -> None:
        refunded = cell(status=Status.CANCELLED.value, reason=Reason.REFUNDED.value)
        cells = [cell(), cell(amount=900), refunded]
        [moment] = Summary.of([], {}, cells, HOURLY).series
        assert moment.revenue == 6000

    @pytest.mark.parametrize(
        ("status", "reason", "outcome"),
        [
            (Status.CREATED, None, "held"),
            (Status.AWAITING_PAYMENT, None, "held"),
            (Status.COMPLETE, None, "complete"),
            (Status.CANCELLED, Reason.EXPIRED, "expired"),
            (Status.CANCELLED, Reason.REFUNDED, "refunded"),
            (Status.CANCELLED, Reason.BUYER, "cancelled"),
            (Status.CANCELLED, Reason.WITHDRAWN, "cancelled"),
            (Status.CANCELLED, Reason.PAYMENT_FAILED, "cancelled"),
        ],
    )
    def test_every_order_ends_in_one_way(
        self, status: Status, reason: Reason | None, outcome: str
    ) -> None:
        ended = cell(status=status.value, reason=reason and reason.value, orders=3)
        outcomes = Summary.of([], {}, [ended], HOURLY).outcomes
        assert getattr(outcomes, outcome) == 3
