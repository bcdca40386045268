"""Look at whether postings balance once for each statement, not for each line."""

from alembic import op

revision = "2026_11_30_1030"
down_revision = "2026_11_30_1010"
branch_labels = None
depends_on = None

_UP = (
    "DROP TRIGGER ledger_entries_balanced ON ledger_entries",
    # Whole postings are written at once; one that was balanced stays so.
    """CREATE OR REPLACE FUNCTION ledger_is_balanced() RETURNS trigger
        LANGUAGE plpgsql AS $$
        DECLARE unbalanced uuid;
        BEGIN
            SELECT posting_id INTO unbalanced FROM written
            GROUP BY posting_id, currency HAVING sum(amount) <> 0 LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'posting % is not balanced', unbalanced
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$""",
    """CREATE TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
        REFERENCING NEW TABLE AS written
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_balanced()""",
)
_DOWN = (
    "DROP TRIGGER ledger_entries_balanced ON ledger_entries",
    """CREATE OR REPLACE FUNCTION ledger_is_balanced() RETURNS trigger
        LANGUAGE plpgsql AS $$
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


def upgrade() -> None:
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWN:
        op.execute(statement)
