"""Amounts: integers in the minor unit of a currency of ISO 4217. Pure."""

from typing import Final

_NO_DIGITS: Final = "bif clp djf gnf isk jpy kmf krw pyg rwf ugx vnd vuv xaf xof xpf"
_THREE_DIGITS: Final = "bhd iqd jod kwd lyd omr tnd"
_WHOLE: Final = frozenset(_NO_DIGITS.split())
_THOUSANDTHS: Final = frozenset(_THREE_DIGITS.split())
#: Card networks move no less: of thousandths tens, of an ariary the whole.
_STEPS: Final = dict.fromkeys(_THOUSANDTHS, 10) | {"mga": 100}


def digits(currency: str) -> int:
    """Digits behind the decimal point: 2 of a dollar, 0 of a yen, 3 of a dinar."""
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def step(currency: str) -> int:
    """What every amount of it is a multiple of, in minor units."""
    return _STEPS.get(currency, 1)


def share(amount: int, basis_points: int, currency: str) -> int:
    """A part of an amount, rounded half up to what can be moved."""
    unit = step(currency)
    return (amount * basis_points + 5_000 * unit) // (10_000 * unit) * unit


def readable(amount: int, currency: str) -> str:
    """`25.50 USD` for people who run the system; pages write their own language."""
    places = digits(currency)
    sign, whole = "-" if amount < 0 else "", abs(amount)
    text = f"{whole // 10**places}"
    if places:
        text += f".{whole % 10**places:0{places}}"
    return f"{sign}{text} {currency.upper()}"
