"""Create orders, their items and payments, stock, and replicas of tickets."""

from alembic import op

from common.migrations import create_common_tables_v1, drop_common_tables_v1

revision = "2026_11_22_1730"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE ticket_replicas (
        ticket_id uuid CONSTRAINT ticket_replicas_pkey PRIMARY KEY,
        version bigint NOT NULL,
        seller_id uuid NOT NULL,
        event_id uuid,
        title text NOT NULL,
        price integer NOT NULL,
        fee integer NOT NULL,
        currency text NOT NULL,
        max_per_buyer integer NOT NULL,
        opens_at timestamptz,
        closes_at timestamptz,
        published boolean NOT NULL,
        withdrawn boolean NOT NULL,
        event jsonb)""",
    "CREATE INDEX ticket_replicas_event_id_idx ON ticket_replicas (event_id)",
    "CREATE INDEX ticket_replicas_seller_id_idx ON ticket_replicas (seller_id)",
    """CREATE TABLE stocks (
        id uuid CONSTRAINT stocks_pkey PRIMARY KEY,
        version bigint NOT NULL DEFAULT 1,
        quantity integer NOT NULL,
        capacity integer NOT NULL,
        held integer NOT NULL DEFAULT 0,
        sold integer NOT NULL DEFAULT 0,
        CONSTRAINT stocks_not_oversold_check CHECK (held + sold <= capacity),
        CONSTRAINT stocks_not_negative_check CHECK (held >= 0 AND sold >= 0))
        WITH (fillfactor = 50)""",
    """CREATE TABLE ticket_stocks (
        ticket_id uuid CONSTRAINT ticket_stocks_pkey PRIMARY KEY,
        stock_id uuid NOT NULL CONSTRAINT ticket_stocks_stock_id_fkey
            REFERENCES stocks (id),
        held integer NOT NULL DEFAULT 0,
        sold integer NOT NULL DEFAULT 0,
        CONSTRAINT ticket_stocks_not_negative_check CHECK (held >= 0 AND sold >= 0))
        WITH (fillfactor = 50)""",
    "CREATE INDEX ticket_stocks_stock_id_idx ON ticket_stocks (stock_id)",
    """CREATE TABLE orders (
        id uuid CONSTRAINT orders_pkey PRIMARY KEY,
        version bigint NOT NULL DEFAULT 1,
        code text NOT NULL,
        buyer_id uuid NOT NULL,
        seller_id uuid NOT NULL,
        event_id uuid,
        status text NOT NULL DEFAULT 'created',
        reason text,
        fees jsonb NOT NULL,
        total integer NOT NULL,
        amount_refunded integer NOT NULL DEFAULT 0,
        refund_due boolean NOT NULL DEFAULT false,
        currency text NOT NULL,
        livemode boolean NOT NULL,
        contact_name text,
        contact_email text,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT orders_status_check CHECK (
            status IN ('created', 'awaiting_payment', 'complete', 'cancelled')),
        CONSTRAINT orders_reason_check CHECK (
            (status = 'cancelled') = (reason IS NOT NULL)),
        CONSTRAINT orders_total_check CHECK (
            total >= 0 AND amount_refunded BETWEEN 0 AND total))""",
    "CREATE UNIQUE INDEX orders_code_idx ON orders (code)",
    "CREATE INDEX orders_buyer_id_idx ON orders (buyer_id, id)",
    "CREATE INDEX orders_seller_id_idx ON orders (seller_id, id)",
    """CREATE INDEX orders_due_idx ON orders (expires_at)
        WHERE status IN ('created', 'awaiting_payment')""",
    """CREATE TABLE order_items (
        id uuid CONSTRAINT order_items_pkey PRIMARY KEY,
        order_id uuid NOT NULL CONSTRAINT order_items_order_id_fkey
            REFERENCES orders (id),
        position integer NOT NULL,
        ticket_id uuid NOT NULL,
        title text NOT NULL,
        unit_price integer NOT NULL,
        quantity integer NOT NULL,
        CONSTRAINT order_items_quantity_check CHECK (quantity BETWEEN 1 AND 50),
        CONSTRAINT order_items_unit_price_check CHECK (unit_price >= 0))""",
    "CREATE INDEX order_items_order_id_idx ON order_items (order_id)",
    "CREATE INDEX order_items_ticket_id_idx ON order_items (ticket_id)",
    """CREATE TABLE order_payments (
        payment_id uuid CONSTRAINT order_payments_pkey PRIMARY KEY,
        order_id uuid NOT NULL CONSTRAINT order_payments_order_id_fkey
            REFERENCES orders (id),
        verdict text NOT NULL,
        judged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT order_payments_verdict_check CHECK (
            verdict IN ('accepted', 'refused')))""",
    "CREATE INDEX order_payments_order_id_idx ON order_payments (order_id)",
    """CREATE UNIQUE INDEX order_payments_accepted_idx ON order_payments (order_id)
        WHERE verdict = 'accepted'""",
)


def upgrade() -> None:
    create_common_tables_v1()
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute(
        "DROP TABLE order_payments, order_items, orders, ticket_stocks, stocks,"
        " ticket_replicas"
    )
    drop_common_tables_v1()
