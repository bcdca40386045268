"""Errands that bring a process to a point where nothing else would take it.

Each may be cut short by the fault it runs into; then it is simply begun again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx

from common.testing.waiting import eventually
from system_kit.people import CHALLENGED, Json, Person, Refused, ticket
from system_kit.stage import Stage

Errand = Callable[[Stage], Awaitable[None]]

#: What people meet while processes die.
TROUBLE = (httpx.TransportError, Refused, AssertionError)
#: Seconds from one try to the next: whoever died is on its way back.
AGAIN = 0.1


async def run_until(
    stage: Stage, done: Callable[[], bool], *errands: Errand, limit: float
) -> None:
    """Run errands side by side, each again and again, until something is so."""
    running = [asyncio.create_task(_repeat(stage, errand)) for errand in errands]
    try:
        await eventually(done, limit=limit)
    finally:
        for errand in running:
            errand.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _repeat(stage: Stage, errand: Errand) -> None:
    while True:
        with suppress(*TROUBLE):
            await errand(stage)
        await asyncio.sleep(AGAIN)


async def sign_out(stage: Stage) -> None:
    """Auth says SessionRevoked."""
    guest = await stage.guest()
    await guest.sign_out()


async def offer(stage: Stage) -> None:
    """Tickets says TicketCreated."""
    seller = await stage.member()
    body = ticket(title=f"Seat {uuid4().hex[:6]}")
    await seller.ask("POST", "/api/tickets", 201, json=body)


async def supersede(stage: Stage) -> None:
    """Pay while an earlier payment waits at the bank: the request voids that one."""
    guest, order = await _held(stage)
    await guest.pay(order, CHALLENGED)
    await guest.pay(order)


async def pay_too_late(stage: Stage) -> None:
    """Approve a payment of a cancelled order: it is refused, and work voids it."""
    guest, payment = await _challenged_and_cancelled(stage)
    await guest.answer_bank(payment, "approve")
    await guest.confirm(payment)


async def capture_by_hand(stage: Stage) -> None:
    """Somebody at the provider takes money that is then refused: it goes back."""
    guest, payment = await _challenged_and_cancelled(stage)
    await guest.answer_bank(payment, "approve")
    provider = stage.person(at="test-provider")
    found = await provider.ask("GET", "/payments", params={"reference": payment["id"]})
    amount = {"amount": payment["amount"]}
    await provider.ask("POST", f"/payments/{found['id']}/capture", json=amount)
    await guest.confirm(payment)


async def give_back(stage: Stage) -> None:
    """A seller gives a part of an order's money back, then the rest."""
    seller, payment = await _sold(stage)
    await seller.refund(payment, amount=1)
    await seller.refund(payment)


async def call_off(stage: Stage) -> None:
    """A seller cancels an event: work gives back what was paid."""
    seller = await stage.member()
    announced = await seller.announce()
    await _sold(stage, seller, event_id=announced["id"])
    await seller.ask("POST", f"/api/events/{announced['id']}/cancel", 200)


async def _sold(
    stage: Stage, seller: Person | None = None, **changes: Any
) -> tuple[Person, Json]:
    """A seller, and a payment that was captured."""
    seller = seller or await stage.member()
    guest = await stage.guest()
    order = await guest.order(await seller.offer(quantity=1, **changes))
    payment = await guest.pay(order)
    return seller, await guest.captured(payment)


async def _held(stage: Stage) -> tuple[Person, Json]:
    seller = await stage.member()
    offered = await seller.offer(quantity=1)
    guest = await stage.guest()
    return guest, await guest.order(offered)


async def _challenged_and_cancelled(stage: Stage) -> tuple[Person, Json]:
    guest, order = await _held(stage)
    payment = await guest.pay(order, CHALLENGED)
    await guest.cancel(order)
    return guest, payment
