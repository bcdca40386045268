"""Keys: made once, announced, rotated with two alive, withdrawn."""

import asyncio
import base64
import json
from typing import Any

import pytest
from auth_desk import Browser, MovableClock, OpenBrowser, current_user, query, sign_up
from joserfc import jwt
from joserfc.jwk import OKPKey

from auth.app import Auth
from auth.sessions import Device
from auth.signing import KeyRing, rotate
from common.database import Database
from common.identity import KeysMissing
from common.keys import JWKS_PATH


async def published(browser: Browser) -> list[dict[str, Any]]:
    answer = await browser.get(JWKS_PATH)
    assert answer.status_code == 200
    return answer.json()["keys"]


async def announce(auth: Auth, database: Database, clock: MovableClock) -> str:
    async with database.transaction() as tx:
        key = await rotate(tx, now=clock())
    await auth.keys.load()
    return key.kid


def header_of(browser: Browser) -> dict[str, str]:
    header = browser.cookies["session"].partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))


class TestKeySet:
    async def test_only_public_members_are_published(self, browser: Browser) -> None:
        [key] = await published(browser)
        assert set(key) == {"kid", "x", "kty", "crv", "alg", "use"}
        assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
        assert (key["alg"], key["use"]) == ("Ed25519", "sig")

    async def test_it_may_be_kept_a_moment(self, browser: Browser) -> None:
        answer = await browser.get(JWKS_PATH)
        assert answer.headers["cache-control"] == "public, max-age=30"

    async def test_two_first_processes_make_one_key(
        self, database: Database, clock: MovableClock
    ) -> None:
        rings = [KeyRing(database, clock=clock) for _ in range(4)]
        await asyncio.gather(*(ring.start() for ring in rings))
        assert len({ring.published().keys[0].kid for ring in rings}) == 1
        assert len(await query(database, "SELECT 1 FROM signing_keys")) == 1

    async def test_before_the_first_key_we_are_busy(
        self, database: Database, clock: MovableClock
    ) -> None:
        with pytest.raises(KeysMissing):
            KeyRing(database, clock=clock).published()


class TestToken:
    async def test_any_library_can_verify_it(
        self, browser: Browser, clock: MovableClock
    ) -> None:
        user = (await sign_up(browser)).json()
        [key] = await published(browser)
        token = jwt.decode(
            browser.cookies["session"],
            OKPKey.import_key(key),
            algorithms=["Ed25519"],
        )
        assert token.header == {"alg": "Ed25519", "typ": "JWT", "kid": key["kid"]}
        assert token.claims["sub"] == user["id"]
        assert token.claims["iss"] == token.claims["aud"] == "ticketing"
        assert token.claims["exp"] - token.claims["iat"] == 12 * 3600
        assert token.claims["nbf"] == token.claims["iat"] == clock().timestamp()


class TestRotation:
    async def test_a_new_key_is_published_before_it_signs(
        self,
        auth: Auth,
        database: Database,
        clock: MovableClock,
        open_browser: OpenBrowser,
    ) -> None:
        old = (await published(open_browser()))[0]["kid"]
        new = await announce(auth, database, clock)
        early, late = open_browser(), open_browser()
        assert [key["kid"] for key in await published(early)] == [old, new]
        await sign_up(early, "early@example.com")
        clock.move(minutes=3)
        await sign_up(late, "late@example.com")
        assert (header_of(early)["kid"], header_of(late)["kid"]) == (old, new)
        assert await current_user(early) is not None
        assert await current_user(late) is not None

    async def test_the_old_key_goes_once_its_tokens_have_expired(
        self,
        auth: Auth,
        database: Database,
        clock: MovableClock,
        browser: Browser,
    ) -> None:
        new = await announce(auth, database, clock)
        clock.move(days=400, hours=1)
        await auth.keys.load()
        assert len(await published(browser)) == 2
        clock.move(minutes=3)
        await auth.keys.load()
        assert [key["kid"] for key in await published(browser)] == [new]
        await auth.keys.forget_expired()
        assert len(await query(database, "SELECT 1 FROM signing_keys")) == 1

    async def test_twice_in_a_row_leaves_no_gap(
        self, auth: Auth, database: Database, clock: MovableClock, browser: Browser
    ) -> None:
        await announce(auth, database, clock)
        clock.move(seconds=1)
        last = await announce(auth, database, clock)
        for _ in range(20):
            clock.move(hours=1)
            await auth.keys.load()
            await browser.post("/api/users/guest")
            assert await current_user(browser) is not None
        assert header_of(browser)["kid"] == last

    async def test_a_key_from_another_process_is_found(
        self, auth: Auth, database: Database, clock: MovableClock, browser: Browser
    ) -> None:
        other = Auth(
            database,
            public_url="http://auth.test",
            clock=clock,
            passwords=auth.passwords,
        )
        await announce(other, database, clock)
        clock.move(minutes=3)
        await other.keys.load()
        entered = await other.accounts.visit(visitor=None, device=Device("192.0.2.1"))
        browser.cookies.set("session", entered.token, domain="auth.test")
        assert (await current_user(browser) or {})["id"] == str(entered.user.id)


class TestWithdrawal:
    """Of a key that leaked: whoever has it could be anybody."""

    async def test_no_token_of_it_counts_any_more(
        self,
        auth: Auth,
        database: Database,
        clock: MovableClock,
        open_browser: OpenBrowser,
    ) -> None:
        before, after = open_browser(), open_browser()
        await sign_up(before, "before@example.com")
        leaked = header_of(before)["kid"]
        async with database.transaction() as tx:
            key = await rotate(tx, now=clock(), withdrawn=leaked)
        await auth.keys.load()

        assert [each["kid"] for each in await published(after)] == [key.kid]
        assert await current_user(before) is None
        await sign_up(after, "after@example.com")
        assert header_of(after)["kid"] == key.kid
        assert await current_user(after) is not None

    async def test_of_the_newest_brings_no_older_one_back(
        self, auth: Auth, database: Database, clock: MovableClock, browser: Browser
    ) -> None:
        """That one is published no longer than tokens that it signed in its time."""
        leaked = await announce(auth, database, clock)
        clock.move(days=10)
        async with database.transaction() as tx:
            key = await rotate(tx, now=clock(), withdrawn=leaked)
        await auth.keys.load()
        await browser.post("/api/users/guest")
        assert header_of(browser)["kid"] == key.kid
        assert await current_user(browser) is not None

    async def test_one_that_is_not_there_withdraws_and_announces_nothing(
        self, auth: Auth, database: Database, clock: MovableClock, browser: Browser
    ) -> None:
        with pytest.raises(LookupError, match="No key nobody is published"):
            async with database.transaction() as tx:
                await rotate(tx, now=clock(), withdrawn="nobody")
        await auth.keys.load()
        assert len(await published(browser)) == 1
