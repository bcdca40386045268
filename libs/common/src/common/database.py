"""One PostgreSQL database, and transactions that keep state and message together.

What a transaction says is written to the outbox in the same commit. Application code
never commits; the edge (a route, a consumer, a job) opens one transaction per use case.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import msgspec
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    DisconnectionError,
    InterfaceError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import Pool, QueuePool

from common import outbox
from common.envelopes import Sealed, seal
from common.messages import Message
from common.observability import current_trace
from common.settings import SettingsError

Committed = Callable[[Sequence[Sealed]], None]

#: SQLSTATE classes and codes where the database, not the input, is at fault:
#: connection, rollback (deadlock), resources, intervention (time-out), system, lock,
#: idle, read-only (a standby), a plan that a migration made stale.
_TEMPORARY = ("08", "40", "53", "57", "58", "55P03", "25P03", "25006", "0A000")
LOCK_NOT_AVAILABLE = "55P03"
#: Seconds for which the end of a pool waits for those who have its connections.
_FAREWELL = 1.0
_DEADLOCK = "40P01"
_WRONG_URL = "The database's address must be postgresql://role:password@host:port/name"


#: A statement planned while its table was empty reads it whole, and goes on doing so
#: when a sale has filled it within a minute: every table here is read by an index.
_PLANS = {"enable_seqscan": "off", "jit": "off"}

_BOUND_STATEMENTS = text("SELECT set_config('statement_timeout', :bound, true)")


def async_url(url: str) -> URL:
    """Raises `SettingsError`, without the password, for what is no address."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(_WRONG_URL) from None
    if parsed.drivername != "postgresql" or not (parsed.host and parsed.database):
        raise SettingsError(_WRONG_URL)
    return parsed.set(drivername="postgresql+asyncpg")


def transient(error: BaseException) -> bool:
    """Whether trying again later may help: connection, deadlock, time-out."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _temporary(error)
    lost = isinstance(error, PoolTimeout | OSError)
    return lost or sqlstate(error).startswith(_TEMPORARY)


def caused_by_one(error: BaseException) -> bool:
    """Whether one request of a batch may have caused it: alone, its neighbours pass.

    Whatever is not the database's own trouble, and a deadlock.
    """
    deadlock = isinstance(error, DBAPIError) and sqlstate(error.orig) == _DEADLOCK
    return deadlock or not transient(error)


def sqlstate(error: BaseException | None) -> str:
    """PostgreSQL's code of an error, of SQLAlchemy's `orig` or the driver's own."""
    return str(getattr(error, "sqlstate", None) or "")


def _temporary(error: DBAPIError) -> bool:
    """A value that the driver cannot send is an InterfaceError too: not this."""
    cause = error.orig.__cause__ if error.orig else None
    lost = isinstance(error, InterfaceError) and not isinstance(cause, ValueError)
    return lost or sqlstate(error.orig).startswith(_TEMPORARY)


class Transaction:
    """A session and what it will say once it has committed."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._said: list[Message] = []
        self._afterwards: list[Callable[[], None]] = []

    def say(self, *messages: Message, trace: str | None = None) -> None:
        """Publish after the commit, or never: the outbox row is part of it.

        A batch says each of its messages under the trace of the request it is for.
        """
        trace = trace or current_trace()
        self._said.extend(
            message
            if message.trace or not trace
            else msgspec.structs.replace(message, trace=trace)
            for message in messages
        )

    def afterwards(self, work: Callable[[], None]) -> None:
        """Do this after the commit, or never; whoever dies in between does not."""
        self._afterwards.append(work)

    def committed(self) -> None:
        for work in self._afterwards:
            work()

    @property
    def said(self) -> Sequence[Message]:
        return tuple(self._said)

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Undo state and messages of the block alone when it fails."""
        said, afterwards = len(self._said), len(self._afterwards)
        try:
            async with self.session.begin_nested():
                yield
                await self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        except BaseException:
            del self._said[said:]
            del self._afterwards[afterwards:]
            raise

    async def write_outbox(self) -> list[Sealed]:
        sealed = seal(self._said)
        if sealed:
            await outbox.write(self.session, sealed)
        return sealed


class Database:
    """A pool of connections under the service's own role.

    `statement`, `lock` and `idle` bound a statement, a wait for a lock and a pause
    inside a transaction, so that no request can hold others up for long. Beyond
    `statement` a server may be silent for `silence`, which no transaction's own bound
    may pass; `patience` is for a connection.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        statement: timedelta = timedelta(seconds=5),
        lock: timedelta = timedelta(seconds=1),
        idle: timedelta = timedelta(seconds=3),
        silence: timedelta = timedelta(seconds=5),
        patience: timedelta = timedelta(seconds=2),
    ) -> None:
        self.url = url
        session = {
            "statement_timeout": _milliseconds(statement),
            "lock_timeout": _milliseconds(lock),
            "idle_in_transaction_session_timeout": _milliseconds(idle),
        }
        connect = partial(
            _engine, url, session=session, silence=statement + silence, wait=patience
        )
        self.engine = connect(size=pool_size)
        #: For questions about the database itself: a busy pool is no broken database.
        self.probe = connect(size=1)
        #: Hears what each transaction committed; the publisher sets it.
        self.committed: Committed = _nobody

    @asynccontextmanager
    async def transaction(
        self, *, statement: timedelta | None = None
    ) -> AsyncGenerator[Transaction]:
        """`statement` bounds the statements of this one alone otherwise."""
        session = AsyncSession(self.engine, expire_on_commit=False)
        async with session, session.begin():
            if statement is not None:
                bound = {"bound": _milliseconds(statement)}
                await session.execute(_BOUND_STATEMENTS, bound)
            transaction = Transaction(session)
            yield transaction
            sealed = await transaction.write_outbox()
        if sealed:
            self.committed(sealed)
        transaction.committed()

    async def ping(self) -> None:
        """Raises what the driver raises while the database does not answer."""
        async with self.probe.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def dispose(self) -> None:
        """Close every connection; who has one may give it back first, for a second."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                await _handed_back(self.engine.pool)
        await self.engine.dispose()
        await self.probe.dispose()


def _engine(
    url: str,
    *,
    size: int,
    session: Mapping[str, str],
    silence: timedelta,
    wait: timedelta,
) -> AsyncEngine:
    """A pool that grows to its size as it is used; nothing is connected to here."""
    engine = create_async_engine(
        async_url(url),
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait.total_seconds(),
        hide_parameters=True,  # they are people's, and errors are logged
        connect_args={
            "timeout": 5,
            "command_timeout": silence.total_seconds(),
            "server_settings": {
                "application_name": "ticketing",
                "timezone": "UTC",
                **_PLANS,
                **session,
            },
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


async def _handed_back(pool: Pool) -> None:
    """Returns once nobody has a connection of it; one left behind is never closed."""
    while isinstance(pool, QueuePool) and pool.checkedout():  # noqa: ASYNC110  # a pool tells nobody
        await asyncio.sleep(0.01)


def _refuse_closed(connection: DBAPIConnection, *_: object) -> None:
    """Have the pool connect anew in place of what the server has closed.

    The driver knows without asking: a restarted server costs nobody an answer, and
    no request a question.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _nobody(_sealed: Sequence[Sealed]) -> None:
    """Leave the rows to the poll in `work`."""


def _milliseconds(duration: timedelta) -> str:
    return str(round(duration.total_seconds() * 1000))
