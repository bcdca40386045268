"""Drop the guest of a session: a token says all guests that its member was."""

from alembic import op

revision = "2026_11_30_1400"
down_revision = "2026_11_22_1700"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE sessions DROP COLUMN guest_id")


def downgrade() -> None:
    op.execute("ALTER TABLE sessions ADD COLUMN guest_id uuid")
