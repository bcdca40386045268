"""People of tests: tokens as auth signs them, with a key of the test's own."""

import time
from typing import Any

from nacl.signing import SigningKey

from common.identity import Identity, TokenVerifier
from common.testing.tokens import Signer

KID = "test"


class People:
    """Signs tokens, and verifies them as services do."""

    def __init__(self) -> None:
        self._signer = Signer(bytes(SigningKey.generate()), kid=KID)
        self.verifier = TokenVerifier(self)

    def get(self, kid: str) -> bytes | None:
        return self._signer.public if kid == KID else None

    def empty(self) -> bool:
        return False

    async def refresh(self) -> bool:
        return False

    def token(self, identity: Identity, **claims: Any) -> str:
        """Sign a token of this person; `claims` replaces some."""
        now = int(time.time())
        facts: dict[str, Any] = {
            "sub": identity.user_id,
            "sid": identity.session_id,
            "kind": identity.kind,
            "gids": sorted(identity.guest_ids) or None,
            "iat": now,
            "nbf": now,
            "exp": int(identity.expires_at.timestamp()),
        }
        return self._signer.token(**facts | claims)

    def headers(self, identity: Identity) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(identity)}"}
