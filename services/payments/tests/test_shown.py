import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain import CALLS, Status
from payments.shown import shown, told

statuses = st.sampled_from(list(Status))


def test_a_state_under_way_shows_as_the_one_before() -> None:
    for status, was_authorized, accepted, before in (
        (Status.CAPTURING, True, True, Status.AUTHORIZED),
        (Status.VOIDING, True, False, Status.AUTHORIZED),
        (Status.VOIDING, False, False, Status.REQUIRES_ACTION),
        (Status.REFUNDING, True, True, Status.CAPTURED),
        (Status.RETURNING, True, False, Status.VOIDED),
    ):
        seen = shown(status, was_authorized=was_authorized, accepted=accepted)
        assert seen is before


@pytest.mark.parametrize("was_authorized", [True, False])
def test_money_that_nobody_accepted_was_never_captured(
    was_authorized: bool,  # noqa: FBT001  # by name
) -> None:
    """A bank took it at once, and it goes back."""
    seen = shown(Status.REFUNDING, was_authorized=was_authorized, accepted=False)
    assert seen is Status.AUTHORIZED


def test_what_a_bank_suspects_is_not_told() -> None:
    """Whoever tries stolen cards does not learn which of them is known."""
    for suspected in ("lost_card", "stolen_card", "fraudulent", "merchant_blacklist"):
        assert told(suspected) == "generic_decline"
    assert told("insufficient_funds") == "insufficient_funds"
    assert told(None) is None


@given(status=statuses, was_authorized=st.booleans(), accepted=st.booleans())
def test_no_ing_state_is_shown(
    status: Status, *, was_authorized: bool, accepted: bool
) -> None:
    seen = shown(status, was_authorized=was_authorized, accepted=accepted)
    assert seen not in CALLS.keys() - {Status.PROCESSING}
