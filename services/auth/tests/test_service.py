"""What routes do not show: hashes renewed, races, what is forgotten."""

from hashlib import sha256

import pytest
from auth_desk import (
    EMAIL,
    PASSWORD,
    Browser,
    CheapHasher,
    MovableClock,
    OpenBrowser,
    current_user,
    query,
    sign_in,
    sign_up,
)
from sqlalchemy import text

from auth import jobs
from auth.app import Auth
from auth.errors import WrongPassword
from auth.passwords import Passwords
from auth.sessions import Device
from common.database import Database
from common.testing.statements import deletions

HERE = Device("192.0.2.1")
#: Long past by the clock of these tests.
OLD = (
    """INSERT INTO sessions
        (id, user_id, address, created_at, last_used_at, expires_at)
        SELECT uuidv7(), users.id, '192.0.2.1', t, t, t
        FROM users, generate_series(1, 12000), CAST('2026-01-01' AS timestamptz) t""",
    """INSERT INTO guesses (scope, last_at)
        SELECT n, '2026-01-01' FROM generate_series(1, 12000) n""",
)


async def stored_hash(database: Database) -> str:
    [[hashed]] = await query(
        database, "SELECT password_hash FROM users WHERE kind = 'member'"
    )
    return hashed


class TestRehash:
    async def test_an_outdated_hash_is_renewed_by_signing_in(
        self, database: Database, clock: MovableClock, open_browser: OpenBrowser
    ) -> None:
        await sign_up(open_browser())
        old = await stored_hash(database)
        stronger = Auth(
            database,
            public_url="http://auth.test",
            clock=clock,
            passwords=Passwords(CheapHasher(passes=2)),
        )
        await stronger.keys.start()
        for _ in range(2):
            assert (await sign_in(open_browser(app=stronger))).status_code == 200
        renewed = await stored_hash(database)
        assert ",t=1," in old
        assert ",t=2," in renewed

    async def test_a_present_one_stays(
        self, database: Database, browser: Browser
    ) -> None:
        await sign_up(browser)
        before = await stored_hash(database)
        await sign_in(browser)
        assert await stored_hash(database) == before


class TestRaces:
    async def test_a_password_changed_meanwhile_is_the_old_one(
        self, auth: Auth, database: Database, browser: Browser
    ) -> None:
        await sign_up(browser)
        verify = auth.passwords.verify

        async def change_and_verify(hashed: str | None, password: str) -> bool:
            async with database.transaction() as tx:
                await tx.session.execute(text("UPDATE users SET password_hash = 'x'"))
            return await verify(hashed, password)

        auth.passwords.verify = change_and_verify
        with pytest.raises(WrongPassword):
            await auth.accounts.sign_in(
                email=EMAIL, password=PASSWORD, visitor=None, device=HERE
            )

    async def test_a_guest_who_is_a_member_already_makes_somebody_new(
        self, auth: Auth, open_browser: OpenBrowser
    ) -> None:
        guest = await auth.accounts.visit(visitor=None, device=HERE)
        identity = await auth.verifier.identify(guest.token)
        first = open_browser()
        first.cookies.set("session", guest.token, domain="auth.test")
        await sign_up(first)
        entered = await auth.accounts.sign_up(
            email="eve@example.com",
            password=PASSWORD,
            name=None,
            visitor=identity,
            device=HERE,
        )
        assert entered.user.id != guest.user.id

    async def test_signing_up_once_more_is_another_account(
        self, browser: Browser
    ) -> None:
        first = (await sign_up(browser)).json()
        second = (await sign_up(browser, "eve@example.com")).json()
        assert first["id"] != second["id"]
        assert (await current_user(browser) or {})["email"] == "eve@example.com"


class TestTheKeyOfAChange:
    async def test_tells_nobody_the_passwords(
        self, browser: Browser, database: Database
    ) -> None:
        """Whoever reads the table guesses as slowly as with the passwords' own."""
        await sign_up(browser)
        change = {"old": PASSWORD, "new": "quite another one"}
        key = {"idempotency-key": "change-1"}
        answer = await browser.post("/api/users/password", json=change, headers=key)
        assert answer.status_code == 204
        path = answer.request.url.path.encode()
        said = b"\n".join((path, b"", answer.request.content))
        [kept] = await query(database, "SELECT fingerprint FROM idempotency_keys")
        assert kept.fingerprint != sha256(said).digest()
        assert kept.fingerprint.startswith(b"$argon2id$")


class TestForgetting:
    async def run(self, auth: Auth) -> None:
        for job in jobs.work_jobs(auth.keys, auth.sessions, auth.guesses):
            await job.run()

    async def test_what_is_old_goes_and_what_is_not_stays(
        self,
        auth: Auth,
        database: Database,
        browser: Browser,
        clock: MovableClock,
    ) -> None:
        await sign_up(browser)
        await sign_in(browser, EMAIL, "wrong one")
        for days, sessions, guesses in ((0.5, 1, 1), (2, 1, 0), (90, 0, 0)):
            clock.move(days=days)
            await self.run(auth)
            assert len(await query(database, "SELECT 1 FROM sessions")) == sessions
            assert len(await query(database, "SELECT 1 FROM guesses")) == guesses
        assert len(await query(database, "SELECT 1 FROM users")) == 1

    async def test_any_number_goes_some_at_a_time(
        self, auth: Auth, database: Database, browser: Browser
    ) -> None:
        await sign_up(browser)
        for statement in OLD:
            await query(database, f"{statement} RETURNING 1")
        with deletions(database) as taken:
            await self.run(auth)
        assert sorted(taken, reverse=True)[:6] == [5000] * 4 + [2000] * 2
        assert await query(database, "SELECT 1 FROM guesses") == []
        assert len(await query(database, "SELECT 1 FROM sessions")) == 1

    async def test_keys_are_loaded_again_while_serving(self, auth: Auth) -> None:
        [job] = jobs.serve_jobs(auth.keys)
        await job.run()
        assert not auth.keys.empty()
