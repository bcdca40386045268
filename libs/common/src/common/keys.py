"""Auth's public keys: asked of auth, remembered in memory and in the own database.

The database keeps the last good copy, so a service that starts while auth is away can
still tell who asks. An unknown key makes us look again, but at most every 10 s: forged
tokens must not become requests to auth.
"""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

import httpx
import msgspec
import structlog
from sqlalchemy import text

from common.database import Database

log = structlog.get_logger()

JWKS_PATH = "/.well-known/jwks.json"
PATIENCE = 10.0
#: After a look that found nobody: auth may be starting beside us.
SOON = 1.0
_TIMEOUT = 2.0
_KEY_BYTES = 32

_LOAD = text("SELECT jwk FROM verification_keys")
_KEEP = text("""
    INSERT INTO verification_keys (kid, jwk)
    SELECT jwk ->> 'kid', jwk FROM jsonb_array_elements(CAST(:keys AS jsonb)) AS jwk
    ORDER BY 1
    ON CONFLICT (kid) DO UPDATE
    SET jwk = excluded.jwk, seen_at = clock_timestamp()
""")
_DROP = text("DELETE FROM verification_keys WHERE NOT kid = ANY(:kids)")


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """An Ed25519 key as JSON Web Key (RFC 8037)."""

    kid: str
    x: str
    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    alg: Literal["Ed25519"] = "Ed25519"
    use: Literal["sig"] = "sig"

    def raw(self) -> bytes:
        key = base64.urlsafe_b64decode(self.x + "=" * (-len(self.x) % 4))
        if len(key) != _KEY_BYTES:
            raise ValueError(f"key {self.kid} has not {_KEY_BYTES} bytes")
        return key


class KeySet(msgspec.Struct, frozen=True):
    """A JSON Web Key Set."""

    keys: Annotated[list[PublicKey], msgspec.Meta(min_length=1)]


Fetch = Callable[[], Awaitable[KeySet]]


def fetch_from(auth_url: str) -> Fetch:
    """Ask auth itself: the one HTTP call between services."""

    async def fetch() -> KeySet:
        # trust_env: an inner address is not for the proxy of the environment.
        async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client:
            answer = await client.get(auth_url.rstrip("/") + JWKS_PATH)
        return msgspec.json.decode(answer.raise_for_status().content, type=KeySet)

    return fetch


class KeyStore:
    """The keys that tokens are verified with."""

    def __init__(
        self,
        fetch: Fetch,
        database: Database,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._database = database
        self._now = now
        self._raw: Mapping[str, bytes] = {}
        self._looked: float | None = None
        self._looking = asyncio.Lock()

    def get(self, kid: str) -> bytes | None:
        return self._raw.get(kid)

    def empty(self) -> bool:
        return not self._raw

    async def load(self) -> None:
        """Start with the last good copy."""
        async with self._database.transaction() as tx:
            kept: Sequence[Any] = (await tx.session.scalars(_LOAD)).all()
        if kept:
            self._use(msgspec.convert({"keys": kept}, KeySet))

    async def refresh(self) -> bool:
        """Look for newer keys unless somebody did within 10 s; whether we looked."""
        async with self._looking:
            now = self._now()
            if self._looked is not None and now - self._looked < PATIENCE:
                return False
            self._looked = now
            await self._look()
            return True

    async def update(self) -> None:
        """Look whatever the last look was: for a job."""
        async with self._looking:
            self._looked = self._now()
            await self._look()

    async def _look(self) -> None:
        try:
            found = await self._fetch()
            self._use(found)
        except (httpx.HTTPError, ValueError) as error:
            log.warning("keys_not_fetched", error=repr(error))
            self._looked = self._now() - PATIENCE + SOON
        else:
            await self._keep(found)

    def _use(self, found: KeySet) -> None:
        self._raw = {key.kid: key.raw() for key in found.keys}

    async def _keep(self, found: KeySet) -> None:
        try:
            async with self._database.transaction() as tx:
                keys = msgspec.json.encode(found.keys).decode()
                await tx.session.execute(_KEEP, {"keys": keys})
                kids = [key.kid for key in found.keys]
                await tx.session.execute(_DROP, {"kids": kids})
        except Exception as error:  # noqa: BLE001  # memory has them; only a copy fails
            log.warning("keys_not_kept", error=repr(error))
