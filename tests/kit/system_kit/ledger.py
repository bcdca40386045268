"""What people were told: every key they asked with, and every answer to it."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from system_kit.people import Json, Person

#: Answers that say "not now"; the same request may be made again.
LATER = frozenset({429, 503, 504})


@dataclass
class Asked:
    """One request with a key, made again and again until it is answered."""

    person: Person
    path: str
    body: Json
    key: str = field(default_factory=lambda: uuid4().hex)
    #: Ids of the things that 2xx answers named; all the same, or something is wrong.
    things: set[str] = field(default_factory=set[str])
    answer: httpx.Response | None = None

    @property
    def resolved(self) -> bool:
        return self.answer is not None

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer.status_code

    @property
    def thing(self) -> Json:
        assert self.answer is not None
        return self.answer.json()


@dataclass
class Ledger:
    """Everything that people of a load asked and heard."""

    asked: list[Asked] = field(default_factory=list[Asked])
    #: Every answer, by method, path and status; 0: there was none.
    answers: Counter[tuple[str, int]] = field(default_factory=Counter[tuple[str, int]])
    #: Answers that nobody may ever get.
    wrong: list[str] = field(default_factory=list[str])

    @property
    def answered(self) -> int:
        return sum(count for (_, status), count in self.answers.items() if status)

    def note(self, what: str, response: httpx.Response | None) -> None:
        self.answers[what, response.status_code if response else 0] += 1
        if response is not None and _wrong(response):
            self.wrong.append(f"{what}: {response.status_code} {response.text}")

    def orders(self) -> list[Asked]:
        return [
            each
            for each in self.asked
            if each.path == "/api/orders" and each.resolved and each.status == 201
        ]

    def faults(self) -> list[str]:
        """I5 and I8, as far as the answers alone tell."""
        return [
            *self.wrong,
            *(f"{a.path} was never answered" for a in self.asked if not a.resolved),
            *(
                f"one key, {len(a.things)} things: {a.things}"
                for a in self.asked
                if len(a.things) > 1
            ),
        ]


def _wrong(response: httpx.Response) -> bool:
    """Trouble is told as trouble: busy, with a time to come back, and no more."""
    if response.status_code < 500:
        return False
    if response.status_code not in LATER:
        return True
    problem = response.headers.get("Content-Type") == "application/problem+json"
    return not problem or (
        response.status_code == 503 and "Retry-After" not in response.headers
    )
