from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain import (
    CALLS,
    ENDED,
    LIVE,
    MOVES,
    SETTLED,
    STAY,
    Call,
    News,
    Standing,
    Status,
    Step,
    Verdict,
    admit,
    learn,
    move,
    obey,
    remaining_call,
    retry_after,
    taken_at_once,
)
from payments.errors import (
    AlreadyPaid,
    HoldEnded,
    IllegalMove,
    OrderCancelled,
    PaymentInProgress,
)

statuses = st.sampled_from(list(Status))
standings = st.sampled_from(list(Standing))
verdicts = st.sampled_from([None, *Verdict])
UNDER_WAY = sorted(CALLS)
MONEY_MOVES = {
    Status.CAPTURING,
    Status.VOIDING,
    Status.REFUNDING,
    Status.RETURNING,
}


class TestMoves:
    @given(status=statuses, standing=standings, verdict=verdicts)
    def test_what_is_learnt_follows_legal_moves_only(
        self, status: Status, standing: Standing, verdict: Verdict | None
    ) -> None:
        for to in learn(status, standing, verdict).path:
            assert to in MOVES[status]
            status = to

    @pytest.mark.parametrize("status", sorted(ENDED))
    def test_what_has_ended_stays_unless_it_was_captured_after_all(
        self, status: Status
    ) -> None:
        for standing in Standing:
            taken = standing is Standing.CAPTURED and status is not Status.REFUNDED
            path = (Status.RETURNING,) if taken else ()
            assert learn(status, standing, None) == Step(path)

    @pytest.mark.parametrize("verdict", [None, *Verdict])
    def test_captured_after_all_it_goes_back_whatever_the_verdict(
        self, verdict: Verdict | None
    ) -> None:
        assert learn(Status.FAILED, Standing.CAPTURED, verdict).path == (
            Status.RETURNING,
        )
        assert learn(Status.RETURNING, Standing.REFUNDED, verdict) == Step(
            (Status.REFUNDED,), frozenset({News.REFUNDED})
        )

    def test_an_illegal_move_is_refused(self) -> None:
        with pytest.raises(IllegalMove, match="captured -> voiding"):
            move(Status.CAPTURED, Status.VOIDING)

    @given(status=statuses, standing=standings, verdict=verdicts)
    def test_hearing_the_same_twice_changes_nothing_more(
        self, status: Status, standing: Standing, verdict: Verdict | None
    ) -> None:
        first = learn(status, standing, verdict)
        after = first.path[-1] if first.path else status
        if after in MONEY_MOVES:
            return  # a call is due next, and its outcome is news
        assert learn(after, standing, verdict).path == ()

    def test_every_state_is_live_or_ended(self) -> None:
        """What comes back after its end is in nobody's way."""
        assert set(Status) == LIVE | ENDED | {Status.RETURNING}
        assert Status.CAPTURED in SETTLED & LIVE


class TestVerdicts:
    @given(status=statuses, standing=standings)
    def test_no_money_moves_without_a_verdict(
        self, status: Status, standing: Standing
    ) -> None:
        path = learn(status, standing, None).path

        if status in {Status.VOIDING, *ENDED}:
            return  # decided before; money taken by hand meanwhile goes back
        assert not MONEY_MOVES & set(path)

    @pytest.mark.parametrize("status", [s for s in UNDER_WAY if s in LIVE])
    @pytest.mark.parametrize("verdict", list(Verdict))
    def test_a_payment_under_way_waits_with_its_verdict(
        self, status: Status, verdict: Verdict
    ) -> None:
        assert obey(status, verdict) is STAY

    def test_accepted_is_captured_and_refused_is_voided(self) -> None:
        accepted = obey(Status.AUTHORIZED, Verdict.ACCEPTED)
        refused = obey(Status.AUTHORIZED, Verdict.REFUSED)

        assert accepted.path == (Status.CAPTURING,)
        assert refused.path == (Status.VOIDING,)

    def test_captured_money_of_a_refused_payment_goes_back(self) -> None:
        assert obey(Status.CAPTURED, Verdict.REFUSED).path == (Status.REFUNDING,)

    def test_a_verdict_that_came_early_is_obeyed_once_it_rests(self) -> None:
        step = learn(Status.PROCESSING, Standing.AUTHORIZED, Verdict.REFUSED)

        assert step.path == (Status.AUTHORIZED, Status.VOIDING)
        assert step.news == {News.CREATED}

    @pytest.mark.parametrize("status", [Status.FAILED, Status.VOIDED, Status.RETURNING])
    def test_an_accepted_payment_that_is_lost_is_said_again(
        self, status: Status
    ) -> None:
        step = obey(status, Verdict.ACCEPTED)

        assert step.path == ()
        assert step.news == {News.FAILED}

    def test_a_refused_payment_that_is_lost_says_nothing(self) -> None:
        assert obey(Status.FAILED, Verdict.REFUSED) is STAY

    def test_a_refunded_payment_stays_accepted_in_silence(self) -> None:
        assert obey(Status.REFUNDED, Verdict.ACCEPTED) is STAY


