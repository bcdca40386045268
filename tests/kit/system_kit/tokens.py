"""Tokens by the thousand, signed with the scratch system's own key."""

import base64
import time
from typing import NamedTuple
from uuid import UUID

import msgspec
from nacl.signing import SigningKey
from sqlalchemy import text

from common.database import Database
from common.identity import ALGORITHM, AUDIENCE, ISSUER
from common.ids import new_id
from local.system import System

_NEWEST = text("""
    SELECT kid, private FROM signing_keys
    WHERE signs_from <= now() ORDER BY signs_from DESC LIMIT 1
""")


class Buyer(NamedTuple):
    id: UUID
    token: str


async def mint(system: System, count: int) -> list[Buyer]:
    """So many guests, each with a token that is good for an hour."""
    database = Database(system.database_url("auth"))
    async with database.transaction() as tx:
        kid, private = (await tx.session.execute(_NEWEST)).one()
    await database.dispose()
    key = SigningKey(base64.urlsafe_b64decode(private + "=" * (-len(private) % 4)))
    head = _part({"alg": ALGORITHM, "typ": "JWT", "kid": kid})
    buyers = (new_id() for _ in range(count))
    return [Buyer(buyer, _token(key, head, buyer)) for buyer in buyers]


def _token(key: SigningKey, head: str, buyer: UUID) -> str:
    now = int(time.time())
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": buyer,
        "sid": new_id(),
        "kind": "guest",
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
    }
    signed = f"{head}.{_part(claims)}"
    return f"{signed}.{_encoded(key.sign(signed.encode()).signature)}"


def _part(facts: dict[str, object]) -> str:
    return _encoded(msgspec.json.encode(facts))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
