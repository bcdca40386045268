"""Who asks: tokens verified with auth's public keys, on the hot route too.

A token is a JSON Web Token signed with `Ed25519` (RFC 9864); only that name will do,
and only keys that auth publishes. Whatever else a token's header claims (a key, an
address of one) is not read. Every refusal says the same.
"""

import binascii
import time
from collections.abc import Callable, Container
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal, Protocol
from uuid import UUID

import msgspec
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from common.errors import Busy, SignedOut

ALGORITHM = "Ed25519"
ISSUER: Literal["ticketing"] = "ticketing"
AUDIENCE: Literal["ticketing"] = "ticketing"
#: How far auth's clock may be ahead of ours before its fresh tokens are "not yet".
CLOCK_SKEW = 30

_SIGNATURE_BYTES = 64
_LONGEST_TOKEN = 4096

Kind = Literal["member", "guest"]


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind a request."""

    user_id: UUID
    session_id: UUID
    kind: Kind
    #: The guests this person was before signing in; their orders are this person's.
    guest_ids: frozenset[UUID] = frozenset()
    expires_at: datetime

    @property
    def owners(self) -> frozenset[UUID]:
        """Every id whose orders and payments are this person's."""
        return self.guest_ids | {self.user_id}


class Action(StrEnum):
    """What a seller does with what is offered."""

    OFFER = "offer"
    EDIT = "edit"
    READ_SALES = "read-sales"
    REFUND = "refund"


def may(
    identity: Identity,
    action: Action,  # noqa: ARG001  # teams will grant actions one by one
    seller_id: UUID,
) -> bool:
    """Whether this person acts for that seller; a seller is a member today."""
    return identity.kind == "member" and identity.user_id == seller_id


class UnknownKey(SignedOut):
    """Sign in to do this."""


class KeysMissing(Busy):
    """We cannot check who you are at the moment: try again soon."""


class Keys(Protocol):
    """Public keys by their `kid`."""

    def get(self, kid: str) -> bytes | None: ...

    def empty(self) -> bool: ...

    async def refresh(self) -> bool:
        """Look for newer keys, if the last look is long enough ago."""
        ...


class Verifier(Protocol):
    """Says whose a token is, or raises SignedOut or Busy."""

    async def identify(self, token: str) -> Identity: ...


class _Header(msgspec.Struct, frozen=True):
    alg: Literal["Ed25519"]
    typ: Literal["JWT"]
    kid: str
    #: Extensions that must be understood; we understand none.
    crit: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Claims(msgspec.Struct, frozen=True):
    iss: Literal["ticketing"]
    aud: Literal["ticketing"]
    sub: UUID
    sid: UUID
    kind: Kind
    iat: int
    nbf: int
    exp: int
    gids: frozenset[UUID] = frozenset()


_header = msgspec.json.Decoder(_Header)
_claims = msgspec.json.Decoder(_Claims)


class TokenVerifier:
    """Verifies tokens: one signature and one decode each, no I/O in `verify`."""

    def __init__(
        self,
        keys: Keys,
        *,
        revoked: Container[UUID] = frozenset(),
        now: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._revoked = revoked
        self._now = now
        #: Headers that stood on a genuine token: as many as auth has keys.
        self._kids: dict[str, str] = {}

    async def identify(self, token: str) -> Identity:
        """Verify; when the token's key is unknown, after a look for newer keys."""
        try:
            return self.verify(token)
        except (UnknownKey, KeysMissing):
            # Somebody else's look, while we waited for it, is as good as our own.
            await self._keys.refresh()
            return self.verify(token)

    def verify(self, token: str) -> Identity:
        """Raises SignedOut, or KeysMissing when there is nothing to verify with."""
        signed, _, signature = token.rpartition(".")
        header, _, payload = signed.partition(".")
        if not (header and payload and len(token) <= _LONGEST_TOKEN):
            raise SignedOut
        kid = self._kids.get(header) or _kid(header)
        _check_signature(self._key(kid), signed, signature)
        self._kids[header] = kid
        return self._accept(_read(payload))

    @property
    def trusted(self) -> int:
        """Headers remembered: as many as there are keys, whatever forgers send."""
        return len(self._kids)

    def _key(self, kid: str) -> bytes:
        key = self._keys.get(kid)
        if key is None:
            raise KeysMissing if self._keys.empty() else UnknownKey
        return key

    def _accept(self, claims: _Claims) -> Identity:
        now = self._now()
        if not claims.nbf - CLOCK_SKEW <= now < claims.exp:
            raise SignedOut
        if claims.sid in self._revoked:
            raise SignedOut
        return Identity(
            user_id=claims.sub,
            session_id=claims.sid,
            kind=claims.kind,
            guest_ids=claims.gids,
            expires_at=datetime.fromtimestamp(claims.exp, UTC),
        )


def _kid(header: str) -> str:
    try:
        decoded = _header.decode(_decode64(header))
    except (ValueError, RecursionError):
        raise SignedOut from None
    if decoded.crit is not msgspec.UNSET:
        raise SignedOut
    return decoded.kid


def _check_signature(key: bytes, signed: str, signature: str) -> None:
    try:
        raw = _decode64(signature)
        if len(raw) != _SIGNATURE_BYTES:
            raise SignedOut
        crypto_sign_open(raw + signed.encode("ascii"), key)
    except (ValueError, BadSignatureError):
        raise SignedOut from None


def _read(payload: str) -> _Claims:
    try:
        return _claims.decode(_decode64(payload))
    except (ValueError, RecursionError):
        raise SignedOut from None


def _decode64(text: str) -> bytes:
    """Strict base64url without padding."""
    standard = text.encode("ascii").translate(_STANDARD)
    return binascii.a2b_base64(standard + b"=" * (-len(text) % 4), strict_mode=True)


#: base64url to base64; what is foreign to base64url maps to what base64 refuses.
_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")