class TestTakenAtOnce:
    """A method that cannot wait: its money is there before the verdict."""

    @pytest.mark.parametrize("status", [Status.PROCESSING, Status.REQUIRES_ACTION])
    def test_it_rests_until_its_verdict(self, status: Status) -> None:
        step = learn(status, Standing.CAPTURED, None)
        assert (step.path, step.news) == ((Status.AUTHORIZED,), {News.CREATED})
        assert taken_at_once(status, Standing.CAPTURED)

    def test_accepted_it_is_captured_and_nothing_is_asked(self) -> None:
        step = obey(Status.AUTHORIZED, Verdict.ACCEPTED, taken=True)
        assert (step.path, step.news) == ((Status.CAPTURED,), {News.CAPTURED})

    def test_refused_it_goes_back(self) -> None:
        step = obey(Status.AUTHORIZED, Verdict.REFUSED, taken=True)
        assert step.path == (Status.REFUNDING,)

    @pytest.mark.parametrize(
        ("verdict", "end"),
        [
            (Verdict.ACCEPTED, Status.CAPTURED),
            (Verdict.REFUSED, Status.REFUNDING),
        ],
    )
    def test_a_verdict_that_came_early_is_obeyed_at_once(
        self, verdict: Verdict, end: Status
    ) -> None:
        step = learn(Status.REQUIRES_ACTION, Standing.CAPTURED, verdict)
        assert step.path == (Status.AUTHORIZED, end)

    def test_a_bank_that_takes_its_time_is_waited_for(self) -> None:
        step = learn(Status.REQUIRES_ACTION, Standing.PROCESSING, None)
        assert step.path == (Status.PROCESSING,)
        assert remaining_call(Status.PROCESSING, Standing.PROCESSING) is None

    @given(status=statuses, standing=standings)
    def test_only_what_was_to_be_authorized_can_be(
        self, status: Status, standing: Standing
    ) -> None:
        if taken_at_once(status, standing):
            assert Status.AUTHORIZED in learn(status, standing, None).path


class TestNews:
    @pytest.mark.parametrize(
        ("status", "standing", "news"),
        [
            (Status.PROCESSING, Standing.AUTHORIZED, {News.CREATED}),
            (Status.PROCESSING, Standing.CAPTURED, {News.CREATED}),
            (Status.REQUIRES_ACTION, Standing.AUTHORIZED, {News.CREATED}),
            (Status.PROCESSING, Standing.DECLINED, set[News]()),
            (Status.REQUIRES_ACTION, Standing.VOIDED, set[News]()),
            (Status.AUTHORIZED, Standing.VOIDED, {News.FAILED}),
            (Status.AUTHORIZED, Standing.AUTHORIZED, set[News]()),
            (Status.CAPTURING, Standing.CAPTURED, {News.CAPTURED}),
            (Status.CAPTURING, Standing.VOIDED, {News.FAILED}),
            (Status.VOIDING, Standing.VOIDED, set[News]()),
            (Status.REFUNDING, Standing.REFUNDED, {News.REFUNDED}),
        ],
    )
    def test_what_a_change_says(
        self, status: Status, standing: Standing, news: set[News]
    ) -> None:
        assert learn(status, standing, None).news == news

    def test_a_failed_capture_of_an_accepted_payment_is_said_once(self) -> None:
        step = learn(Status.CAPTURING, Standing.VOIDED, Verdict.ACCEPTED)

        assert step.path == (Status.FAILED,)
        assert step.news == {News.FAILED}


