"""Open the ledger of payments that are older than it, at what they come to now."""

from alembic import op

revision = "2026_11_23_0140"
down_revision = "2026_11_23_0110"
branch_labels = None
depends_on = None

#: Of what this ledger has seen from the first, a posting of these is the first.
_UNOPENED = """(p.was_authorized OR p.status = 'refunding')
    AND NOT EXISTS (
        SELECT FROM ledger_entries e WHERE e.payment_id = p.id AND e.posting IN (
            'opening', 'authorized', 'taken_at_once', 'taken_by_hand'))"""

OPENING = (
    # Nobody moves them until what they come to is written: this is the next statement.
    f"SELECT FROM payments p WHERE {_UNOPENED} ORDER BY id FOR UPDATE",
    # Whose tickets they paid was not kept then; orders has said so since.
    f"""UPDATE payments p SET seller_id = o.seller_id, fee = o.fee
        FROM order_replicas o
        WHERE o.order_id = p.order_id AND p.seller_id IS NULL
          AND o.seller_id IS NOT NULL AND {_UNOPENED}""",  # noqa: S608  # our own words
    # What every account must say, less what refunds have written since.
    f"""WITH old AS MATERIALIZED (
            SELECT p.id, p.currency, p.amount, p.fee, uuidv7() AS posting_id,
                CASE WHEN p.status IN ('authorized', 'capturing')
                          OR p.status = 'voiding' AND p.was_authorized
                     THEN p.amount ELSE 0 END AS promised,
                p.status IN ('captured', 'refunding') AS taken,
                p.amount_refunded AS back,
                CASE WHEN p.status = 'refunding'
                     THEN coalesce(p.refund_amount, p.amount - p.amount_refunded)
                     ELSE 0 END AS under_way
            FROM payments p WHERE p.amount > 0 AND {_UNOPENED}),
        split AS (
            SELECT old.*, fee * (back + under_way) / amount AS fee_back FROM old)
        INSERT INTO ledger_entries
            (posting_id, account, payment_id, posting, amount, currency)
        SELECT posting_id, account, id, 'opening', difference.amount, currency
        FROM split CROSS JOIN LATERAL (
            SELECT account, CAST(sum(line) AS bigint) AS amount
            FROM (VALUES
                    ('authorized', promised),
                    ('cards', -promised),
                    ('provider', CASE WHEN taken THEN amount - back ELSE 0 END),
                    ('refunded', -under_way),
                    ('fee', CASE WHEN taken THEN fee_back - fee ELSE 0 END),
                    ('seller', CASE WHEN taken
                        THEN fee - amount + back + under_way - fee_back ELSE 0 END)
                UNION ALL
                SELECT e.account, -e.amount FROM ledger_entries e
                WHERE e.payment_id = split.id) AS lines (account, line)
            GROUP BY account HAVING sum(line) <> 0) AS difference""",  # noqa: S608  # likewise
)


def upgrade() -> None:
    for statement in OPENING:
        op.execute(statement)


def downgrade() -> None:
    """What is written in the ledger stays there."""
