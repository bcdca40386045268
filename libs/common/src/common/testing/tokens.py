"""Tokens as auth signs them, and as forgers would."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from nacl.signing import SigningKey

NOW = 1_800_000_000.0
USER = UUID("01a20446-0009-70dc-aff3-0e173b2881e9")
SESSION = UUID("01a20446-000b-73fd-8871-5dde19382396")
GUEST = UUID("01a20446-000c-701b-8965-14ffde02f633")

CLAIMS: dict[str, Any] = {
    "iss": "ticketing",
    "aud": "ticketing",
    "sub": str(USER),
    "sid": str(SESSION),
    "kind": "member",
    "iat": int(NOW),
    "nbf": int(NOW),
    "exp": int(NOW) + 3600,
}
HEADER: dict[str, Any] = {"alg": "Ed25519", "typ": "JWT", "kid": "one"}


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def part(members: Mapping[str, Any]) -> str:
    return encode(json.dumps(members).encode())


class Signer:
    """A key pair, and tokens signed with it."""

    def __init__(self, seed: int = 1) -> None:
        self.key = SigningKey(bytes([seed]) * 32)

    @property
    def public(self) -> bytes:
        return bytes(self.key.verify_key)

    def token(self, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Sign HEADER and CLAIMS with changes; a claim that is None is left out."""
        said = {k: v for k, v in (CLAIMS | claims).items() if v is not None}
        return self.sign(f"{part(HEADER | (header or {}))}.{part(said)}")

    def sign(self, text: str) -> str:
        return f"{text}.{encode(self.key.sign(text.encode()).signature)}"


def unsigned(**claims: Any) -> str:
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(CLAIMS | claims)}."


def hmac_with(secret: bytes, **header: Any) -> str:
    """Sign with the public key as if it were a shared secret."""
    text = f"{part({**HEADER, 'alg': 'HS256', **header})}.{part(CLAIMS)}"
    digest = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"{text}.{encode(digest)}"
