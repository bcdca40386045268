"""Let payments be `returning`: over here, captured there, on their way back."""

from alembic import op

revision = "2026_11_30_1010"
down_revision = "2026_11_23_0140"
branch_labels = None
depends_on = None

_BEFORE = (
    "'processing', 'requires_action', 'authorized', 'capturing', 'captured',"
    " 'voiding', 'voided', 'refunding', 'refunded', 'failed'"
)


def upgrade() -> None:
    _allow(f"{_BEFORE}, 'returning'")
    # Apart from the change, whose lock would stop everybody while all rows are read.
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE payments VALIDATE CONSTRAINT payments_status_check")


def downgrade() -> None:
    _allow(_BEFORE)


def _allow(statuses: str) -> None:
    """Of what is written from now on: nothing is read, so nobody waits."""
    op.execute(
        f"""ALTER TABLE payments DROP CONSTRAINT payments_status_check,
            ADD CONSTRAINT payments_status_check CHECK (status IN ({statuses}))
            NOT VALID"""
    )
