"""The rules about people and their secrets: no I/O."""

from datetime import timedelta
from enum import StrEnum

from common.errors import Fault

#: Of a member's session and its token: who signs in again is the same person.
MEMBER_LIFE = timedelta(hours=12)
#: Of a guest's: nothing else leads back to what a guest has paid for, often months
#: before the doors open. Browsers keep no cookie longer (RFC 6265bis, 5.6.7.2).
GUEST_LIFE = timedelta(days=400)
#: Guests whose orders a token says are a member's: the newest, for a token is short.
ADOPTED = 32
#: How long an ended session is remembered, for the addresses its owner used.
SESSION_MEMORY = timedelta(days=90)

#: Wrong guesses in a row that cost nothing; typing errors are human.
FREE_GUESSES = 5
#: Longest wait between guesses: about a hundred a day, however long they go on.
LONGEST_WAIT = timedelta(minutes=15)
#: After this long without a guess the count starts again.
GUESSES_FORGOTTEN = timedelta(hours=24)

#: A new key is published this long before it signs, so that every service has it.
KEY_ANNOUNCED = timedelta(minutes=3)
#: A key stays published until the last token it signed has expired.
KEY_OUTLIVES = GUEST_LIFE + timedelta(hours=1)

_COMMON = Fault("common-password", "Is one of the most common passwords.")
_EMAIL = Fault("password-is-email", "Must not be the e-mail address.")


class Kind(StrEnum):
    """A member has an address and a password; a guest is a browser that buys."""

    MEMBER = "member"
    GUEST = "guest"


def session_life(kind: str) -> timedelta:
    return GUEST_LIFE if kind == Kind.GUEST else MEMBER_LIFE


def normal_email(email: str) -> str:
    """Addresses are compared in lower case."""
    return email.strip().lower()


def wait_after(failures: int) -> timedelta:
    """The wait before another guess: none, then 1 s doubling to the longest."""
    if failures < FREE_GUESSES:
        return timedelta()
    doublings = min(failures - FREE_GUESSES, 20)
    return min(timedelta(seconds=2**doublings), LONGEST_WAIT)


def weakness(password: str, *, email: str, common: frozenset[str]) -> Fault | None:
    """Why a password is easily guessed, or None."""
    plain = password.lower()
    if plain in common:
        return _COMMON
    if plain in {email, email.partition("@")[0]}:
        return _EMAIL
    return None
