"""What stands in the running system before a route is called, and a call of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from system_kit.people import (
    PASSWORD,
    Json,
    Person,
    event,
    order_of,
    payment_of,
    ticket,
)
from system_kit.stage import Stage

from table_kit.operations import Operation

#: A body that no route without one may mind.
CONTACT = {"name": "Ada", "email": "ada@example.com"}


@dataclass(frozen=True)
class Call:
    """Who calls, with which body."""

    who: Person
    body: Json | None = None


@dataclass(frozen=True)
class Scenery:
    """A seller with something on offer, a buyer who holds some of it, a stranger."""

    stage: Stage
    seller: Person
    buyer: Person
    #: Another member, who has nothing to do with any of it.
    stranger: Person
    event: Json
    ticket: Json
    order: Json
    payment: Json
    session: Json

    @classmethod
    async def of(cls, stage: Stage) -> "Scenery":
        seller, buyer = await stage.member(), await stage.guest()
        held_event = await seller.announce()
        offered = await seller.offer(event_id=held_event["id"], quantity=1000)
        paid = await buyer.order(offered)
        payment = await buyer.pay(paid)
        await buyer.completion(paid)
        sessions = await seller.ask("GET", "/api/users/sessions")
        return cls(
            stage=stage,
            seller=seller,
            buyer=buyer,
            stranger=await stage.member(),
            event=held_event,
            ticket=offered,
            order=await buyer.order(offered),
            payment=payment,
            session=sessions["items"][0],
        )

    @property
    def places(self) -> Mapping[str, str]:
        """Values of the parameters in paths."""
        return {
            "event_id": self.event["id"],
            "ticket_id": self.ticket["id"],
            "order_id": self.order["id"],
            "payment_id": self.payment["id"],
            "session_id": self.session["id"],
            "provider": "test",
        }

    def call(self, operation: Operation) -> Call:
        """A call that is valid in every part; a new route needs one here."""
        assert operation.id in CALLS, f"say in scenery.py how to call {operation}"
        return CALLS[operation.id](self)

    def path(self, operation: Operation, **places: str) -> str:
        return operation.filled({**self.places, **places})

    async def ask(
        self,
        operation: Operation,
        who: Person | None = None,
        *,
        path: str | None = None,
        **options: Any,
    ) -> httpx.Response:
        """Call a route as it should be, but for what `options` say."""
        call = self.call(operation)
        if call.body is not None and not {"content", "json"} & options.keys():
            options["json"] = call.body
        person, path = who or call.who, path or self.path(operation)
        return await person.http.request(operation.method, path, **options)


CALLS: Mapping[str, Callable[[Scenery], Call]] = {
    # auth
    "signUp": lambda s: Call(s.stage.person(), _new_account()),
    "visitAsGuest": lambda s: Call(s.stage.person()),
    "signIn": lambda s: Call(s.stage.person(), _account(s.stranger)),
    "signOut": lambda s: Call(s.stage.person()),
    "currentUser": lambda s: Call(s.seller),
    "renameCurrentUser": lambda s: Call(s.seller, {"name": "Grace"}),
    "changePassword": lambda s: Call(s.seller, {"old": PASSWORD, "new": PASSWORD}),
    "listSessions": lambda s: Call(s.seller),
    "readSession": lambda s: Call(s.seller),
    "endOtherSessions": lambda s: Call(s.stranger),
    "endSession": lambda s: Call(s.seller),
    "publicKeys": lambda s: Call(s.seller),
    # tickets
    "createEvent": lambda s: Call(s.seller, event()),
    "listEvents": lambda s: Call(s.buyer),
    "getEvent": lambda s: Call(s.buyer),
    "getAvailability": lambda s: Call(s.buyer),
    "replaceEvent": lambda s: Call(s.seller, event()),
    "updateEvent": lambda s: Call(s.seller, {"venue": {"city": "Oakland"}}),
    "cancelEvent": lambda s: Call(s.seller),
    "createTicket": lambda s: Call(s.seller, ticket(event_id=s.event["id"])),
    "listTickets": lambda s: Call(s.buyer),
    "getTicket": lambda s: Call(s.buyer),
    "replaceTicket": lambda s: Call(s.seller, ticket(event_id=s.event["id"])),
    "updateTicket": lambda s: Call(s.seller, {"title": "Balcony"}),
    "deleteTicket": lambda s: Call(s.seller),
    # orders
    "createOrder": lambda s: Call(s.buyer, _order(s)),
    "listOrders": lambda s: Call(s.buyer),
    "getOrder": lambda s: Call(s.buyer),
    "updateOrder": lambda s: Call(s.buyer, {"contact": CONTACT}),
    "cancelOrder": lambda s: Call(s.buyer),
    "listSales": lambda s: Call(s.seller),
    "summarizeSales": lambda s: Call(s.seller),
    # payments
    "createPayment": lambda s: Call(s.buyer, payment_of(s.order)),
    "confirmPayment": lambda s: Call(s.buyer),
    "refundPayment": lambda s: Call(s.seller, {"amount": 1, "restock": True}),
    "listPayments": lambda s: Call(s.buyer),
    "getPayment": lambda s: Call(s.buyer),
    "getPaymentsConfig": lambda s: Call(s.buyer),
    "receiveWebhook": lambda s: Call(s.stage.person()),
}


def _new_account() -> Json:
    return {"email": f"{uuid4().hex}@example.com", "password": PASSWORD, "name": "Ada"}


def _account(person: Person) -> Json:
    return {"email": person.email, "password": PASSWORD}


def _order(scenery: Scenery) -> Json:
    price = {"expected_total": scenery.ticket["price"], "contact": CONTACT}
    return {**order_of(scenery.ticket), **price}
