"""Drop no more the guest of a session: the release before reads it to its end.

A later one drops it, if it is there: some data folders ran this when it still did.
"""

revision = "2026_11_30_1400"
down_revision = "2026_11_22_1700"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing: new code neither reads nor writes the column."""


def downgrade() -> None:
    """Nothing either, but for those data folders, which go on without."""
