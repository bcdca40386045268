"""Index orders of sellers by event: what they ask for, at no more writes per order."""

from alembic import op

from common.migrations import create_index_concurrently

revision = "2026_11_22_2130"
down_revision = "2026_11_22_1730"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index_concurrently("orders_sales_idx", "orders (seller_id, event_id, id)")
    op.execute("DROP INDEX orders_seller_id_idx")


def downgrade() -> None:
    op.execute("CREATE INDEX orders_seller_id_idx ON orders (seller_id, id)")
    op.execute("DROP INDEX orders_sales_idx")
