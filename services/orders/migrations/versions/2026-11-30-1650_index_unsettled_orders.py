"""Index what has to end when an event is cancelled, while orders are being taken."""

from alembic import op

from common.migrations import create_index_concurrently

revision = "2026_11_30_1650"
down_revision = "2026_11_30_1415"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index_concurrently(
        "orders_unsettled_idx",
        "orders (seller_id, event_id) WHERE status IN ('created', 'awaiting_payment')"
        " OR status = 'complete' AND NOT refund_due",
    )


def downgrade() -> None:
    op.execute("DROP INDEX orders_unsettled_idx")
