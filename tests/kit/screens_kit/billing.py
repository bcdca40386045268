"""What is on in the pictures: nights of many kinds, in every state of their sale."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LIVELY = (
    "Two sets, one interval and no seats in front of the stage. The doors open an hour "
    "before the first note, and the bar stays open for an hour after the last.\n\n"
    "The hall is step-free throughout. If you need a seat or come with an assistant, "
    "write to us with your order code and we will keep a place for you."
)


@dataclass(frozen=True)
class Type:
    """One kind of ticket of a night."""

    title: str
    price: int
    quantity: int = 400
    limit: int = 8
    #: Hours from now until its sale begins.
    opens_in: int | None = None


@dataclass(frozen=True)
class Night:
    """An event: where, when, and what is sold for it."""

    name: str
    venue: str
    city: str
    country: str
    zone: str
    days: int
    types: tuple[Type, ...]
    currency: str = "eur"
    street: str | None = None
    hour: int = 20
    lasts: int = 3

    def body(self) -> dict[str, Any]:
        day = datetime.now(UTC).date() + timedelta(days=self.days)
        starts = datetime.combine(day, time(self.hour), ZoneInfo(self.zone))
        where = {"name": self.venue, "city": self.city, "country": self.country}
        return {
            "name": self.name,
            "venue": where | ({"street": self.street} if self.street else {}),
            "timezone": self.zone,
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=self.lasts)).isoformat(),
            "currency": self.currency,
            "description": LIVELY,
        }


BERLIN = ("Berlin", "DE", "Europe/Berlin")
HAMBURG = ("Hamburg", "DE", "Europe/Berlin")

NIGHTS = {
    "on-sale": Night(
        "Nina Vale & The Paper Lanterns",
        "Huxleys Neue Welt",
        *BERLIN,
        9,
        (
            Type("Standing", 3_900),
            Type("Balcony, seated", 5_400, 12),
            Type("Front row with sound check", 12_900, 2, 2),
            Type("Last release", 3_400, 100, opens_in=90),
        ),
        street="Hasenheide 107",
    ),
    "few-left": Night(
        "Elbe Jazz Night",
        "Mojo Club",
        *HAMBURG,
        3,
        (Type("Admission", 2_850, 6),),
        street="Reeperbahn 1",
    ),
    "sold-out": Night(
        "FC St. Anna v SV Nordstern",
        "Stadion am Deich",
        *HAMBURG,
        5,
        (Type("Stand, north", 1_800, 4), Type("Main stand, seated", 3_200, 4)),
        hour=15,
    ),
    "all-held": Night(
        "Midnight Run: Techno till Sunrise",
        "Kraftwerk",
        *BERLIN,
        6,
        (Type("Early entry", 2_200, 4), Type("From 2 a.m.", 1_500, 4)),
        hour=23,
        lasts=8,
    ),
    "soon": Night(
        "Los Mirlos del Sur",
        "La Riviera",
        "Madrid",
        "ES",
        "Europe/Madrid",
        40,
        (
            Type("Pista", 4_200, opens_in=53),
            Type("Palco", 7_500, 60, opens_in=53),
        ),
        hour=21,
    ),
    "soon-too": Night(
        "Street Food & Synthwave",
        "Arena am Flutgraben",
        *BERLIN,
        66,
        (Type("Day ticket", 1_200, opens_in=170),),
        hour=14,
    ),
    "free": Night(
        "Open Mic Thursday",
        "The Bill Murray",
        "London",
        "GB",
        "Europe/London",
        4,
        (Type("A seat", 0, 60, 4),),
        currency="gbp",
    ),
    "long": Night(
        "The Grand Pub Quiz Championship of the Low Countries: the long-awaited second "
        "semi-final, with live commentary and supper",
        "De Nieuwe Anita, Café & Podium in the Old School",
        "Amsterdam",
        "NL",
        "Europe/Amsterdam",
        12,
        (
            Type("Table for six, with supper and the first round of drinks", 21_900),
            Type("Single seat", 2_450),
        ),
    ),
    "ballet": Night(
        "The Snow Queen",
        "Dansens Hus",
        "Stockholm",
        "SE",
        "Europe/Stockholm",
        17,
        (Type("Stalls", 89_000), Type("Circle", 54_000)),
        currency="sek",
        hour=19,
    ),
    "taiko": Night(
        "Kyoto Taiko Ensemble",
        "EX Theater Roppongi",
        "Tokyo",
        "JP",
        "Asia/Tokyo",
        21,
        (Type("Reserved seat", 8_800),),
        currency="jpy",
    ),
    "songs": Night(
        "Sofia Lind: Quiet Songs",
        "Porgy & Bess",
        "Vienna",
        "AT",
        "Europe/Vienna",
        25,
        (Type("Admission", 3_200), Type("Students", 1_900)),
    ),
    "blue": Night(
        "Blue Hour Sessions",
        "New Morning",
        "Paris",
        "FR",
        "Europe/Paris",
        28,
        (Type("Placement libre", 2_900),),
    ),
    "over": Night(
        "Last Summer on the Roof",
        "Klunkerkranich",
        *BERLIN,
        -3,
        (Type("Admission", 1_400),),
        hour=18,
    ),
    "cancelled": Night(
        "Orchestra of Small Miracles",
        "Silent Green",
        *BERLIN,
        15,
        (Type("Admission", 4_500),),
    ),
}
