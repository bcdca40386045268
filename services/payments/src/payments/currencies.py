"""Amounts as Stripe wants them: minor units too, save where it has rules of its own.

Whole units with two zeros behind them: ISK and UGX, which ISO 4217 counts without
decimals. Whole units without any: MGA, which ISO counts in hundredths. Of dinars and
rials with three decimals the last is 0. HUF and TWD are whole only where Stripe pays
a seller out; buyers are charged in hundredths like anybody.
See https://docs.stripe.com/currencies.
"""

from typing import Final

from common.money import digits, step

#: Digits that Stripe counts, where these are not the currency's own.
_STRIPE_DIGITS: Final = {"isk": 2, "ugx": 2, "mga": 0}
#: Most digits of an amount at Stripe.
_MOST: Final = 99_999_999


class NotChargeable(ValueError):
    """No card can be charged that amount of that currency."""


def to_stripe(amount: int, currency: str) -> int:
    """Our minor units as Stripe's `amount`; raises NotChargeable."""
    times, parts = _ratio(currency)
    stripe, rest = divmod(amount * times, parts)
    if rest or amount % step(currency) or stripe > _MOST:
        raise NotChargeable(f"{amount} {currency}")
    return stripe


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's `amount` as our minor units; raises NotChargeable."""
    times, parts = _ratio(currency)
    ours, rest = divmod(amount * parts, times)
    if rest:
        raise NotChargeable(f"{amount} {currency} of Stripe")
    return ours


def _ratio(currency: str) -> tuple[int, int]:
    own = digits(currency)
    more = _STRIPE_DIGITS.get(currency, own) - own
    return 10 ** max(0, more), 10 ** max(0, -more)
