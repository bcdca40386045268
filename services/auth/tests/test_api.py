"""Auth's routes, as a browser meets them."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from http.cookies import Morsel, SimpleCookie

import httpx
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
    said,
    sign_in,
    sign_up,
)

from auth.app import Auth
from auth.passwords import Passwords
from auth.sessions import Device
from common.database import Database
from common.testing.servers import PostgresServer
from common.testing.tokens import Signer, forgeries

REVOKED = "auth.session-revoked"


def cookie_of(answer: httpx.Response) -> Morsel[str]:
    [morsel] = SimpleCookie(answer.headers["set-cookie"]).values()
    return morsel


def code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def fields(answer: httpx.Response) -> list[str]:
    assert code(answer) == (400, "invalid")
    return [error["field"] for error in answer.json()["errors"]]


DEVICE = Device(address="192.0.2.1")


class TestSignUp:
    async def test_a_member_is_made_and_signed_in(self, browser: Browser) -> None:
        answer = await sign_up(browser, "Ada@Example.com", name="Ada")
        assert answer.status_code == 201
        user = answer.json()
        assert user == {
            "id": user["id"],
            "email": "ada@example.com",
            "name": "Ada",
            "kind": "member",
            "expires_at": "2026-11-23T06:00:00Z",
        }
        assert await current_user(browser) == user

    async def test_the_cookie_is_not_for_scripts_nor_other_sites(
        self, browser: Browser
    ) -> None:
        morsel = cookie_of(await sign_up(browser))
        assert morsel.key == "session"
        assert morsel["httponly"]
        assert not morsel["secure"]
        assert morsel["samesite"].lower() == "lax"
        assert (morsel["path"], morsel["max-age"]) == ("/", str(12 * 3600))
        assert not morsel["domain"]

    async def test_over_https_the_cookie_is_secure_and_the_hosts_own(
        self, database: Database, open_browser: OpenBrowser, hasher: CheapHasher
    ) -> None:
        auth = Auth(
            database, public_url="https://tickets.test", passwords=Passwords(hasher)
        )
        await auth.keys.start()
        morsel = cookie_of(await sign_up(open_browser(app=auth)))
        assert morsel.key == "__Host-session"
        assert morsel["secure"]

    async def test_a_guest_keeps_the_id(
        self, browser: Browser, database: Database
    ) -> None:
        guest = (await browser.post("/api/users/guest")).json()
        member = (await sign_up(browser)).json()
        assert member["id"] == guest["id"]
        assert member["kind"] == "member"
        assert await said(database) == [REVOKED]

    async def test_an_address_is_taken_whatever_its_case(
        self, open_browser: OpenBrowser
    ) -> None:
        await sign_up(open_browser())
        answer = await sign_up(open_browser(), EMAIL.upper())
        assert code(answer) == (409, "email-taken")

    async def test_two_at_once_get_one_account(self, open_browser: OpenBrowser) -> None:
        answers = await asyncio.gather(*(sign_up(open_browser()) for _ in range(8)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [201] + [409] * 7

    async def test_bad_input_is_named(self, browser: Browser) -> None:
        for body, field in (
            ({}, "email"),
            ({"email": "ada", "password": PASSWORD}, "email"),
            ({"email": "ada@example", "password": PASSWORD}, "email"),
            ({"email": f"{EMAIL}\n", "password": PASSWORD}, "email"),
            ({"email": f"{'a' * 65}@example.com", "password": PASSWORD}, "email"),
            ({"email": EMAIL, "password": "short"}, "password"),
            ({"email": EMAIL, "password": "x" * 129}, "password"),
            ({"email": EMAIL, "password": "Password1"}, "password"),
            ({"email": EMAIL, "password": EMAIL.upper()}, "password"),
            ({"email": EMAIL, "password": PASSWORD, "name": ""}, "name"),
            ({"email": EMAIL, "password": PASSWORD, "name": "  "}, "name"),
            ({"email": EMAIL, "password": PASSWORD, "name": "a\0"}, "name"),
            ({"email": EMAIL, "password": PASSWORD, "kind": "admin"}, "kind"),
            ({"email": EMAIL, "password": PASSWORD, "id": "1"}, "id"),
        ):
            answer = await browser.post("/api/users/signup", json=body)
            assert fields(answer) == [field], body

    async def test_another_site_is_refused(self, browser: Browser) -> None:
        headers = {"sec-fetch-site": "cross-site"}
        body = {"email": EMAIL, "password": PASSWORD}
        answer = await browser.post("/api/users/signup", json=body, headers=headers)
        assert code(answer) == (403, "cross-site")


class TestGuest:
    async def test_a_guest_needs_no_password(
        self, browser: Browser, hasher: CheapHasher
    ) -> None:
        hasher.worked.clear()
        answer = await browser.post("/api/users/guest")
        user = answer.json()
        assert answer.status_code == 201
        assert (user["email"], user["name"], user["kind"]) == (None, None, "guest")
        assert await current_user(browser) == user
        assert hasher.worked == []

    async def test_asking_again_keeps_the_guest(self, browser: Browser) -> None:
        first = (await browser.post("/api/users/guest")).json()
        second = (await browser.post("/api/users/guest")).json()
        assert first["id"] == second["id"]

    async def test_a_body_may_be_empty_and_nothing_else(self, browser: Browser) -> None:
        empty = await browser.post("/api/users/guest", json={})
        assert empty.status_code == 201
        answer = await browser.post("/api/users/guest", json={"id": "mine"})
        assert fields(answer) == ["id"]


class TestSignIn:
    async def test_the_address_may_be_written_in_any_case(
        self, open_browser: OpenBrowser
    ) -> None:
        member = (await sign_up(open_browser())).json()
        browser = open_browser()
        answer = await sign_in(browser, " ADA@example.com ")
        assert answer.status_code == 200
        assert answer.json()["id"] == member["id"]
        assert await current_user(browser) == answer.json()

    async def test_wrong_and_unknown_are_alike(self, browser: Browser) -> None:
        await sign_up(browser)
        wrong = await sign_in(browser, EMAIL, "not it at all")
        unknown = await sign_in(browser, "nobody@example.com", "not it at all")
        assert code(wrong) == (401, "signed-out")
        assert (wrong.status_code, wrong.content) == (
            unknown.status_code,
            unknown.content,
        )
        assert "set-cookie" not in wrong.headers

    async def test_the_old_session_ends_with_the_new(
        self, browser: Browser, database: Database
    ) -> None:
        await sign_up(browser)
        old = browser.cookies["session"]
        await sign_in(browser)
        assert await said(database) == [REVOKED]
        bearer = {"authorization": f"Bearer {old}"}
        answer = await browser.get("/api/users/sessions", headers=bearer)
        assert code(answer) == (401, "signed-out")

    async def test_the_token_also_carries_the_guest(
        self, auth: Auth, open_browser: OpenBrowser
    ) -> None:
        await sign_up(open_browser())
        browser = open_browser()
        guest = (await browser.post("/api/users/guest")).json()
        await sign_in(browser)
        assert await guests_in_token(auth, browser) == {guest["id"]}

    async def test_the_guest_stays_the_members_on_other_devices(
        self, auth: Auth, open_browser: OpenBrowser
    ) -> None:
        await sign_up(open_browser())
        first = open_browser()
        guest = (await first.post("/api/users/guest")).json()
        await sign_in(first)
        second = open_browser()
        await sign_in(second)
        assert await guests_in_token(auth, second) == {guest["id"]}

    async def test_every_guest_one_was_stays_ones_own(
        self, auth: Auth, open_browser: OpenBrowser
    ) -> None:
        """What one bought before the last time one signed in is not lost by it."""
        await sign_up(open_browser())
        guests: set[str] = set()
        for _ in range(3):
            browser = open_browser()
            guests.add((await browser.post("/api/users/guest")).json()["id"])
            await sign_in(browser)
            assert await guests_in_token(auth, browser) == guests

    @pytest.mark.parametrize("enter", [sign_up, sign_in])
    async def test_every_session_of_the_guest_one_was_ends(
        self,
        auth: Auth,
        open_browser: OpenBrowser,
        enter: Callable[[Browser], Awaitable[httpx.Response]],
    ) -> None:
        """A guest who asks twice at once has two, and one may be in other hands."""
        if enter is sign_in:
            await sign_up(open_browser())
        first, second, third = open_browser(), open_browser(), open_browser()
        await first.post("/api/users/guest")
        guest = await auth.verifier.identify(first.cookies["session"])
        for browser in (second, third):
            entered = await auth.accounts.visit(visitor=guest, device=DEVICE)
            browser.cookies.set("session", entered.token, domain="auth.test")
        await enter(second)
        assert await current_user(second) is not None
        assert await current_user(third) is None

    async def test_nobody_takes_over_somebody_elses_guest(
        self, auth: Auth, open_browser: OpenBrowser
    ) -> None:
        await sign_up(open_browser(), EMAIL)
        await sign_up(open_browser(), "eve@example.com")
        browser = open_browser()
        await browser.post("/api/users/guest")
        token = browser.cookies["session"]
        await sign_in(browser, EMAIL)
        eve = open_browser()
        eve.cookies.set("session", token, domain="auth.test")
        await sign_in(eve, "eve@example.com")
        assert await guests_in_token(auth, eve) == set()


async def guests_in_token(auth: Auth, browser: Browser) -> set[str]:
    identity = await auth.verifier.identify(browser.cookies["session"])
    return {str(guest) for guest in identity.guest_ids}


class TestSignOut:
    async def test_the_session_ends_everywhere(
        self, browser: Browser, database: Database
    ) -> None:
        await sign_up(browser)
        token = browser.cookies["session"]
        answer = await browser.post("/api/users/signout")
        assert answer.status_code == 204
        assert cookie_of(answer)["max-age"] == "0"
        assert "session" not in browser.cookies
        assert await said(database) == [REVOKED]
        browser.cookies.set("session", token, domain="auth.test")
        assert await current_user(browser) is None

    async def test_again_or_signed_out_is_no_error(
        self, browser: Browser, database: Database
    ) -> None:
        for cookie in (None, "forged"):
            if cookie:
                browser.cookies.set("session", cookie, domain="auth.test")
            answer = await browser.post("/api/users/signout")
            assert answer.status_code == 204
        assert await said(database) == []

    async def test_another_site_cannot_sign_people_out(self, browser: Browser) -> None:
        await sign_up(browser)
        headers = {"origin": "http://evil.test"}
        answer = await browser.post("/api/users/signout", headers=headers)
        assert code(answer) == (403, "cross-site")
        assert await current_user(browser) is not None


class TestCurrentUser:
    async def test_nobody_is_null(self, browser: Browser) -> None:
        assert await current_user(browser) is None

    async def test_a_bearer_token_will_do(self, browser: Browser) -> None:
        await sign_up(browser)
        token = browser.cookies["session"]
        browser.cookies.clear()
        headers = {"authorization": f"Bearer {token}"}
        answer = await browser.get("/api/users/currentuser", headers=headers)
        assert answer.json()["current_user"]["email"] == EMAIL

    async def test_a_session_expires_after_twelve_hours(
        self, browser: Browser, clock: MovableClock
    ) -> None:
        await sign_up(browser)
        clock.move(hours=12, seconds=-1)
        assert await current_user(browser) is not None
        clock.move(seconds=1)
        assert await current_user(browser) is None

    async def test_a_guest_who_comes_back_for_the_show_is_still_known(
        self, browser: Browser, clock: MovableClock
    ) -> None:
        """Without a password nothing else leads back to what was paid for."""
        answer = await browser.post("/api/users/guest")
        assert cookie_of(answer)["max-age"] == str(400 * 24 * 60 * 60)
        clock.move(days=400, seconds=-1)
        assert await current_user(browser) is not None
        clock.move(seconds=1)
        assert await current_user(browser) is None

    async def test_names_change_and_go(self, browser: Browser) -> None:
        await sign_up(browser, name="Ada")
        for body, name in (
            ({}, "Ada"),
            ({"name": "A. L."}, "A. L."),
            ({"name": None}, None),
        ):
            answer = await browser.patch("/api/users/currentuser", json=body)
            assert answer.json()["name"] == name
        assert (await current_user(browser) or {})["name"] is None

    async def test_guests_have_no_name_to_change(self, browser: Browser) -> None:
        await browser.post("/api/users/guest")
        answer = await browser.patch("/api/users/currentuser", json={"name": "x"})
        assert code(answer) == (403, "guest")


CHANGE = {"old": PASSWORD, "new": "quite another one"}


class TestPassword:
    async def test_a_change_ends_the_other_sessions(
        self, open_browser: OpenBrowser
    ) -> None:
        here, there = open_browser(), open_browser()
        await sign_up(here)
        await sign_in(there)
        answer = await here.post("/api/users/password", json=CHANGE)
        assert answer.status_code == 204
        assert await current_user(here) is not None
        assert await current_user(there) is None
        assert (await sign_in(there)).status_code == 401
        assert (await sign_in(there, password=CHANGE["new"])).status_code == 200

    async def test_what_is_wrong_is_named(self, browser: Browser) -> None:
        await sign_up(browser)
        for body, field in (
            ({"old": "wrong", "new": "quite another one"}, "old"),
            ({"old": PASSWORD, "new": "password1"}, "new"),
            ({"old": PASSWORD, "new": EMAIL}, "new"),
            ({"old": PASSWORD}, "new"),
        ):
            answer = await browser.post("/api/users/password", json=body)
            assert fields(answer) == [field]

    async def test_a_repeated_key_changes_it_once(self, browser: Browser) -> None:
        await sign_up(browser)
        headers = {"idempotency-key": "change-1"}
        for replayed in (None, "true"):
            answer = await browser.post(
                "/api/users/password", json=CHANGE, headers=headers
            )
            assert answer.status_code == 204
            assert answer.headers.get("idempotent-replayed") == replayed
        other = {"old": "quite another one", "new": "and a third one"}
        answer = await browser.post("/api/users/password", json=other, headers=headers)
        assert code(answer) == (422, "key-reused")

    async def test_guesses_are_slowed(self, browser: Browser) -> None:
        await sign_up(browser)
        wrong = {"old": "wrong", "new": "quite another one"}
        for _ in range(5):
            await browser.post("/api/users/password", json=wrong)
        answer = await browser.post("/api/users/password", json=CHANGE)
        assert code(answer) == (429, "too-many")
        assert answer.headers["retry-after"] == "1"


class TestSessions:
    async def test_one_sees_where_one_is_signed_in(
        self, open_browser: OpenBrowser, clock: MovableClock
    ) -> None:
        old, new = open_browser(), open_browser()
        old.headers["user-agent"] = "Old Browser"
        await sign_up(old)
        clock.move(minutes=5)
        await sign_in(new)
        page = (await new.get("/api/users/sessions")).json()
        devices = [(item["device"], item["current"]) for item in page["items"]]
        assert devices[1] == ("Old Browser", False)
        assert devices[0][1] is True
        assert page["next"] is None

    async def test_they_come_in_pages(self, open_browser: OpenBrowser) -> None:
        await sign_up(open_browser())
        browser = open_browser()
        for _ in range(2):
            await sign_in(open_browser())
        await sign_in(browser)
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
            page = (await browser.get("/api/users/sessions", params=query)).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next"]
        assert len(seen) == len(set(seen)) == 4

    async def test_use_is_noted_by_the_minute(
        self, browser: Browser, clock: MovableClock
    ) -> None:
        await sign_up(browser)
        clock.move(minutes=2)
        await current_user(browser)
        [item] = (await browser.get("/api/users/sessions")).json()["items"]
        assert item["last_used_at"] == "2026-11-22T18:02:00Z"
        one = await browser.get(f"/api/users/sessions/{item['id']}")
        assert one.json() == item

    async def test_one_ends_another_of_ones_own(
        self, open_browser: OpenBrowser
    ) -> None:
        here, there = open_browser(), open_browser()
        await sign_up(here)
        await sign_in(there)
        items = (await here.get("/api/users/sessions")).json()["items"]
        [other] = [item["id"] for item in items if not item["current"]]
        assert (await here.delete(f"/api/users/sessions/{other}")).status_code == 204
        assert await current_user(there) is None
        again = await here.delete(f"/api/users/sessions/{other}")
        assert code(again) == (404, "not-found")

    async def test_one_ends_all_others_at_once(self, open_browser: OpenBrowser) -> None:
        here, there = open_browser(), open_browser()
        await sign_up(here)
        await sign_in(there)
        assert (await here.delete("/api/users/sessions")).status_code == 204
        assert await current_user(here) is not None
        assert await current_user(there) is None

    async def test_those_of_others_are_not_there(
        self, open_browser: OpenBrowser, database: Database
    ) -> None:
        await sign_up(open_browser(), "eve@example.com")
        [[session]] = await query(database, "SELECT id FROM sessions")
        browser = open_browser()
        await sign_up(browser)
        path = f"/api/users/sessions/{session}"
        assert code(await browser.get(path)) == (404, "not-found")
        assert code(await browser.delete(path)) == (404, "not-found")


class TestEveryRoute:
    async def test_what_needs_a_person_refuses_strangers(
        self, browser: Browser
    ) -> None:
        for method, path in (
            ("PATCH", "/api/users/currentuser"),
            ("POST", "/api/users/password"),
            ("GET", "/api/users/sessions"),
            ("DELETE", "/api/users/sessions"),
        ):
            answer = await browser.request(method, path)
            assert code(answer) == (401, "signed-out")
            assert answer.headers["www-authenticate"] == "Bearer"

    async def test_the_document_is_served(self, browser: Browser) -> None:
        document = (await browser.get("/api/users/openapi.json")).json()
        assert document["paths"]["/api/users/signin"]["post"]["operationId"] == "signIn"

    async def test_a_lost_database_makes_us_busy(
        self, browser: Browser, postgres: PostgresServer
    ) -> None:
        await sign_up(browser)
        postgres.kill()
        answer = await browser.get("/api/users/currentuser")
        postgres.start()
        assert code(answer) == (503, "busy")
        assert answer.headers["retry-after"] == "1"


class TestForgedTokens:
    async def test_each_is_nobody(
        self, browser: Browser, database: Database, clock: MovableClock
    ) -> None:
        await sign_up(browser)
        [[kid, private, user, session]] = await query(
            database,
            "SELECT kid, private, user_id, id FROM signing_keys, sessions",
        )
        signer = Signer(
            base64.urlsafe_b64decode(f"{private}="),
            kid=kid,
            now=int(clock().timestamp()),
            user=user,
            session=session,
        )
        browser.cookies.clear()
        assert await signed_in_with(browser, signer.token())
        for what, token in forgeries(signer).items():
            assert not await signed_in_with(browser, token), what


async def signed_in_with(browser: Browser, token: str) -> bool:
    bearer = {"authorization": f"Bearer {token}"}
    shown = await browser.get("/api/users/currentuser", headers=bearer)
    listed = await browser.get("/api/users/sessions", headers=bearer)
    signed_in = shown.json()["current_user"] is not None
    assert listed.status_code == (200 if signed_in else 401)
    return signed_in
