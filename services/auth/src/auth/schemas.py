"""Bodies of auth's API."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from auth.models import Session, User
from common.http import Body

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = (
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    rf"@{_LABEL}(?:\.{_LABEL})*\.[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])$(?!\n)"
)

Email = Annotated[
    str,
    msgspec.Meta(
        max_length=254,
        pattern=_EMAIL,
        description="Compared in lower case.",
        examples=["ada@example.com"],
    ),
]
NewPassword = Annotated[
    str,
    msgspec.Meta(
        min_length=8,
        max_length=128,
        description="Not a common one, and not the e-mail address.",
        examples=["nine mild badgers"],
    ),
]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]


class SignUp(Body, frozen=True, kw_only=True):
    email: Email
    password: NewPassword
    name: Name | None = None


class SignIn(Body, frozen=True, kw_only=True):
    email: Annotated[str, msgspec.Meta(min_length=1, max_length=254)]
    password: Password


class Rename(Body, frozen=True, kw_only=True):
    """What is left out stays as it is."""

    name: Name | msgspec.UnsetType | None = msgspec.UNSET


class PasswordChange(Body, frozen=True, kw_only=True):
    old: Password
    new: NewPassword


class UserRead(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody signed in, until `expires_at`."""

    id: UUID
    email: str | None
    name: str | None
    kind: Literal["member", "guest"]
    expires_at: datetime

    @classmethod
    def of(cls, user: User, *, expires_at: datetime) -> "UserRead":
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            kind="member" if user.kind == "member" else "guest",
            expires_at=expires_at,
        )


class CurrentUser(msgspec.Struct, frozen=True):
    current_user: UserRead | None


class SessionRead(msgspec.Struct, frozen=True, kw_only=True):
    """A browser or program that is signed in."""

    id: UUID
    #: What it calls itself (User-Agent).
    device: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    #: Whether it is the one that asks.
    current: bool

    @classmethod
    def of(cls, session: Session, *, current: UUID) -> "SessionRead":
        return cls(
            id=session.id,
            device=session.device,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            expires_at=session.expires_at,
            current=session.id == current,
        )
