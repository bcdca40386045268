"""Add what stocks withhold: units that were refunded and stay away."""

from alembic import op

revision = "2026_11_30_0945"
down_revision = "2026_11_23_0125"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """ALTER TABLE stocks ADD COLUMN withheld integer NOT NULL DEFAULT 0,
            ADD CONSTRAINT stocks_withheld_check CHECK (withheld >= 0)"""
    )


def downgrade() -> None:
    op.execute("ALTER TABLE stocks DROP COLUMN withheld")
