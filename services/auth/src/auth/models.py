"""Tables of auth. Verbs change a row; nothing else assigns its state."""

from datetime import datetime, timedelta
from math import ceil
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    Uuid,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from auth.domain import GUESSES_FORGOTTEN, GUEST_LIFE, Kind, wait_after
from auth.errors import TooManyGuesses
from common.tables import CLOCK, service_metadata


class Base(DeclarativeBase):
    metadata: ClassVar[MetaData] = service_metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        str: Text,
        UUID: Uuid,
    }


class User(Base):
    """A member or a guest."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    email: Mapped[str | None]
    name: Mapped[str | None]
    password_hash: Mapped[str | None]
    #: The member this guest turned out to be, by signing in.
    adopted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=CLOCK)

    __table_args__ = (
        CheckConstraint("kind IN ('member', 'guest')", name="kind"),
        CheckConstraint(
            "(kind = 'member') = (email IS NOT NULL AND password_hash IS NOT NULL)",
            name="member",
        ),
        CheckConstraint("email = lower(email)", name="email"),
        Index("users_email_idx", "email", unique=True),
        Index("users_adopted_by_idx", "adopted_by", "id"),
    )

    def become_member(
        self, *, email: str, name: str | None, password_hash: str
    ) -> None:
        """A guest signs up and keeps the id."""
        self.kind = Kind.MEMBER
        self.email = email
        self.name = name
        self.password_hash = password_hash

    @property
    def adoptable(self) -> bool:
        """Whether this is still a guest, and nobody's yet."""
        return self.kind == Kind.GUEST and self.adopted_by is None

    def be_adopted(self, member: "User") -> None:
        """A guest signs in: what the guest holds is the member's."""
        self.adopted_by = member.id

    def rename(self, name: str | None) -> None:
        self.name = name

    def change_password(self, password_hash: str) -> None:
        self.password_hash = password_hash


class Session(Base):
    """One signed-in browser or program, until it signs out or its token expires."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    #: What the browser calls itself, and where it signed in from.
    device: Mapped[str | None]
    address: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("sessions_user_id_idx", "user_id", "id"),
        Index("sessions_expires_at_idx", "expires_at"),
    )

    @property
    def life(self) -> timedelta:
        return self.expires_at - self.created_at

    def end(self, now: datetime) -> None:
        self.ended_at = now


class Guesses(Base):
    """Tries to sign in, counted for one account and one kind of place."""

    __tablename__ = "guesses"

    #: What is guessed at, hashed: addresses nobody has are counted alike.
    scope: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_at: Mapped[datetime]

    __table_args__ = (Index("guesses_last_at_idx", "last_at"),)

    def take(self, now: datetime) -> None:
        """Count a guess as wrong before it is known; raises TooManyGuesses."""
        if now - self.last_at > GUESSES_FORGOTTEN:
            self.failures = 0
        wait = self.last_at + wait_after(self.failures) - now
        if self.failures and wait > timedelta():
            raise TooManyGuesses(retry_after=ceil(wait.total_seconds()))
        self.failures += 1
        self.last_at = now


class SigningKey(Base):
    """A key pair. The role of auth alone may read this table."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(primary_key=True)
    #: Members `x` and `d` of the JSON Web Key.
    public: Mapped[str]
    private: Mapped[str]
    created_at: Mapped[datetime]
    signs_from: Mapped[datetime]
    #: Set once a newer key is to take over; published until then.
    verifies_until: Mapped[datetime | None]

    def may_sign(self, now: datetime) -> bool:
        """Whether it is due, and is published as long as what it signs may live."""
        left = self.verifies_until and self.verifies_until - now
        return self.signs_from <= now and (left is None or left >= GUEST_LIFE)
