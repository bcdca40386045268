"""The tour: twelve cities with real venues, and what is sold in each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

ARTIST = "The Night Ferries"
TOUR = "Harbour Lights Tour"
DOORS = time(20, 0)
#: Time to build a stage and to cross a border or an ocean.
DAYS_BETWEEN = 4
#: The first night is so many days from now.
LEAD = timedelta(days=120)


@dataclass(frozen=True)
class Stop:
    """One night: where, in which money, and what one unit of price is there."""

    city: str
    venue: str
    street: str
    postal_code: str
    country: str
    timezone: str
    currency: str
    #: What 1 EUR of our price list is in the currency's minor unit.
    unit: int
    floor: int = 2_500

    @property
    def name(self) -> str:
        return f"{ARTIST}: {TOUR}, {self.city}"


@dataclass(frozen=True)
class Offer:
    """One ticket of a night; `price` in EUR, before it is turned into local money."""

    title: str
    price: int
    quantity: int
    max_per_buyer: int = 8
    #: Days from now until it goes on sale; None is on sale now.
    opens_in: int | None = None


STOPS = (
    Stop(
        "Berlin", "Olympiastadion", "Olympischer Platz 3", "14053", "DE",
        "Europe/Berlin", "eur", 100, floor=20_000,
    ),
    Stop(
        "Amsterdam", "Ziggo Dome", "De Passage 100", "1101 AX", "NL",
        "Europe/Amsterdam", "eur", 100,
    ),
    Stop(
        "Paris", "Accor Arena", "8 Boulevard de Bercy", "75012", "FR",
        "Europe/Paris", "eur", 100,
    ),
    Stop(
        "London", "The O2", "Peninsula Square", "SE10 0DX", "GB",
        "Europe/London", "gbp", 86,
    ),
    Stop(
        "Madrid", "Movistar Arena", "Avenida de Felipe II", "28009", "ES",
        "Europe/Madrid", "eur", 100,
    ),
    Stop(
        "Vienna", "Wiener Stadthalle", "Roland-Rainer-Platz 1", "1150", "AT",
        "Europe/Vienna", "eur", 100,
    ),
    Stop(
        "Stockholm", "Avicii Arena", "Globentorget 2", "121 77", "SE",
        "Europe/Stockholm", "sek", 1_100,
    ),
    Stop(
        "New York", "Madison Square Garden", "4 Pennsylvania Plaza", "10001", "US",
        "America/New_York", "usd", 110,
    ),
    Stop(
        "Toronto", "Scotiabank Arena", "40 Bay Street", "M5J 2X2", "CA",
        "America/Toronto", "cad", 150,
    ),
    Stop(
        "Los Angeles", "Crypto.com Arena", "1111 South Figueroa Street", "90015", "US",
        "America/Los_Angeles", "usd", 110,
    ),
    Stop(
        "Tokyo", "Nippon Budokan", "2-3 Kitanomarukoen, Chiyoda", "102-8321", "JP",
        "Asia/Tokyo", "jpy", 165,
    ),
    Stop(
        "Sydney", "Qudos Bank Arena", "19 Edwin Flack Avenue", "2127", "AU",
        "Australia/Sydney", "aud", 165,
    ),
)  # fmt: skip


def offers(stop: Stop) -> Iterator[Offer]:
    """Give what is sold for a night, from the stage to the roof."""
    yield Offer("Floor, standing", 79, stop.floor)
    yield Offer("Lower tier, seated", 119, 4_000, max_per_buyer=6)
    yield Offer("Upper tier, seated", 59, 3_000)
    yield Offer("Front row, with sound check", 249, 24, max_per_buyer=2)
    yield Offer("Last release, upper tier", 49, 500, opens_in=30)


def describe(stop: Stop, number: int, today: date) -> dict[str, Any]:
    """Give the body of `POST /api/events` for the n-th night of the tour."""
    night = today + LEAD + timedelta(days=number * DAYS_BETWEEN)
    start = datetime.combine(night, DOORS)
    return {
        "name": stop.name,
        "venue": {
            "name": stop.venue,
            "street": stop.street,
            "city": stop.city,
            "postal_code": stop.postal_code,
            "country": stop.country,
        },
        "timezone": stop.timezone,
        "starts_at_local": start.isoformat(),
        "description": DESCRIPTION.format(city=stop.city, venue=stop.venue),
        "currency": stop.currency,
    }


def price(offer: Offer, stop: Stop) -> int:
    """Round to what would stand on a poster."""
    rounded = round(offer.price * stop.unit, -2)
    return rounded if stop.currency == "jpy" else rounded - 10


DESCRIPTION = (
    f"{ARTIST} bring the Harbour Lights Tour to {{city}}: two hours of songs old and "
    "new, a light show built for {venue}, and a guest who changes every night. "
    "Doors open at 18:30; the support act plays from 19:00."
)
