"""Who may ask, and how often, on every route."""

import httpx
from tickets_desk import (
    EVENTS,
    TICKETS,
    Desk,
    a_ticket,
    an_event,
    fault,
    person,
)

from common.identity import TokenVerifier
from common.limits import RateLimits, Unlimited
from common.testing.people import People
from common.testing.tokens import USER, Signer, forgeries
from tickets.app import create_http


class TestForgedTokens:
    async def test_none_changes_anything_on_any_route(self, desk: Desk) -> None:
        signer = Signer()
        verifier = TokenVerifier(OneKey(signer), now=lambda: signer.now)
        owner = person(user_id=USER)
        event = await desk.announce(owner)
        ticket = await desk.offer(owner)
        routes = [
            ("POST", EVENTS, an_event()),
            ("PUT", f"{EVENTS}/{event.id}", an_event()),
            ("PATCH", f"{EVENTS}/{event.id}", {"name": "Mine"}),
            ("POST", TICKETS, a_ticket()),
            ("PUT", f"{TICKETS}/{ticket.id}", a_ticket()),
            ("PATCH", f"{TICKETS}/{ticket.id}", {"title": "Mine"}),
            ("DELETE", f"{TICKETS}/{ticket.id}", None),
        ]
        api = create_http(
            desk.events, desk.tickets, verifier, account_limits=Unlimited()
        )
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=api),  # pyright: ignore[reportArgumentType]  # plainer ASGI types
            base_url="http://localhost",
        ) as browser:
            for method, path, body in routes:
                for what, token in forgeries(signer).items():
                    bearer = {"Authorization": f"Bearer {token}"}
                    answer = await browser.request(
                        method, path, json=body, headers=bearer
                    )
                    assert fault(answer)[:2] == (401, "signed-out"), what
            browser.headers["Authorization"] = f"Bearer {signer.token()}"
            genuine = await browser.delete(f"{TICKETS}/{ticket.id}")
            assert genuine.status_code == 204


class OneKey:
    """Auth's keys, of which there is one."""

    def __init__(self, signer: Signer) -> None:
        self._known = {str(signer.header["kid"]): signer.public}

    def get(self, kid: str) -> bytes | None:
        return self._known.get(kid)

    def empty(self) -> bool:
        return False

    async def refresh(self) -> bool:
        return False


class TestLimits:
    async def test_who_writes_too_much_waits(self, desk: Desk, people: People) -> None:
        api = create_http(
            desk.events,
            desk.tickets,
            people.verifier,
            account_limits=RateLimits(rate=0.1, burst=2),
        )
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=api),  # pyright: ignore[reportArgumentType]  # plainer ASGI types
            base_url="http://localhost",
            headers=people.headers(person()),
        ) as browser:
            answers = [await browser.post(TICKETS, json=a_ticket()) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert fault(answers[2])[1] == "too-many"
        assert int(answers[2].headers["Retry-After"]) >= 1
