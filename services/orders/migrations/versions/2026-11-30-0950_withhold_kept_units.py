"""Withhold what refunds kept away before: it counted as sold, and no order has it."""

from alembic import op

revision = "2026_11_30_0950"
down_revision = "2026_11_30_0945"
branch_labels = None
depends_on = None

WITHHOLDING = (
    # Nobody has a stock in hand, nor takes one, until this is committed.
    "LOCK TABLE stocks IN EXCLUSIVE MODE",
    """WITH kept AS MATERIALIZED (
            SELECT t.ticket_id, t.stock_id, t.sold - coalesce(o.units, 0) AS units
            FROM ticket_stocks t LEFT JOIN (
                SELECT i.ticket_id, sum(i.quantity) AS units
                FROM order_items i JOIN orders o ON o.id = i.order_id
                WHERE o.status = 'complete' GROUP BY i.ticket_id) o USING (ticket_id)
            WHERE t.sold > coalesce(o.units, 0)),
        parts AS (
            UPDATE ticket_stocks t SET sold = t.sold - kept.units
            FROM kept WHERE t.ticket_id = kept.ticket_id)
        UPDATE stocks s SET sold = s.sold - k.units, withheld = k.units,
            capacity = greatest(s.quantity - k.units, s.held + s.sold - k.units),
            version = s.version + 1
        FROM (SELECT stock_id, sum(units) AS units FROM kept GROUP BY stock_id) k
        WHERE s.id = k.stock_id""",
    # Said as `StockChanged`, for tickets keeps a copy.
    """INSERT INTO outbox (id, subject, payload)
        SELECT e.id, 'orders.stock-changed', convert_to(CAST(json_build_object(
            'id', e.id, 'occurred_at', clock_timestamp(),
            'messages', json_build_array(json_build_object(
                'stock_id', s.id, 'version', s.version,
                'free', greatest(0, s.quantity - s.withheld - s.held - s.sold),
                'tickets', e.parts))) AS text), 'UTF8')
        FROM stocks s CROSS JOIN LATERAL (
            SELECT uuidv7() AS id, json_agg(json_build_object(
                'ticket_id', t.ticket_id, 'held', t.held, 'sold', t.sold)) AS parts
            FROM ticket_stocks t WHERE t.stock_id = s.id) e
        WHERE s.withheld > 0""",
)


def upgrade() -> None:
    for statement in WITHHOLDING:
        op.execute(statement)


def downgrade() -> None:
    """Nothing to take back: the column goes with the migration before."""
