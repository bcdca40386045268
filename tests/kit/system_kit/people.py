"""People at their browsers, and what they do through the public API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx

from common.testing.waiting import eventually

Json = dict[str, Any]

VISA = "tok_visa"
DECLINED = "tok_chargeDeclined"
CHALLENGED = "tok_threeDSecure2Required"
#: Banks that ask on a page of theirs and take the money at once, one of them slowly.
BANKS = ("tok_test_bank", "tok_test_bankPending")
PASSWORD = "correct horse battery staple"  # of people of tests
#: Availability follows orders within this many seconds.
FOLLOWS = 2.0
TIMEOUT = 20.0


class Refused(AssertionError):
    """An answer nobody expected."""

    def __init__(self, response: httpx.Response) -> None:
        request = response.request
        super().__init__(
            f"{request.method} {request.url}: {response.status_code} {response.text}"
        )


class Shared(httpx.AsyncBaseTransport):
    """One pool of connections for a crowd of clients, which may come and go."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transport.handle_async_request(request)


class Person:
    """Somebody with a browser of their own: it keeps the session's cookie."""

    def __init__(self, transport: httpx.AsyncBaseTransport, url: str) -> None:
        self._transport = transport
        self.email = f"{uuid4().hex[:12]}@example.com"
        self.http = httpx.AsyncClient(
            transport=Shared(transport), base_url=url, timeout=TIMEOUT
        )

    @property
    def token(self) -> str:
        return self.http.cookies["session"]

    def elsewhere(self, url: str) -> "Person":
        """The same person, asking somewhere else: a program with the same token."""
        other = Person(self._transport, url)
        other.email = self.email
        other.http.headers["Authorization"] = f"Bearer {self.token}"
        return other

    async def ask(
        self,
        method: str,
        path: str,
        *expected: int,
        **options: Any,
    ) -> Json:
        """Ask, and raise `Refused` for any status but those expected (or 2xx)."""
        response = await self.http.request(method, path, **options)
        fine = response.status_code in expected if expected else response.is_success
        if not fine:
            raise Refused(response)
        return response.json() if response.content else {}

    # Who they are.

    async def sign_up(self) -> Json:
        body = {"email": self.email, "password": PASSWORD, "name": "Ada"}
        return await self.ask("POST", "/api/users/signup", 201, json=body)

    async def visit(self) -> Json:
        return await self.ask("POST", "/api/users/guest", 201)

    async def sign_in(self, email: str | None = None) -> Json:
        self.email = email or self.email
        body = {"email": self.email, "password": PASSWORD}
        return await self.ask("POST", "/api/users/signin", 200, json=body)

    async def sign_out(self) -> None:
        await self.ask("POST", "/api/users/signout", 204)

    async def me(self) -> Json | None:
        answer = await self.ask("GET", "/api/users/currentuser", 200)
        return answer["current_user"]

    # Selling.

    async def announce(self, **changes: Any) -> Json:
        return await self.ask("POST", "/api/events", 201, json=event(**changes))

    async def offer(self, **changes: Any) -> Json:
        """Put a ticket on offer and wait until it can be had."""
        body = ticket(**changes)
        offered = await self.ask("POST", "/api/tickets", 201, json=body)
        return await self.sees(offered, available=body["quantity"])

    async def sees(self, offered: Json, *, available: int) -> Json:
        """Wait until a ticket shows so many units."""
        path = f"/api/tickets/{offered['id']}"

        async def shown() -> Json:
            now = await self.ask("GET", path)
            assert now["available"] == available, now
            return now

        return await eventually(shown, limit=FOLLOWS)

    # Buying.

    async def order(self, offered: Json, quantity: int = 1, **options: Any) -> Json:
        body = order_of(offered, quantity)
        return await self.ask("POST", "/api/orders", 201, json=body, **options)

    async def find(self, order: Json) -> Json:
        return await self.ask("GET", f"/api/orders/{order['id']}")

    async def cancel(self, order: Json) -> None:
        await self.ask("DELETE", f"/api/orders/{order['id']}", 204)

    async def pay(self, order: Json, token: str | None = VISA, **options: Any) -> Json:
        body = payment_of(order, token)
        return await self.ask("POST", "/api/payments", 201, json=body, **options)

    async def confirm(self, payment: Json) -> Json:
        return await self.ask("POST", f"/api/payments/{payment['id']}/confirm")

    async def captured(self, payment: Json) -> Json:
        """Wait until the money of a payment was taken."""

        async def taken() -> Json:
            now = await self.ask("GET", f"/api/payments/{payment['id']}")
            assert now["status"] == "captured", now
            return now

        return await eventually(taken)

    async def refund(self, payment: Json, **wish: Any) -> Json:
        """Give a payment of one's own sale back, all of it if no amount is named."""
        path = f"/api/payments/{payment['id']}/refunds"
        return await self.ask("POST", path, 201, json={"restock": True, **wish})

    async def answer_bank(self, payment: Json, decision: str) -> str:
        """Answer the bank's page; where it leads back to."""
        url = httpx.URL(payment["next_action"]["url"])
        page = await self.http.get(url.raw_path.decode())
        assert page.status_code == HTTPStatus.OK, page.text
        answer = await self.http.post(
            url.raw_path.decode(), data={"decision": decision}
        )
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        return answer.headers["Location"]

    async def watch(self, order: Json, until: Callable[[Json], bool]) -> Json:
        """Follow an order as a page does, by long polls, until it is as wanted."""

        async def next_state() -> Json:
            nonlocal order
            order = await self._newer(order)
            assert until(order), order
            return order

        return await eventually(next_state)

    async def completion(self, order: Json) -> Json:
        return await self.watch(order, lambda o: o["status"] == "complete")

    async def expiry(self, order: Json) -> Json:
        return await self.watch(order, lambda o: o["reason"] == "expired")

    async def _newer(self, order: Json) -> Json:
        known = {"If-None-Match": f'"{order["version"]}"'}
        path = f"/api/orders/{order['id']}"
        answer = await self.http.get(path, params={"wait": 5}, headers=known)
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return order
        if not answer.is_success:
            raise Refused(answer)
        return answer.json()


def event(**changes: Any) -> Json:
    """An event in two months."""
    body: Json = {
        "name": "The Last Waltz",
        "venue": {"name": "Winterland", "city": "San Francisco", "country": "US"},
        "timezone": "America/Los_Angeles",
        "starts_at": (datetime.now(UTC) + timedelta(days=60)).isoformat(),
    }
    return body | changes


def ticket(**changes: Any) -> Json:
    body: Json = {"title": "Floor", "price": 2550, "quantity": 10}
    return body | changes


def order_of(offered: Json, quantity: int = 1) -> Json:
    return {"items": [{"ticket_id": offered["id"], "quantity": quantity}]}


def payment_of(order: Json, token: str | None = VISA) -> Json:
    body: Json = {"order_id": order["id"]}
    return body | ({"token": token} if token else {})
