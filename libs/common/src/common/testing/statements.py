"""What was asked of a database, statement by statement."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from common.database import Database


@contextmanager
def deletions(database: Database) -> Generator[list[int]]:
    """How many rows each DELETE of the block took."""
    taken: list[int] = []

    def note(_c: object, cursor: Any, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith("DELETE"):
            taken.append(cursor.rowcount)

    engine = database.engine.sync_engine
    event.listen(engine, "after_cursor_execute", note)
    try:
        yield taken
    finally:
        event.remove(engine, "after_cursor_execute", note)
