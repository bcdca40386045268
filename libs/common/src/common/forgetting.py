"""Rows past their time are deleted some at a time.

One statement for all of them would end at its time-out once they are too many, and
then again each time; a long transaction would hold up the clean-up of others.
"""

from datetime import datetime

from sqlalchemy import text

from common.database import Database

#: Rows deleted in one transaction.
SOME = 5000

#: What was renewed since it was found stays.
_FORGET = """
    DELETE FROM {table} WHERE {moment} < :before AND ctid = ANY(ARRAY(
        SELECT ctid FROM {table} WHERE {moment} < :before LIMIT :limit))
    RETURNING 1
"""


async def forget(
    database: Database, table: str, moment: str, *, before: datetime
) -> None:
    """Delete the rows of a table whose moment, a column with an index, is past."""
    statement = text(_FORGET.format(table=table, moment=moment))
    deleted = SOME
    while deleted == SOME:
        async with database.transaction() as tx:
            old = {"before": before, "limit": SOME}
            deleted = len((await tx.session.execute(statement, old)).all())
