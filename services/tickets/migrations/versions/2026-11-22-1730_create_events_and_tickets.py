"""Create events and tickets, what orders say is left of them, and the common tables."""

from alembic import op

from common.migrations import create_common_tables_v1, drop_common_tables_v1

revision = "2026_11_22_1730"
down_revision = None

_TABLES = (
    """CREATE TABLE events (
        id uuid CONSTRAINT events_pkey PRIMARY KEY,
        seller_id uuid NOT NULL,
        status varchar(16) NOT NULL,
        name text NOT NULL,
        description text,
        venue_name text NOT NULL,
        venue_street text,
        venue_city text NOT NULL,
        venue_postal_code text,
        venue_country text NOT NULL,
        timezone text NOT NULL,
        starts_at_local timestamp NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz,
        lasts tstzrange NOT NULL GENERATED ALWAYS AS
            (tstzrange(starts_at, coalesce(ends_at, starts_at), '[]')) STORED,
        currency text,
        words text[] NOT NULL,
        city_key text NOT NULL,
        search tsvector NOT NULL GENERATED ALWAYS AS
            (array_to_tsvector(words)) STORED,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT events_status_check
            CHECK (status IN ('draft', 'published', 'cancelled')),
        CONSTRAINT events_name_check CHECK (char_length(name) BETWEEN 1 AND 200),
        CONSTRAINT events_venue_name_check
            CHECK (char_length(venue_name) BETWEEN 1 AND 200),
        CONSTRAINT events_venue_city_check
            CHECK (char_length(venue_city) BETWEEN 1 AND 200),
        CONSTRAINT events_venue_country_check CHECK (venue_country ~ '^[A-Z]{2}$'),
        CONSTRAINT events_description_check
            CHECK (char_length(description) BETWEEN 0 AND 10000),
        CONSTRAINT events_ends_at_check CHECK (ends_at > starts_at),
        CONSTRAINT events_currency_check CHECK (currency ~ '^[a-z]{3}$'),
        CONSTRAINT events_version_check CHECK (version >= 1))""",
    "CREATE INDEX events_starts_at_idx ON events (starts_at, id)",
    "CREATE INDEX events_lasts_idx ON events USING gist (lasts)",
    "CREATE INDEX events_search_idx ON events USING gin (search)",
    "CREATE INDEX events_city_key_idx ON events (city_key, starts_at, id)",
    "CREATE INDEX events_venue_country_idx ON events (venue_country, starts_at, id)",
    "CREATE INDEX events_seller_id_idx ON events (seller_id, starts_at, id)",
    """CREATE TABLE tickets (
        id uuid CONSTRAINT tickets_pkey PRIMARY KEY,
        seller_id uuid NOT NULL,
        event_id uuid CONSTRAINT tickets_event_id_fkey REFERENCES events (id),
        title text NOT NULL,
        price integer NOT NULL,
        currency text NOT NULL,
        quantity integer NOT NULL,
        max_per_buyer integer NOT NULL,
        sale_starts_at timestamptz,
        sale_ends_at timestamptz,
        words text[] NOT NULL,
        event_words text[] NOT NULL,
        search tsvector NOT NULL GENERATED ALWAYS AS
            (array_to_tsvector(words || event_words)) STORED,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        deleted_at timestamptz,
        version bigint NOT NULL,
        CONSTRAINT tickets_title_check CHECK (char_length(title) BETWEEN 1 AND 200),
        CONSTRAINT tickets_price_check CHECK (price BETWEEN 0 AND 99999999),
        CONSTRAINT tickets_quantity_check CHECK (quantity BETWEEN 1 AND 1000000),
        CONSTRAINT tickets_max_per_buyer_check
            CHECK (max_per_buyer BETWEEN 1 AND 1000000),
        CONSTRAINT tickets_sale_ends_at_check CHECK (sale_ends_at > sale_starts_at),
        CONSTRAINT tickets_currency_check CHECK (currency ~ '^[a-z]{3}$'),
        CONSTRAINT tickets_version_check CHECK (version >= 1))""",
    "CREATE INDEX tickets_on_offer_idx ON tickets (id) WHERE deleted_at IS NULL",
    "CREATE INDEX tickets_event_id_idx ON tickets (event_id, id)",
    "CREATE INDEX tickets_seller_id_idx ON tickets (seller_id, id)",
    "CREATE INDEX tickets_search_idx ON tickets USING gin (search)",
    """CREATE TABLE stocks (
        id uuid CONSTRAINT stocks_pkey PRIMARY KEY,
        version bigint NOT NULL,
        free integer NOT NULL,
        CONSTRAINT stocks_free_check CHECK (free >= 0))""",
    """CREATE TABLE ticket_stocks (
        ticket_id uuid NOT NULL,
        stock_id uuid NOT NULL
            CONSTRAINT ticket_stocks_stock_id_fkey REFERENCES stocks (id),
        held integer NOT NULL,
        sold integer NOT NULL,
        CONSTRAINT ticket_stocks_pkey PRIMARY KEY (ticket_id, stock_id),
        CONSTRAINT ticket_stocks_units_check CHECK (held >= 0 AND sold >= 0))""",
    "CREATE INDEX ticket_stocks_stock_id_idx ON ticket_stocks (stock_id)",
)


def upgrade() -> None:
    create_common_tables_v1()
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE ticket_stocks, stocks, tickets, events")
    drop_common_tables_v1()
