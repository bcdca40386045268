"""Tokens by the thousand, signed with the scratch system's own key."""

import base64
import time
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from common.database import Database
from common.ids import new_id
from common.testing.tokens import Signer
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
    signer = await auths_own(system)
    buyers = (new_id() for _ in range(count))
    return [Buyer(buyer, signer.token(sub=buyer, sid=new_id())) for buyer in buyers]


async def auths_own(system: System) -> Signer:
    database = Database(system.database_url("auth"))
    async with database.transaction() as tx:
        kid, private = (await tx.session.execute(_NEWEST)).one()
    await database.dispose()
    key = base64.urlsafe_b64decode(private + "=" * (-len(private) % 4))
    return Signer(key, kid=kid, now=int(time.time()), kind="guest")
