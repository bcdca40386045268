"""Index the orders of a buyer that are not cancelled: holds are judged by these."""

from alembic import op

from common.migrations import create_index_concurrently

revision = "2026_11_30_1415"
down_revision = "2026_11_30_0950"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index_concurrently(
        "orders_kept_idx", "orders (buyer_id) WHERE status <> 'cancelled'"
    )


def downgrade() -> None:
    op.execute("DROP INDEX orders_kept_idx")
