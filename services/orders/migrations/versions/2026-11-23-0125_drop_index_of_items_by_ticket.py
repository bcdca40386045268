"""Drop the index of items by ticket: nothing reads by it, and every hold writes it."""

from alembic import op

revision = "2026_11_23_0125"
down_revision = "2026_11_22_2200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP INDEX order_items_ticket_id_idx")


def downgrade() -> None:
    op.execute("CREATE INDEX order_items_ticket_id_idx ON order_items (ticket_id)")
