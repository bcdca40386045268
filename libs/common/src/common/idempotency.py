"""`Idempotency-Key`: a request said twice has one effect and one answer.

A key is claimed in the transaction that does the work, so a refusal, which rolls back,
leaves the key free. Two requests at once meet on the key's lock, which ends with the
transaction: alone one waits for it, in a batch it is told that its key is at work, for
its neighbours wait with it.
"""

import hashlib
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.database import LOCK_NOT_AVAILABLE, Transaction, sqlstate
from common.errors import Fault, Invalid, KeyInProgress, KeyReused, ServiceError

HEADER = "Idempotency-Key"
#: The header of an answer that was given before.
REPLAYED = {"Idempotent-Replayed": "true"}
KEPT = timedelta(hours=24)
_LONGEST = 255

_CLAIM = text("""
    INSERT INTO idempotency_keys AS k (user_id, route, key, fingerprint)
    SELECT user_id, route, key, fingerprint
    FROM (VALUES (CAST(:user_id AS uuid), :route, :key, CAST(:fingerprint AS bytea)))
        AS t (user_id, route, key, fingerprint),
        LATERAL pg_advisory_xact_lock(hashtextextended(user_id || route || key, 0))
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
_LOCK_MANY = text("""
    SELECT 1 FROM idempotency_keys JOIN unnest(
        CAST(:users AS uuid[]), CAST(:routes AS text[]), CAST(:keys AS text[]))
        AS t (user_id, route, key) USING (user_id, route, key)
    ORDER BY user_id, route, key FOR UPDATE OF idempotency_keys
""")
_KEEP_MANY = text("""
    UPDATE idempotency_keys k SET status = t.status, thing_id = t.thing_id
    FROM unnest(
        CAST(:users AS uuid[]), CAST(:routes AS text[]), CAST(:keys AS text[]),
        CAST(:statuses AS integer[]), CAST(:things AS uuid[]))
        AS t (user_id, route, key, status, thing_id)
    WHERE (k.user_id, k.route, k.key) = (t.user_id, t.route, t.key)
""")
#: Only what is free is written: neither another's claim nor an answer on its way into
#: its row is waited for.
_CLAIM_MANY = text("""
    INSERT INTO idempotency_keys AS k
        (user_id, route, key, fingerprint, status, thing_id)
    SELECT * FROM unnest(
        CAST(:users AS uuid[]), CAST(:routes AS text[]), CAST(:keys AS text[]),
        CAST(:fingerprints AS bytea[]), CAST(:statuses AS integer[]),
        CAST(:things AS uuid[]))
        AS t (user_id, route, key, fingerprint, status, thing_id)
    WHERE pg_try_advisory_xact_lock(hashtextextended(user_id || route || key, 0))
    AND NOT EXISTS (
        SELECT FROM idempotency_keys known
        WHERE (known.user_id, known.route, known.key) = (t.user_id, t.route, t.key)
        AND known.created_at >= clock_timestamp() - CAST(:kept AS interval))
    ORDER BY user_id, route, key
    ON CONFLICT (user_id, route, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, status = excluded.status,
        thing_id = excluded.thing_id, created_at = clock_timestamp()
    WHERE k.created_at < clock_timestamp() - CAST(:kept AS interval)
    RETURNING user_id, route, key
""")
_FIND_MANY = text("""
    SELECT user_id, route, key, fingerprint, status, thing_id
    FROM idempotency_keys JOIN unnest(
        CAST(:users AS uuid[]), CAST(:routes AS text[]), CAST(:keys AS text[]))
        AS t (user_id, route, key) USING (user_id, route, key)
""")
_RELEASE_MANY = text("""
    DELETE FROM idempotency_keys k USING unnest(
        CAST(:users AS uuid[]), CAST(:routes AS text[]), CAST(:keys AS text[]))
        AS t (user_id, route, key)
    WHERE (k.user_id, k.route, k.key) = (t.user_id, t.route, t.key)
""")
#: After a day a key may be another request's, and answered.
_RELEASE_UNANSWERED = text(f"{_RELEASE_MANY.text} AND k.status IS NULL")


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
        fault = Fault("key", "Must be 1-{max} visible ASCII characters.", max=_LONGEST)
        raise Invalid.field(f"header.{HEADER}", fault)
    fingerprint = hashlib.sha256(body).digest()
    return Keyed(user_id=user_id, route=route, key=key, fingerprint=fingerprint)


def valid_key(key: str) -> bool:
    return 1 <= len(key) <= _LONGEST and all("!" <= char <= "~" for char in key)


async def once(
    tx: Transaction,
    request: Keyed | None,
    make: Callable[[], Awaitable[UUID]],
    *,
    status: int,
) -> tuple[UUID, bool]:
    """Make a thing, unless the same request has: its id, and whether it had.

    Raises what `claim` raises.
    """
    if request is None:
        return await make(), False
    if kept := await claim(tx, request):
        return kept.thing_id, True
    made = await make()
    await keep(tx, request, status=status, thing_id=made)
    return made, False


async def claim(tx: Transaction, request: Keyed) -> Kept | None:
    """None: the first time, go on and `keep`. Else what the first time answered.

    Raises `KeyReused` for another body, `KeyInProgress` while the first is at work.
    """
    if await _is_first(tx, request):
        return None
    found = (await tx.session.execute(_FIND, request.place)).one_or_none()
    answer = _judged(request, found)
    if isinstance(answer, ServiceError):
        raise answer
    return answer


async def _is_first(tx: Transaction, request: Keyed) -> bool:
    """Waits for a request with the same key, as long as one waits for any lock."""
    fresh = {"fingerprint": request.fingerprint, "kept": KEPT}
    with _busy_keys_named():
        return bool(await tx.session.scalar(_CLAIM, request.place | fresh))


@contextmanager
def _busy_keys_named() -> Generator[None]:
    """Waiting for a key in vain means that its first request is still at work."""
    try:
        yield
    except DBAPIError as error:
        if sqlstate(error.orig) == LOCK_NOT_AVAILABLE:
            raise KeyInProgress from error
        raise


async def keep(tx: Transaction, request: Keyed, *, status: int, thing_id: UUID) -> None:
    kept = {"status": status, "thing_id": thing_id}
    await tx.session.execute(_KEEP, request.place | kept)


async def claim_many(
    tx: Transaction, requests: Mapping[Keyed, UUID], *, status: int | None
) -> dict[Keyed, Kept | ServiceError]:
    """Claim keys for the things they will make; what stands in the way of some.

    Each key may be named once. Those missing from the answer are claimed, and kept
    where the status is known already; they are to be given back by `release_many` when
    their request is refused. A key at work elsewhere is told so and not waited for.
    """
    if not requests:
        return {}
    ordered = list(requests)
    facts = {
        "fingerprints": [request.fingerprint for request in ordered],
        "statuses": [status] * len(ordered),
        "things": [requests[request] for request in ordered],
        "kept": KEPT,
    }
    with _busy_keys_named():
        claimed = await tx.session.execute(_CLAIM_MANY, _places(ordered) | facts)
    fresh = {tuple(row) for row in claimed}
    others = [r for r in ordered if (r.user_id, r.route, r.key) not in fresh]
    return await _found(tx, others) if others else {}


async def keep_many(
    tx: Transaction, answers: Mapping[Keyed, Kept], *, free: Sequence[Keyed] = ()
) -> None:
    """Keep answers of requests whose keys were claimed in an earlier transaction.

    Those to `free` were refused after all. All are locked first, in one order.
    """
    requests = list(answers)
    if not (requests or free):
        return
    await tx.session.execute(_LOCK_MANY, _places([*requests, *free]))
    facts = {
        "statuses": [answers[request].status for request in requests],
        "things": [answers[request].thing_id for request in requests],
    }
    await tx.session.execute(_KEEP_MANY, _places(requests) | facts)
    if free:
        await tx.session.execute(_RELEASE_UNANSWERED, _places(free))


async def release_many(tx: Transaction, requests: Sequence[Keyed]) -> None:
    """Free the keys of requests that were refused after all."""
    if requests:
        await tx.session.execute(_RELEASE_MANY, _places(requests))


async def _found(
    tx: Transaction, requests: Sequence[Keyed]
) -> dict[Keyed, Kept | ServiceError]:
    rows = await tx.session.execute(_FIND_MANY, _places(requests))
    known = {(row.user_id, row.route, row.key): row for row in rows}
    return {
        request: _judged(
            request, known.get((request.user_id, request.route, request.key))
        )
        for request in requests
    }


def _judged(request: Keyed, row: Any) -> Kept | ServiceError:
    if row is not None and row.fingerprint != request.fingerprint:
        return KeyReused()
    if row is None or row.status is None:
        return KeyInProgress()
    return Kept(row.status, row.thing_id)


def _places(requests: Sequence[Keyed]) -> dict[str, Any]:
    return {
        "users": [request.user_id for request in requests],
        "routes": [request.route for request in requests],
        "keys": [request.key for request in requests],
    }
