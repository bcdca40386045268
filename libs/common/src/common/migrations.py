"""Alembic for a service: its `migrations/env.py` calls `run`, its CLI calls `upgrade`.

The service runs beside it. A statement that locks a table waits 5 s at most, with
whoever comes after it; how long it then works is for the migration to see to: indexes
are built by `create_index_concurrently`, constraints added `NOT VALID` and validated
in another transaction. The common tables are created here, in SQL that never changes.
"""

import asyncio
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

import structlog
from alembic import command, context, op
from alembic.config import Config
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from common.database import async_url

log = structlog.get_logger()

#: Longest wait of a migration for a lock that the service beside it holds.
LOCK_TIMEOUT = "5s"
#: One migration at a time in a database; the next one finds its work done.
_TURN = 7_165_384
_PATIENCE = 60.0
_ASK_AGAIN = 0.2
_TAKE_TURN = text(f"SELECT pg_try_advisory_lock({_TURN})")

#: Rows come and go all day: vacuum long before a fifth of them is dead.
_COMMON_TABLES_V1 = (
    """CREATE TABLE outbox (
        id uuid CONSTRAINT outbox_pkey PRIMARY KEY,
        subject text NOT NULL,
        payload bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        published_at timestamptz)
        WITH (autovacuum_vacuum_scale_factor = 0.02)""",
    """CREATE INDEX outbox_unpublished_idx ON outbox (created_at)
        WHERE published_at IS NULL""",
    "CREATE INDEX outbox_published_at_idx ON outbox (published_at)",
    """CREATE TABLE inbox (
        consumer text NOT NULL,
        envelope_id uuid NOT NULL,
        handled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT inbox_pkey PRIMARY KEY (consumer, envelope_id))
        WITH (autovacuum_vacuum_scale_factor = 0.02)""",
    "CREATE INDEX inbox_handled_at_idx ON inbox (handled_at)",
    """CREATE TABLE set_aside (
        id uuid CONSTRAINT set_aside_pkey PRIMARY KEY,
        consumer text NOT NULL,
        envelope_id uuid NOT NULL,
        index integer NOT NULL,
        aggregate_id uuid,
        version bigint NOT NULL DEFAULT 0,
        payload bytea NOT NULL,
        error text NOT NULL,
        tries integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        next_try_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        dead_at timestamptz)""",
    """CREATE UNIQUE INDEX set_aside_aggregate_idx
        ON set_aside (consumer, aggregate_id)""",
    """CREATE INDEX set_aside_due_idx ON set_aside (next_try_at)
        WHERE dead_at IS NULL""",
    """CREATE TABLE idempotency_keys (
        user_id uuid NOT NULL,
        route text NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        status integer,
        thing_id uuid,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, route, key))
        WITH (autovacuum_vacuum_scale_factor = 0.02)""",
    """CREATE INDEX idempotency_keys_created_at_idx
        ON idempotency_keys (created_at)""",
    """CREATE TABLE revoked_sessions (
        session_id uuid CONSTRAINT revoked_sessions_pkey PRIMARY KEY,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
    """CREATE INDEX revoked_sessions_revoked_at_idx
        ON revoked_sessions (revoked_at)""",
    """CREATE TABLE verification_keys (
        kid text CONSTRAINT verification_keys_pkey PRIMARY KEY,
        jwk jsonb NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
)


def create_common_tables_v1() -> None:
    for statement in _COMMON_TABLES_V1:
        op.execute(statement)


def drop_common_tables_v1() -> None:
    op.execute(
        "DROP TABLE outbox, inbox, set_aside, idempotency_keys, revoked_sessions,"
        " verification_keys"
    )


def create_index_concurrently(name: str, on: str) -> None:
    """Build an index while the service writes; what was left half built goes first.

    It commits what the migration did before it: do this first, or what can be repeated.
    """
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {on}")


def configuration(service: str, url: str) -> Config:
    """Alembic's configuration of a service, its scripts beside its `src`."""
    spec = find_spec(service)
    assert spec is not None
    assert spec.origin is not None
    config = Config()
    folder = Path(spec.origin).parents[2] / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade(service: str, url: str, revision: str = "head") -> None:
    """Bring a schema up; one that a later release has migrated stays as it is."""
    try:
        command.upgrade(configuration(service, url), revision)
    except CommandError as error:
        if not isinstance(error.__cause__, ResolutionError):
            raise
        log.warning("schema_is_newer", service=service, reason=str(error))


def downgrade(service: str, url: str, revision: str = "base") -> None:
    command.downgrade(configuration(service, url), revision)


def check(service: str, url: str) -> None:
    """Raises Alembic's `AutogenerateDiffsDetected` where models and schema differ."""
    command.check(configuration(service, url))


def run(metadata: MetaData, *, left: Collection[str] = ()) -> None:
    """Run the migrations asked for; called by a service's `migrations/env.py`.

    `left` are columns, as `table.column`, that only the release before reads: models
    know them no more, and a later release drops them.
    """
    asyncio.run(_run(context.config.attributes["url"], metadata, left))


async def _run(url: str, metadata: MetaData, left: Collection[str]) -> None:
    patience = {"server_settings": {"lock_timeout": LOCK_TIMEOUT}}
    engine = create_async_engine(
        async_url(url), poolclass=pool.NullPool, connect_args=patience
    )
    async with engine.connect() as connection:
        await _take_turn(connection)
        await connection.run_sync(_migrate, metadata, left)
        await connection.commit()
    await engine.dispose()


async def _take_turn(connection: AsyncConnection) -> None:
    """Wait for a migration that runs already; the end of the connection ends ours.

    A statement that waits would itself be waited for by an index that is built.
    """
    async with asyncio.timeout(_PATIENCE):
        while not await connection.scalar(_TAKE_TURN):
            await connection.commit()
            await asyncio.sleep(_ASK_AGAIN)
    await connection.commit()


def _migrate(connection: Connection, metadata: MetaData, left: Collection[str]) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=lambda name, kind, parents: (
            kind != "column" or f"{parents['table_name']}.{name}" not in left
        ),
        compare_type=True,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
