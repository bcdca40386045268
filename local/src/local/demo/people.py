"""Fifty people: the promoter of the tour, and those who want to see it."""

from dataclasses import dataclass

PASSWORD = "harbour-lights"  # noqa: S105  # of the demo's people, told to everybody


@dataclass(frozen=True)
class Person:
    name: str

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@example.com"


PROMOTER = Person("Marta Holm")

FANS = tuple(
    Person(name)
    for name in (
        *("Amara Okafor", "Ben Fischer", "Carla Rossi", "Daniel Novak", "Elif Yilmaz"),
        *("Farid Haddad", "Grace Mensah", "Hugo Laurent", "Ines Costa", "Jonas Berg"),
        *("Kaito Tanaka", "Lena Vogel", "Mateo Garcia", "Nora Lindqvist", "Omar Said"),
        *("Priya Nair", "Quentin Moreau", "Rosa Marin", "Samir Khan", "Tessa Bakker"),
        *("Umar Farouk", "Vera Petrova", "Will Turner", "Ximena Lopez", "Yuki Sato"),
        *("Zoe Papadaki", "Aidan Walsh", "Bianca Ferri", "Chen Wei", "Dora Szabo"),
        *("Emil Larsen", "Freya Dahl", "Gabriel Silva", "Hana Suzuki", "Ivan Horvat"),
        *("Julia Weber", "Karim Benali", "Lucia Romero", "Milan Kovac", "Nina Keller"),
        *("Oscar Nilsson", "Paula Ortiz", "Rafael Souza", "Sofia Greco", "Tom Becker"),
        *("Uma Patel", "Viktor Orlov", "Wanda Zielinska", "Yara Nasser"),
    )
)
