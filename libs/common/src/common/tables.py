"""Tables that every service with a database has, beside its own."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

CLOCK = text("clock_timestamp()")


def service_metadata() -> MetaData:
    """Metadata of one service, the common tables in it."""
    metadata = MetaData(naming_convention=NAMING)
    _outbox(metadata)
    _inbox(metadata)
    _set_aside(metadata)
    _idempotency_keys(metadata)
    _identity(metadata)
    return metadata


def _moment(name: str, *, nullable: bool = False, now: bool = False) -> Column[object]:
    return Column(
        name,
        DateTime(timezone=True),
        nullable=nullable,
        server_default=CLOCK if now else None,
    )


def _outbox(metadata: MetaData) -> None:
    Table(
        "outbox",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("subject", Text, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        _moment("created_at", now=True),
        _moment("published_at", nullable=True),
        Index(
            "outbox_unpublished_idx",
            "created_at",
            postgresql_where=text("published_at IS NULL"),
        ),
        Index("outbox_published_at_idx", "published_at"),
    )


def _inbox(metadata: MetaData) -> None:
    Table(
        "inbox",
        metadata,
        Column("consumer", Text),
        Column("envelope_id", Uuid),
        _moment("handled_at", now=True),
        PrimaryKeyConstraint("consumer", "envelope_id"),
        Index("inbox_handled_at_idx", "handled_at"),
    )


def _set_aside(metadata: MetaData) -> None:
    Table(
        "set_aside",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("consumer", Text, nullable=False),
        Column("envelope_id", Uuid, nullable=False),
        #: Place in the envelope; -1: the envelope whole, unread.
        Column("index", Integer, nullable=False),
        Column("aggregate_id", Uuid),
        Column("version", BigInteger, nullable=False, server_default="0"),
        Column("payload", LargeBinary, nullable=False),
        Column("error", Text, nullable=False),
        Column("tries", Integer, nullable=False, server_default="0"),
        _moment("created_at", now=True),
        _moment("next_try_at", now=True),
        _moment("dead_at", nullable=True),
        # A consumer hears one type, so (consumer, aggregate) names the message.
        Index("set_aside_aggregate_idx", "consumer", "aggregate_id", unique=True),
        Index(
            "set_aside_due_idx",
            "next_try_at",
            postgresql_where=text("dead_at IS NULL"),
        ),
    )


def _idempotency_keys(metadata: MetaData) -> None:
    Table(
        "idempotency_keys",
        metadata,
        Column("user_id", Uuid),
        Column("route", Text),
        Column("key", Text),
        #: A hash of the request's body: the same key with another body is refused.
        Column("fingerprint", LargeBinary, nullable=False),
        #: Status and thing of the kept answer; null while the request is at work.
        Column("status", Integer),
        Column("thing_id", Uuid),
        _moment("created_at", now=True),
        PrimaryKeyConstraint("user_id", "route", "key"),
        Index("idempotency_keys_created_at_idx", "created_at"),
    )


def _identity(metadata: MetaData) -> None:
    Table(
        "revoked_sessions",
        metadata,
        Column("session_id", Uuid, primary_key=True),
        _moment("expires_at"),
        _moment("revoked_at", now=True),
        Index("revoked_sessions_revoked_at_idx", "revoked_at"),
        Index("revoked_sessions_expires_at_idx", "expires_at"),
    )
    Table(
        "verification_keys",
        metadata,
        Column("kid", Text, primary_key=True),
        Column("jwk", JSONB, nullable=False),
        _moment("seen_at", now=True),
    )
