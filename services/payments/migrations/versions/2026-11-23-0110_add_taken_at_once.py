"""Add to payments whether they were captured at once, before their verdict."""

from alembic import op

revision = "2026_11_23_0110"
down_revision = "2026_11_22_2145"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE payments ADD COLUMN taken_at_once boolean NOT NULL DEFAULT false"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE payments DROP COLUMN taken_at_once")
