"""Index a buyer's kept orders by place: what was bought elsewhere is not read."""

from alembic import op

from common.migrations import create_index_concurrently

revision = "2026_11_30_2010"
down_revision = "2026_11_30_1650"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index_concurrently(
        "orders_kept_at_idx",
        "orders (buyer_id, status, coalesce(event_id, seller_id))"
        " WHERE status <> 'cancelled'",
    )
    # Processes of the release before find a buyer's orders by `orders_buyer_id_idx`.
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS orders_kept_idx")


def downgrade() -> None:
    create_index_concurrently(
        "orders_kept_idx", "orders (buyer_id) WHERE status <> 'cancelled'"
    )
    op.execute("DROP INDEX orders_kept_at_idx")
