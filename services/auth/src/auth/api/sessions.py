"""`/api/users/sessions`: where one is signed in."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get
from litestar.params import FromPath, FromQuery, QueryParameter

from auth.errors import NoSuchSession
from auth.schemas import SessionRead
from auth.sessions import SessionBook
from common.http import problems
from common.identity import Identity
from common.pagination import LIMIT, MOST, Page, page_of, place_of


@get("/api/users/sessions")
async def list_sessions(
    identity: Identity,
    sessions: SessionBook,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = LIMIT,
    cursor: FromQuery[str | None] = None,
) -> Page[SessionRead]:
    """Where one is signed in, newest first."""
    after = None if cursor is None else place_of(cursor, tuple[UUID])[0]
    listed = await sessions.listed(identity, after=after, limit=limit)
    return page_of(
        listed,
        limit,
        read=lambda session: SessionRead.of(session, current=identity.session_id),
        place=lambda session: (session.id,),
    )


@get("/api/users/sessions/{session_id:uuid}", responses=problems(NoSuchSession))
async def read_session(
    session_id: FromPath[UUID], identity: Identity, sessions: SessionBook
) -> SessionRead:
    """One of one's sessions."""
    session = await sessions.get(identity, session_id)
    return SessionRead.of(session, current=identity.session_id)


@delete("/api/users/sessions", status_code=204)
async def end_other_sessions(identity: Identity, sessions: SessionBook) -> None:
    """Sign out everywhere else."""
    await sessions.end_others(identity)


@delete("/api/users/sessions/{session_id:uuid}", responses=problems(NoSuchSession))
async def end_session(
    session_id: FromPath[UUID], identity: Identity, sessions: SessionBook
) -> None:
    """Sign out one of one's sessions."""
    await sessions.end_one(identity, session_id)


ROUTES = (list_sessions, read_session, end_other_sessions, end_session)
