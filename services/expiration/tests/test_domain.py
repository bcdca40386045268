from datetime import UTC, datetime, timedelta, timezone

from expiration_desk import order
from hypothesis import given
from hypothesis import strategies as st

from common.ids import new_id
from common.messages import OrderCreated
from expiration.domain import STALE, derived_id, timers_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

seconds = st.integers(min_value=-7200, max_value=7200)
holds = st.lists(
    seconds.map(lambda s: order(expires_at=NOW + timedelta(seconds=s))), max_size=20
)


class TestTimers:
    def test_there_is_one_for_each_moment(self) -> None:
        early, late = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
        orders = [order(expires_at=at) for at in (late, early, late)]
        first, second = timers_of(new_id(), orders, now=NOW)

        assert (first.at, second.at) == (early, late)
        assert [m.order_id for m in first.messages] == [orders[1].order_id]
        assert {m.order_id for m in second.messages} == {
            orders[0].order_id,
            orders[2].order_id,
        }

    def test_the_moment_is_written_as_jetstream_reads_it(self) -> None:
        berlin = timezone(timedelta(hours=1))
        at = datetime(2026, 11, 22, 13, 0, 0, 250, berlin)
        [timer] = timers_of(new_id(), [order(expires_at=at)], now=NOW)

        assert timer.schedule == "@at 2026-11-22T12:00:00.000250Z"
        assert timer.subject == f"expiration.schedule.{timer.id.hex}"

    def test_only_holds_have_timers(self) -> None:
        orders = [
            order(status=status)
            for status in ("awaiting_payment", "complete", "cancelled")
        ]
        assert timers_of(new_id(), orders, now=NOW) == []

    def test_what_ended_more_than_an_hour_ago_is_left_to_the_sweep(self) -> None:
        stale = order(expires_at=NOW - STALE)
        late = order(expires_at=NOW - STALE + timedelta(seconds=1))
        [timer] = timers_of(new_id(), [stale, late], now=NOW)

        assert [m.order_id for m in timer.messages] == [late.order_id]

    def test_an_order_said_twice_expires_once(self) -> None:
        hold = order(expires_at=NOW)
        [timer] = timers_of(new_id(), [hold, hold], now=NOW)
        assert len(timer.messages) == 1

    def test_the_trace_goes_on(self) -> None:
        [timer] = timers_of(new_id(), [order(expires_at=NOW, trace="00-x")], now=NOW)
        assert timer.messages[0].trace == "00-x"

    @given(orders=holds)
    def test_the_same_envelope_always_gives_the_same(
        self, orders: list[OrderCreated]
    ) -> None:
        envelope_id = new_id()
        first = timers_of(envelope_id, orders, now=NOW)
        assert timers_of(envelope_id, orders, now=NOW) == first

    @given(orders=holds)
    def test_every_hold_not_long_over_is_in_exactly_one(
        self, orders: list[OrderCreated]
    ) -> None:
        timers = timers_of(new_id(), orders, now=NOW)
        told = sorted(m.order_id for timer in timers for m in timer.messages)

        wanted = [o.order_id for o in orders if o.expires_at > NOW - STALE]
        assert told == sorted(wanted)
        assert len({timer.subject for timer in timers}) == len(timers)

    def test_other_envelopes_have_other_timers(self) -> None:
        hold = order(expires_at=NOW)
        first, second = [timers_of(new_id(), [hold], now=NOW)[0] for _ in range(2)]
        assert first.id != second.id

    def test_ids_differ_by_part(self) -> None:
        envelope_id = new_id()
        assert derived_id(envelope_id, "a") != derived_id(envelope_id, "b")
