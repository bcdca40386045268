"""Create payments, and replicas of the orders they pay."""

from alembic import op

from common.migrations import create_common_tables_v1, drop_common_tables_v1

revision = "2026_11_22_1745"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE order_replicas (
        order_id uuid CONSTRAINT order_replicas_pkey PRIMARY KEY,
        version bigint NOT NULL,
        buyer_id uuid NOT NULL,
        status text NOT NULL,
        reason text,
        total bigint NOT NULL,
        currency text NOT NULL)
        WITH (fillfactor = 80)""",
    """CREATE TABLE payments (
        id uuid CONSTRAINT payments_pkey PRIMARY KEY,
        order_id uuid NOT NULL CONSTRAINT payments_order_id_fkey
            REFERENCES order_replicas (order_id),
        buyer_id uuid NOT NULL,
        version bigint NOT NULL,
        status text NOT NULL,
        verdict text,
        amount bigint NOT NULL,
        amount_refunded bigint NOT NULL,
        currency text NOT NULL,
        provider text NOT NULL,
        livemode boolean NOT NULL,
        reference text,
        call_key text NOT NULL,
        token text,
        next_action jsonb,
        decline_code text,
        was_authorized boolean NOT NULL,
        asked_by uuid NOT NULL,
        request_key text,
        tries bigint NOT NULL,
        due_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT payments_status_check CHECK (status IN (
            'processing', 'requires_action', 'authorized', 'capturing', 'captured',
            'voiding', 'voided', 'refunding', 'refunded', 'failed')),
        CONSTRAINT payments_verdict_check CHECK (
            verdict IN ('accepted', 'refused')),
        CONSTRAINT payments_amount_check CHECK (
            amount >= 0 AND amount_refunded BETWEEN 0 AND amount))
        WITH (fillfactor = 80)""",
    """CREATE UNIQUE INDEX payments_live_idx ON payments (order_id)
        WHERE status IN ('processing', 'requires_action', 'authorized', 'capturing',
                         'captured', 'voiding', 'refunding')""",
    "CREATE INDEX payments_order_id_idx ON payments (order_id)",
    "CREATE INDEX payments_buyer_id_idx ON payments (buyer_id, id)",
    "CREATE INDEX payments_due_idx ON payments (due_at) WHERE due_at IS NOT NULL",
)


def upgrade() -> None:
    create_common_tables_v1()
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE payments, order_replicas")
    drop_common_tables_v1()
