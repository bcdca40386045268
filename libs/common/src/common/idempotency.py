"""`Idempotency-Key`: a request said twice has one effect and one answer.

A key is claimed in the transaction that does the work, so a refusal, which rolls back,
leaves the key free, and two requests at once meet on the primary key.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.database import LOCK_NOT_AVAILABLE, Transaction, sqlstate
from common.errors import Invalid, KeyInProgress, KeyReused

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
_LONGEST = 255

_CLAIM = text("""
    INSERT INTO idempotency_keys AS k (user_id, route, key, fingerprint)
    VALUES (:user_id, :route, :key, :fingerprint)
    ON CONFLICT (user_id, route, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, status = NULL, thing_id = NULL,
        created_at = clock_timestamp()
    WHERE k.created_at < clock_timestamp() - CAST(:kept AS interval)
    RETURNING 1
""")
_FIND = text("""
    SELECT fingerprint, status, thing_id FROM idempotency_keys
    WHERE user_id = :user_id AND route = :route AND key = :key
""")
_KEEP = text("""
    UPDATE idempotency_keys SET status = :status, thing_id = :thing_id
    WHERE user_id = :user_id AND route = :route AND key = :key
""")
_RELEASE = text("""
    DELETE FROM idempotency_keys
    WHERE user_id = :user_id AND route = :route AND key = :key AND status IS NULL
""")
_FORGET = text("""
    DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM idempotency_keys
        WHERE created_at < clock_timestamp() - CAST(:kept AS interval)
        LIMIT :limit))
    RETURNING 1
""")


class Keyed(msgspec.Struct, frozen=True, kw_only=True):
    """A request that carries a key: whose, on which route, with which body."""

    user_id: UUID
    route: str
    key: str
    fingerprint: bytes

    @property
    def place(self) -> dict[str, object]:
        return {"user_id": self.user_id, "route": self.route, "key": self.key}


class Kept(msgspec.Struct, frozen=True):
    """The answer a key was given: its status and the thing it made."""

    status: int
    thing_id: UUID


def keyed(*, user_id: UUID, route: str, key: str, body: bytes) -> Keyed:
    """Raises `Invalid` for a key that is not 1-255 visible ASCII characters."""
    if not valid_key(key):
        reason = f"must be 1-{_LONGEST} visible ASCII characters"
        raise Invalid.field(f"header.{HEADER}", reason)
    fingerprint = hashlib.sha256(body).digest()
    return Keyed(user_id=user_id, route=route, key=key, fingerprint=fingerprint)


def valid_key(key: str) -> bool:
    return 1 <= len(key) <= _LONGEST and all("!" <= char <= "~" for char in key)


async def claim(tx: Transaction, request: Keyed) -> Kept | None:
    """None: the first time, go on and `keep`. Else what the first time answered.

    Raises `KeyReused` for another body, `KeyInProgress` while the first is at work.
    """
    if await _is_first(tx, request):
        return None
    found = (await tx.session.execute(_FIND, request.place)).one_or_none()
    if found is not None and found.fingerprint != request.fingerprint:
        raise KeyReused
    if found is None or found.status is None:
        raise KeyInProgress
    return Kept(found.status, found.thing_id)


async def _is_first(tx: Transaction, request: Keyed) -> bool:
    """Waits for a request with the same key, as long as one waits for any lock."""
    fresh = {"fingerprint": request.fingerprint, "kept": KEPT}
    try:
        return bool(await tx.session.scalar(_CLAIM, request.place | fresh))
    except DBAPIError as error:
        if sqlstate(error.orig) == LOCK_NOT_AVAILABLE:
            raise KeyInProgress from error
        raise


async def keep(tx: Transaction, request: Keyed, *, status: int, thing_id: UUID) -> None:
    kept = {"status": status, "thing_id": thing_id}
    await tx.session.execute(_KEEP, request.place | kept)


async def release(tx: Transaction, request: Keyed) -> None:
    """Free a key whose request was refused after the claim was committed."""
    await tx.session.execute(_RELEASE, request.place)


async def forget_old(tx: Transaction, *, limit: int) -> int:
    """Delete keys past their 24 hours, `limit` at most; how many those were."""
    deleted = await tx.session.execute(_FORGET, {"kept": KEPT, "limit": limit})
    return len(deleted.all())
