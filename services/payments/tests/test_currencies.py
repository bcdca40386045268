"""Amounts as Stripe wants them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import step
from payments.currencies import NotChargeable, from_stripe, to_stripe


@pytest.mark.parametrize(
    ("amount", "currency", "stripe"),
    [
        (2550, "usd", 2550),
        (500, "jpy", 500),
        (500, "isk", 50_000),
        (500, "ugx", 50_000),
        (2550, "huf", 2550),
        (2550, "twd", 2550),
        (5120, "kwd", 5120),
        (1_500_000, "mga", 15_000),
        (0, "isk", 0),
    ],
)
def test_an_amount_is_said_as_stripe_counts_it(
    amount: int, currency: str, stripe: int
) -> None:
    assert to_stripe(amount, currency) == stripe
    assert from_stripe(stripe, currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(5124, "kwd"), (1_500_001, "mga"), (1_000_000, "isk"), (100_000_000, "usd")],
)
def test_what_no_card_can_be_charged_is_refused(amount: int, currency: str) -> None:
    with pytest.raises(NotChargeable):
        to_stripe(amount, currency)


def test_a_fraction_of_a_whole_currency_is_no_amount_of_ours() -> None:
    with pytest.raises(NotChargeable):
        from_stripe(50_050, "isk")


@given(
    st.integers(0, 999_999),
    st.sampled_from(["usd", "jpy", "isk", "ugx", "huf", "twd", "kwd", "tnd", "mga"]),
)
def test_there_and_back_is_the_same_amount(count: int, currency: str) -> None:
    amount = min(count, 99_999_900 // step(currency)) * step(currency)
    assert from_stripe(to_stripe(amount, currency), currency) == amount
