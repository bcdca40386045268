"""What can go wrong in auth.

common.errors.ServiceError
├── Invalid
│   └── WeakPassword            400 invalid, on the password's field
├── SignedOut
│   └── WrongPassword           401 signed-out, whoever the address belongs to
├── NotFound
│   └── NoSuchSession           404 not-found
├── Conflict
│   └── EmailTaken              409 email-taken
└── TooMany
    └── TooManyGuesses          429 too-many
"""

from common.errors import Conflict, Fault, Invalid, NotFound, SignedOut, TooMany


class WeakPassword(Invalid):
    """Choose another password."""

    def __init__(self, fault: Fault, *, field: str = "password") -> None:
        super().__init__(errors=[fault.at(field)])


class WrongPassword(SignedOut):
    """The e-mail address or the password is wrong."""


class NoSuchSession(NotFound):
    """You have no such session, or it has ended."""


class EmailTaken(Conflict):
    """Somebody has signed up with this address: sign in instead."""

    code = "email-taken"


class TooManyGuesses(TooMany):
    """Too many tries to sign in: wait a little."""
