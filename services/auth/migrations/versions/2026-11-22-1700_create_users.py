"""Create users, sessions, guesses, signing keys and the common tables."""

from alembic import op

from common.migrations import create_common_tables_v1, drop_common_tables_v1

revision = "2026_11_22_1700"
down_revision = None

TABLES = (
    """CREATE TABLE users (
        id uuid CONSTRAINT users_pkey PRIMARY KEY,
        kind text NOT NULL,
        email text,
        name text,
        password_hash text,
        adopted_by uuid CONSTRAINT users_adopted_by_fkey REFERENCES users (id),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT users_kind_check CHECK (kind IN ('member', 'guest')),
        CONSTRAINT users_member_check CHECK (
            (kind = 'member') = (email IS NOT NULL AND password_hash IS NOT NULL)),
        CONSTRAINT users_email_check CHECK (email = lower(email)))""",
    "CREATE UNIQUE INDEX users_email_idx ON users (email)",
    "CREATE INDEX users_adopted_by_idx ON users (adopted_by, id)",
    """CREATE TABLE sessions (
        id uuid CONSTRAINT sessions_pkey PRIMARY KEY,
        user_id uuid NOT NULL
            CONSTRAINT sessions_user_id_fkey REFERENCES users (id),
        guest_id uuid,
        device text,
        address text NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz)""",
    "CREATE INDEX sessions_user_id_idx ON sessions (user_id, id)",
    "CREATE INDEX sessions_expires_at_idx ON sessions (expires_at)",
    """CREATE TABLE guesses (
        scope text CONSTRAINT guesses_pkey PRIMARY KEY,
        failures integer NOT NULL DEFAULT 0,
        last_at timestamptz NOT NULL)""",
    "CREATE INDEX guesses_last_at_idx ON guesses (last_at)",
    """CREATE TABLE signing_keys (
        kid text CONSTRAINT signing_keys_pkey PRIMARY KEY,
        public text NOT NULL,
        private text NOT NULL,
        created_at timestamptz NOT NULL,
        signs_from timestamptz NOT NULL,
        verifies_until timestamptz)""",
    "REVOKE ALL ON signing_keys FROM PUBLIC",
)


def upgrade() -> None:
    create_common_tables_v1()
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE signing_keys, guesses, sessions, users")
    drop_common_tables_v1()
