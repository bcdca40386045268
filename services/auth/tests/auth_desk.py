"""Test kit of auth: a clock that moves, a hasher that counts, and browsers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from argon2 import PasswordHasher
from sqlalchemy import text

from common.database import Database

PUBLIC_URL = "http://auth.test"
START = datetime(2026, 11, 22, 18, tzinfo=UTC)
PASSWORD = "correct horse battery"
EMAIL = "ada@example.com"


@dataclass
class MovableClock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class CheapHasher(PasswordHasher):
    """Argon2id for tests: quick, and it counts what it did."""

    def __init__(self, *, passes: int = 1) -> None:
        super().__init__(time_cost=passes, memory_cost=8, parallelism=1)
        self.worked: list[str] = []

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.worked.append("hash")
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002  # its name there
        self.worked.append("verify")
        return super().verify(hash, password)


Browser = httpx.AsyncClient
OpenBrowser = Callable[..., Browser]


async def sign_up(browser: Browser, email: str = EMAIL, **more: Any) -> httpx.Response:
    body = {"email": email, "password": PASSWORD, **more}
    return await browser.post("/api/users/signup", json=body)


async def sign_in(
    browser: Browser, email: str = EMAIL, password: str = PASSWORD
) -> httpx.Response:
    body = {"email": email, "password": password}
    return await browser.post("/api/users/signin", json=body)


async def current_user(browser: Browser) -> dict[str, Any] | None:
    answer = await browser.get("/api/users/currentuser")
    assert answer.status_code == 200
    return answer.json()["current_user"]


async def said(database: Database) -> list[str]:
    """Subjects in the outbox, oldest first."""
    async with database.transaction() as tx:
        query = text("SELECT subject FROM outbox ORDER BY created_at, id")
        return list(await tx.session.scalars(query))


async def query(database: Database, statement: str) -> Sequence[Any]:
    async with database.transaction() as tx:
        return (await tx.session.execute(text(statement))).all()
