"""Add cancelled events, whose orders are brought to their end."""

from alembic import op

revision = "2026_11_22_2200"
down_revision = "2026_11_22_2130"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """CREATE TABLE cancelled_events (
            event_id uuid CONSTRAINT cancelled_events_pkey PRIMARY KEY,
            seller_id uuid NOT NULL,
            heard_at timestamptz NOT NULL DEFAULT clock_timestamp())"""
    )


def downgrade() -> None:
    op.execute("DROP TABLE cancelled_events")
