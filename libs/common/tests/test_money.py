"""Amounts, and what a currency makes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import digits, readable, share, step


@pytest.mark.parametrize(
    ("currency", "places", "smallest"),
    [
        ("usd", 2, 1),
        ("huf", 2, 1),
        ("twd", 2, 1),
        ("jpy", 0, 1),
        ("isk", 0, 1),
        ("ugx", 0, 1),
        ("kwd", 3, 10),
        ("tnd", 3, 10),
        ("mga", 2, 100),
    ],
)
def test_a_currency_has_its_digits_and_its_smallest_step(
    currency: str, places: int, smallest: int
) -> None:
    assert (digits(currency), step(currency)) == (places, smallest)


@pytest.mark.parametrize(
    ("amount", "basis_points", "currency", "expected"),
    [
        (2550, 0, "usd", 0),
        (2550, 250, "usd", 64),  # 63.75
        (1000, 250, "usd", 25),
        (20, 250, "usd", 1),  # 0.5 goes up
        (19, 250, "usd", 0),  # 0.475
        (1000, 333, "jpy", 33),  # 33.3
        (12_340, 250, "kwd", 310),  # 308.5, and thousandths move by tens
        (9_990, 10_000, "kwd", 9_990),
        (100_000, 150, "mga", 1_500),
    ],
)
def test_a_share_is_rounded_half_up_to_what_can_be_moved(
    amount: int, basis_points: int, currency: str, expected: int
) -> None:
    assert share(amount, basis_points, currency) == expected


@given(
    st.integers(0, 99_999_999),
    st.integers(0, 10_000),
    st.sampled_from(["usd", "jpy", "kwd", "mga"]),
)
def test_a_share_is_never_off_by_more_than_half_a_step(
    amount: int, basis_points: int, currency: str
) -> None:
    found = share(amount, basis_points, currency)
    assert found % step(currency) == 0
    assert abs(found * 10_000 - amount * basis_points) * 2 <= 10_000 * step(currency)


def test_an_amount_reads_as_its_currency_is_written() -> None:
    assert readable(2550, "usd") == "25.50 USD"
    assert readable(-7, "eur") == "-0.07 EUR"
    assert readable(2550, "jpy") == "2550 JPY"
    assert readable(1230, "kwd") == "1.230 KWD"
