"""Add refunds, the ledger, and what both need of payments and orders."""

from alembic import op

from common.migrations import create_index_concurrently

revision = "2026_11_22_2130"
down_revision = "2026_11_22_1745"
branch_labels = None
depends_on = None

_LIVE = """('authorized', 'captured', 'capturing', 'processing', 'refunding',
    'requires_action', 'voiding')"""

_UP = (
    "ALTER TABLE order_replicas ADD COLUMN seller_id uuid",
    "ALTER TABLE order_replicas ADD COLUMN fee bigint NOT NULL DEFAULT 0",
    "ALTER TABLE payments ADD COLUMN seller_id uuid",
    "ALTER TABLE payments ADD COLUMN fee bigint NOT NULL DEFAULT 0",
    "ALTER TABLE payments ADD COLUMN refund_id uuid",
    "ALTER TABLE payments ADD COLUMN refund_amount bigint",
    """CREATE TABLE refunds (
        id uuid CONSTRAINT refunds_pkey PRIMARY KEY,
        payment_id uuid NOT NULL CONSTRAINT refunds_payment_id_fkey
            REFERENCES payments (id),
        status text NOT NULL,
        amount bigint NOT NULL,
        restock boolean NOT NULL,
        reason text,
        error text,
        asked_by uuid,
        attempt bigint NOT NULL,
        tries bigint NOT NULL,
        due_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT refunds_status_check CHECK (
            status IN ('pending', 'succeeded', 'failed')),
        CONSTRAINT refunds_amount_check CHECK (amount >= 0))""",
    "CREATE INDEX refunds_payment_id_idx ON refunds (payment_id)",
    # One at a time: what a lost answer meant can then be read from the provider's sum.
    """CREATE UNIQUE INDEX refunds_pending_idx ON refunds (payment_id)
        WHERE status = 'pending'""",
    "CREATE INDEX refunds_due_idx ON refunds (due_at) WHERE due_at IS NOT NULL",
    """CREATE TABLE ledger_entries (
        posting_id uuid NOT NULL,
        account text NOT NULL,
        payment_id uuid NOT NULL CONSTRAINT ledger_entries_payment_id_fkey
            REFERENCES payments (id),
        posting text NOT NULL,
        amount bigint NOT NULL,
        currency text NOT NULL,
        written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT ledger_entries_pkey PRIMARY KEY (posting_id, account),
        CONSTRAINT ledger_entries_amount_check CHECK (amount <> 0))""",
    "CREATE INDEX ledger_entries_payment_id_idx ON ledger_entries (payment_id)",
    """CREATE FUNCTION ledger_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    """CREATE TRIGGER ledger_entries_kept BEFORE UPDATE OR DELETE ON ledger_entries
        FOR EACH ROW EXECUTE FUNCTION ledger_is_written_once()""",
    """CREATE TRIGGER ledger_entries_not_emptied BEFORE TRUNCATE ON ledger_entries
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_written_once()""",
    """CREATE FUNCTION ledger_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM ledger_entries WHERE posting_id = NEW.posting_id
                       GROUP BY currency HAVING sum(amount) <> 0) THEN
                RAISE EXCEPTION 'posting % is not balanced', NEW.posting_id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$""",
    """CREATE CONSTRAINT TRIGGER ledger_entries_balanced
        AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION ledger_is_balanced()""",
)

_DOWN = (
    "DROP TABLE ledger_entries, refunds",
    "DROP FUNCTION ledger_is_balanced, ledger_is_written_once",
    "DROP INDEX payments_refund_due_idx",
    """ALTER TABLE payments DROP COLUMN seller_id, DROP COLUMN fee,
        DROP COLUMN refund_id, DROP COLUMN refund_amount, DROP COLUMN refund_due_at""",
    "ALTER TABLE order_replicas DROP COLUMN seller_id, DROP COLUMN fee",
)


def upgrade() -> None:
    op.execute(
        "ALTER TABLE payments ADD COLUMN IF NOT EXISTS refund_due_at timestamptz"
    )
    create_index_concurrently(
        "payments_refund_due_idx",
        "payments (refund_due_at)"
        f" WHERE refund_due_at IS NOT NULL AND status IN {_LIVE}",
    )
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWN:
        op.execute(statement)
