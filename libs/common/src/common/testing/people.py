"""People of tests: tokens as auth signs them, with a key of the test's own."""

import base64
import time
from typing import Any

import msgspec
from nacl.signing import SigningKey

from common.identity import ALGORITHM, AUDIENCE, ISSUER, Identity, TokenVerifier

KID = "test"


class People:
    """Signs tokens, and verifies them as services do."""

    def __init__(self) -> None:
        self._key = SigningKey.generate()
        self.verifier = TokenVerifier(self)

    def get(self, kid: str) -> bytes | None:
        return bytes(self._key.verify_key) if kid == KID else None

    def empty(self) -> bool:
        return False

    async def refresh(self) -> bool:
        return False

    def token(self, identity: Identity, **claims: Any) -> str:
        """Sign a token of this person; `claims` replaces some."""
        now = int(time.time())
        facts: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": identity.user_id,
            "sid": identity.session_id,
            "kind": identity.kind,
            "iat": now,
            "nbf": now,
            "exp": int(identity.expires_at.timestamp()),
        }
        if identity.guest_ids:
            facts["gids"] = sorted(identity.guest_ids)
        return self.sign({"alg": ALGORITHM, "typ": "JWT", "kid": KID}, facts | claims)

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        signed = f"{_part(header)}.{_part(claims)}"
        signature = self._key.sign(signed.encode()).signature
        return f"{signed}.{_encoded(signature)}"

    def headers(self, identity: Identity) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(identity)}"}


def _part(facts: dict[str, Any]) -> str:
    return _encoded(msgspec.json.encode(facts))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
