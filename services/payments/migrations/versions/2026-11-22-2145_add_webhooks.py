"""Add webhooks: news of providers, each kept once."""

from alembic import op

from common.migrations import create_index_concurrently

revision = "2026_11_22_2145"
down_revision = "2026_11_22_2130"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of news without our own id.
    create_index_concurrently(
        "payments_reference_idx", "payments (reference) WHERE reference IS NOT NULL"
    )
    op.execute(
        """CREATE TABLE webhooks (
            provider text NOT NULL,
            id text NOT NULL,
            type text NOT NULL,
            reference text,
            payment_id text,
            tries bigint NOT NULL DEFAULT 0,
            due_at timestamptz,
            received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT webhooks_pkey PRIMARY KEY (provider, id))"""
    )
    op.execute(
        "CREATE INDEX webhooks_due_idx ON webhooks (due_at) WHERE due_at IS NOT NULL"
    )
    op.execute("CREATE INDEX webhooks_received_at_idx ON webhooks (received_at)")


def downgrade() -> None:
    op.execute("DROP INDEX payments_reference_idx")
    op.execute("DROP TABLE webhooks")
