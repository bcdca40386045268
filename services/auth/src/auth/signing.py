"""Signing keys: made, announced, used and withdrawn, and the tokens they sign.

Every process keeps the published keys in memory and loads them again every few
seconds. A new key is published before it signs, so no service meets a token whose key
it cannot find; an old one stays published until its last token has expired.
"""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OKPKey

from auth.domain import KEY_ANNOUNCED, KEY_OUTLIVES
from auth.models import Session, SigningKey, User
from auth.repository import SigningKeys
from common.clock import Clock
from common.database import Database, Transaction
from common.identity import ALGORITHM, AUDIENCE, ISSUER, KeysMissing
from common.keys import KeySet, PublicKey

#: Between looks for a key nobody has seen yet.
_PATIENCE = timedelta(seconds=2)


def new_key(*, now: datetime, signs_from: datetime) -> SigningKey:
    pair = OKPKey.generate_key("Ed25519", auto_kid=True)
    members = pair.as_dict(private=True)
    return SigningKey(
        kid=str(members["kid"]),
        public=str(members["x"]),
        private=str(members["d"]),
        created_at=now,
        signs_from=signs_from,
    )


async def rotate(
    tx: Transaction, *, now: datetime, withdrawn: str | None = None
) -> SigningKey:
    """Announce a new key and set the end of those it takes over from.

    One that is withdrawn ends now, with every token that it signed, whoever signed it.
    Raises LookupError when it is not published.
    """
    keys = SigningKeys(tx.session)
    await keys.lock()
    published = await keys.published(now=now)
    if withdrawn and withdrawn not in {old.kid for old in published}:
        raise LookupError(f"No key {withdrawn} is published.")
    key = new_key(now=now, signs_from=now + KEY_ANNOUNCED)
    for old in published:
        old.verifies_until = old.verifies_until or key.signs_from + KEY_OUTLIVES
        if old.kid == withdrawn:
            old.verifies_until = now
    keys.add(key)
    return key


class KeyRing:
    """The published keys: signs with the newest that is due, verifies with all."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._keys: Sequence[SigningKey] = ()
        self._public: dict[str, PublicKey] = {}
        self._loaded: datetime | None = None
        self._loading = asyncio.Lock()

    async def start(self) -> None:
        """Load the keys; the first process ever makes the first one."""
        now = self._clock()
        async with self._database.transaction() as tx:
            keys = SigningKeys(tx.session)
            await keys.lock()
            if not await keys.published(now=now):
                keys.add(new_key(now=now, signs_from=now))
        await self.load()

    async def load(self) -> None:
        async with self._database.transaction() as tx:
            self._keys = await SigningKeys(tx.session).published(now=self._clock())
        self._public = {
            key.kid: PublicKey(kid=key.kid, x=key.public) for key in self._keys
        }
        self._loaded = self._clock()

    async def forget_expired(self) -> None:
        async with self._database.transaction() as tx:
            await SigningKeys(tx.session).forget(before=self._clock())

    def get(self, kid: str) -> bytes | None:
        key = self._public.get(kid)
        return None if key is None else key.raw()

    def empty(self) -> bool:
        return not self._public

    async def refresh(self) -> bool:
        async with self._loading:
            now = self._clock()
            if self._loaded is not None and now - self._loaded < _PATIENCE:
                return False
            await self.load()
            return True

    def published(self) -> KeySet:
        """Every key that verifies; raises KeysMissing before the first was loaded."""
        if not self._public:
            raise KeysMissing
        return KeySet(list(self._public.values()))

    def sign(self, user: User, session: Session, guests: Collection[UUID]) -> str:
        """Sign the token of a session, which says what guests this person was."""
        key = self._signing()
        header = {"alg": ALGORITHM, "typ": "JWT", "kid": key.kid}
        pair = OKPKey.import_key(
            {"kty": "OKP", "crv": "Ed25519", "x": key.public, "d": key.private}
        )
        return jwt.encode(
            header, claims(user, session, guests), pair, algorithms=[ALGORITHM]
        )

    def _signing(self) -> SigningKey:
        """The newest that may; where none may, for one was withdrawn, the newest."""
        if not self._keys:
            raise KeysMissing
        now = self._clock()
        due = [key for key in self._keys if key.may_sign(now)]
        return (due or self._keys)[-1]


def claims(user: User, session: Session, guests: Collection[UUID]) -> dict[str, Any]:
    """What every service reads in `common.identity`."""
    issued = int(session.created_at.timestamp())
    said: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user.id),
        "sid": str(session.id),
        "kind": user.kind,
        "iat": issued,
        "nbf": issued,
        "exp": int(session.expires_at.timestamp()),
    }
    return said | {"gids": [str(guest) for guest in guests]} if guests else said