class TestCalls:
    @given(status=statuses, standing=st.none() | standings)
    def test_a_call_is_asked_for_only_by_the_state_that_waits_for_it(
        self, status: Status, standing: Standing | None
    ) -> None:
        call = remaining_call(status, standing)
        assert call is None or CALLS.get(status) is call

    @pytest.mark.parametrize(
        ("status", "outcome"),
        [
            (Status.CAPTURING, Standing.CAPTURED),
            (Status.VOIDING, Standing.VOIDED),
            (Status.REFUNDING, Standing.REFUNDED),
        ],
    )
    def test_nothing_is_asked_twice(self, status: Status, outcome: Standing) -> None:
        assert remaining_call(status, outcome) is None

    @pytest.mark.parametrize("standing", list(Standing))
    def test_an_authorization_known_there_is_not_asked_again(
        self, standing: Standing
    ) -> None:
        assert remaining_call(Status.PROCESSING, standing) is None
        assert remaining_call(Status.PROCESSING, None) is Call.AUTHORIZE

    @pytest.mark.parametrize("status", [Status.CAPTURING, Status.VOIDING])
    @pytest.mark.parametrize("standing", list(Standing))
    def test_a_verdict_can_always_be_carried_out(
        self, status: Status, standing: Standing
    ) -> None:
        """The provider's word ends it, or leaves a call to make, or is not final."""
        unfinished = standing in {Standing.PROCESSING, Standing.REQUIRES_ACTION}
        moved = learn(status, standing, None).path
        assert moved or remaining_call(status, standing) or unfinished


ADMITTED = {None, Status.REQUIRES_ACTION}


class TestAdmit:
    @pytest.mark.parametrize("live", sorted(ADMITTED, key=str))
    def test_a_held_order_may_be_paid(self, live: Status | None) -> None:
        admit("created", None, live)
        admit("awaiting_payment", None, live)

    @pytest.mark.parametrize("live", sorted(LIVE - ADMITTED - {Status.CAPTURED}))
    def test_one_payment_at_a_time(self, live: Status) -> None:
        for status, reason in (("created", None), ("cancelled", "expired")):
            with pytest.raises(PaymentInProgress):
                admit(status, reason, live)

    @pytest.mark.parametrize("live", [None, *sorted(LIVE)])
    def test_a_complete_order_is_paid(self, live: Status | None) -> None:
        with pytest.raises(AlreadyPaid):
            admit("complete", None, live)

    def test_captured_money_counts_before_its_order_is_heard_of(self) -> None:
        with pytest.raises(AlreadyPaid):
            admit("created", None, Status.CAPTURED)

    @pytest.mark.parametrize("live", sorted(ADMITTED, key=str))
    def test_an_expired_hold_has_ended(self, live: Status | None) -> None:
        with pytest.raises(HoldEnded):
            admit("cancelled", "expired", live)

    @pytest.mark.parametrize(
        ("reason", "live"),
        list(
            product(
                ["buyer", "withdrawn", "payment_failed", "refunded"],
                [None, *sorted(LIVE)],
            )
        ),
    )
    def test_any_other_end_is_final(self, reason: str, live: Status | None) -> None:
        with pytest.raises(OrderCancelled):
            admit("cancelled", reason, live)


class TestRetryAfter:
    @given(tries=st.integers(min_value=0, max_value=10_000))
    def test_it_grows_up_to_the_patience(self, tries: int) -> None:
        patience = timedelta(minutes=2)
        wait = retry_after(tries, patience=patience)

        assert timedelta() < wait <= patience
        assert wait <= retry_after(tries + 1, patience=patience)
