"""A SQLite file that an answer is in before it is given.

Work that waits together is committed together: one fsync for all of it.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from payments.providers.stand_in.books import SCHEMA, Books

T = TypeVar("T")
Work = Callable[[Books], Any]

#: Most pieces of work in one commit.
GROUP = 256
#: Seconds that the next commit gathers for each piece just written, and at most.
GATHER, LONGEST = 0.0005, 0.01


class Ledger:
    """Runs work in transactions; a failing piece undoes itself alone."""

    def __init__(self, path: str, *, patience: float = 5.0) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            path, timeout=patience, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        # FULL: the log is synced at every commit, so an answer survives a power cut.
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            + SCHEMA
        )
        self._queue: asyncio.Queue[tuple[Work, asyncio.Future[Any]]] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._writer = asyncio.create_task(self._write())

    async def stop(self) -> None:
        if self._writer:
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
        self._connection.close()

    async def transact(self, work: Callable[[Books], T]) -> T:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        await self._queue.put((work, done))
        return await done

    async def _write(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            outcomes = await asyncio.to_thread(
                self._commit, [work for work, _ in group]
            )
            for (_, done), outcome in zip(group, outcomes, strict=True):
                _settle(done, outcome)
            await asyncio.sleep(min(len(group) * GATHER, LONGEST))

    def _commit(self, group: list[Work]) -> list[object]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._attempt(work) for work in group]
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:  # the disk is full, or the file is damaged
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            return [error] * len(group)
        return outcomes

    def _attempt(self, work: Work) -> object:
        self._connection.execute("SAVEPOINT piece")
        try:
            outcome: object = work(Books(self._connection))
        except Exception as error:  # noqa: BLE001  # goes to whoever asked
            self._connection.execute("ROLLBACK TO piece")
            outcome = error
        self._connection.execute("RELEASE piece")
        return outcome


def _settle(done: asyncio.Future[Any], outcome: object) -> None:
    if done.done():
        return  # the caller hung up
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
