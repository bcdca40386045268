"""Index the orders of a buyer that are not cancelled: holds are judged by these."""

from alembic import op

revision = "2026_11_30_1415"
down_revision = "2026_11_30_0950"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX orders_kept_idx ON orders (buyer_id) WHERE status <> 'cancelled'"
    )


def downgrade() -> None:
    op.execute("DROP INDEX orders_kept_idx")
