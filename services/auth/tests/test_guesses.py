"""Guessing slowed down, and the owner let in."""

import asyncio

from auth_desk import (
    EMAIL,
    PASSWORD,
    Browser,
    CheapHasher,
    MovableClock,
    OpenBrowser,
    sign_in,
    sign_up,
)
from sqlalchemy import text

from auth.app import Auth
from auth.repository import GuessCounts
from common.clock import utcnow
from common.database import Database
from common.limits import RateLimits
from common.testing.waiting import eventually

WRONG = "not it at all"
STRANGER, OWNER = "198.51.100.7", "192.0.2.1"


def unbounded_addresses(auth: Auth) -> None:
    """Leave the counts of accounts alone to do the work."""
    auth.guesses.addresses = RateLimits(rate=1, burst=10**6)


WAITING = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
""")


class TestCounts:
    async def test_a_count_that_is_forgotten_meanwhile_begins_anew(
        self, database: Database
    ) -> None:
        """Two devices sign in to an account at once, and one is a moment earlier."""

        async def count() -> int:
            async with database.transaction() as tx:
                counts = GuessCounts(tx.session)
                guesses = await counts.get_for_update("account", now=utcnow())
                guesses.take(utcnow())
                return guesses.failures

        async def waits() -> bool:
            async with database.transaction() as tx:
                return bool(await tx.session.scalar(WAITING))

        assert await count() == 1
        async with database.transaction() as right:
            await GuessCounts(right.session).forget("account")
            later = asyncio.create_task(count())
            await eventually(waits)
        assert await later == 1


class TestPerAccount:
    async def test_wrong_guesses_make_the_next_wait(
        self, auth: Auth, open_browser: OpenBrowser, clock: MovableClock
    ) -> None:
        unbounded_addresses(auth)
        await sign_up(open_browser(address=OWNER))
        stranger = open_browser(address=STRANGER)
        for _ in range(5):
            assert (await sign_in(stranger, EMAIL, WRONG)).status_code == 401
        refused = await sign_in(stranger, EMAIL, PASSWORD)
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "1"
        clock.move(seconds=1)
        assert (await sign_in(stranger, EMAIL, PASSWORD)).status_code == 200

    async def test_a_thousand_at_once_are_counted_one_by_one(
        self, auth: Auth, open_browser: OpenBrowser, hasher: CheapHasher
    ) -> None:
        unbounded_addresses(auth)
        stranger = open_browser(address=STRANGER)
        hasher.worked.clear()
        guesses = (sign_in(stranger, EMAIL, f"guess {n}") for n in range(40))
        statuses = [answer.status_code for answer in await asyncio.gather(*guesses)]
        assert statuses.count(401) == hasher.worked.count("verify") == 5
        assert set(statuses) <= {401, 429, 503}

    async def test_the_owner_gets_in_from_where_the_owner_was_before(
        self, auth: Auth, open_browser: OpenBrowser
    ) -> None:
        unbounded_addresses(auth)
        await sign_up(open_browser(address=OWNER))
        stranger = open_browser(address=STRANGER)
        for _ in range(20):
            await sign_in(stranger, EMAIL, WRONG)
        assert (await sign_in(stranger, EMAIL, PASSWORD)).status_code == 429
        assert (await sign_in(open_browser(address=OWNER))).status_code == 200

    async def test_getting_in_forgets_the_typing_errors(
        self, auth: Auth, open_browser: OpenBrowser
    ) -> None:
        unbounded_addresses(auth)
        browser = open_browser()
        await sign_up(browser)
        for _ in range(4):
            for _ in range(4):
                assert (await sign_in(browser, EMAIL, WRONG)).status_code == 401
            assert (await sign_in(browser)).status_code == 200

    async def test_waiting_tells_nothing_about_who_has_an_account(
        self, auth: Auth, open_browser: OpenBrowser
    ) -> None:
        unbounded_addresses(auth)
        await sign_up(open_browser(address=OWNER))
        stranger = open_browser(address=STRANGER)
        for _ in range(7):
            known = await sign_in(stranger, EMAIL, WRONG)
            unknown = await sign_in(stranger, "nobody@example.com", WRONG)
            assert known.status_code == unknown.status_code
            assert known.content == unknown.content
            assert known.headers.get("retry-after") == unknown.headers.get(
                "retry-after"
            )


class TestPerAddress:
    async def test_one_address_guesses_at_many_accounts_in_vain(
        self, open_browser: OpenBrowser, hasher: CheapHasher
    ) -> None:
        stranger = open_browser(address=STRANGER)
        hasher.worked.clear()
        statuses = [
            (await sign_in(stranger, f"user{n}@example.com", WRONG)).status_code
            for n in range(30)
        ]
        assert statuses == [401] * 20 + [429] * 10
        assert len(hasher.worked) == 20

    async def test_others_are_not_held_up(self, open_browser: OpenBrowser) -> None:
        stranger = open_browser(address=STRANGER)
        for n in range(21):
            await sign_in(stranger, f"user{n}@example.com", WRONG)
        assert (await sign_up(open_browser())).status_code == 201
        assert (await sign_in(open_browser())).status_code == 200

    async def test_getting_in_costs_nothing(self, browser: Browser) -> None:
        await sign_up(browser)
        for _ in range(25):
            assert (await sign_in(browser)).status_code == 200

    async def test_an_address_is_what_the_gateway_saw_last(
        self, browser: Browser
    ) -> None:
        statuses: list[int] = []
        for n in range(21):
            browser.headers["x-forwarded-for"] = f"10.0.0.{n}, {STRANGER}"
            answer = await sign_in(browser, f"user{n}@example.com", WRONG)
            statuses.append(answer.status_code)
        assert statuses == [401] * 20 + [429]


class TestOff:
    async def test_without_limits_nobody_waits(
        self, auth: Auth, database: Database, open_browser: OpenBrowser
    ) -> None:
        unlimited = Auth(
            database,
            public_url="http://auth.test",
            limited=False,
            passwords=auth.passwords,
        )
        await unlimited.keys.start()
        browser = open_browser(app=unlimited)
        for _ in range(30):
            assert (await sign_in(browser, EMAIL, WRONG)).status_code == 401


class TestEqualWork:
    """By counting what is done: clocks are noisy, counts are not."""

    async def test_wrong_and_unknown_cost_the_same_hashes_and_statements(
        self, browser: Browser, hasher: CheapHasher, statements: list[str]
    ) -> None:
        await sign_up(browser)
        done: list[tuple[list[str], list[str]]] = []
        for email in (EMAIL, "nobody@example.com"):
            hasher.worked.clear()
            statements.clear()
            await sign_in(browser, email, WRONG)
            done.append((list(hasher.worked), list(statements)))
        assert done[0] == done[1]
        assert done[0][0] == ["verify"]
