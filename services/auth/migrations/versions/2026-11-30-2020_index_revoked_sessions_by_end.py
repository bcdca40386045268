"""Index ended sessions by when their tokens expire: that is when they are forgotten."""

from alembic import op

from common.migrations import create_index_concurrently

revision = "2026_11_30_2020"
down_revision = "2026_11_30_1400"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index_concurrently(
        "revoked_sessions_expires_at_idx", "revoked_sessions (expires_at)"
    )


def downgrade() -> None:
    op.execute("DROP INDEX revoked_sessions_expires_at_idx")
