"""Add the fee to tickets: what buyers pay on top of the price."""

from alembic import op

revision = "2026_11_22_2200"
down_revision = "2026_11_22_1730"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE tickets ADD COLUMN fee integer NOT NULL DEFAULT 0")
    op.execute(
        "ALTER TABLE tickets ADD CONSTRAINT tickets_fee_check"
        " CHECK (fee BETWEEN 0 AND 99999999)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE tickets DROP COLUMN fee")
