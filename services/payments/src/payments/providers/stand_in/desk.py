"""Where calls arrive: keys are honoured, faults are shown, the bank's rules decide."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import msgspec

from payments.providers.stand_in import bank
from payments.providers.stand_in.bank import Refusal
from payments.providers.stand_in.books import Account, Books, Kept
from payments.providers.stand_in.faults import Faults, is_fault
from payments.providers.stand_in.ledger import Ledger
from payments.providers.stand_in.wire import (
    AuthorizeBody,
    FaultBody,
    Operation,
    RefusalBody,
    Reply,
)

_encode: Final = msgspec.json.Encoder().encode
_DECLINED: Final = 402
_NOT_FOUND: Final = 404
_BROKEN: Final = RefusalBody("api_error", "something went wrong here")
_IN_USE: Final = RefusalBody("idempotency_key_in_use", "this key is still at work")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that acts, under its caller's idempotency key."""

    operation: Operation
    key: str | None
    #: Everything the caller said; the same key must come with the same.
    said: bytes
    fault: FaultBody | None

    @property
    def fingerprint(self) -> bytes:
        return hashlib.sha256(self.operation.encode() + b"\n" + self.said).digest()


class Desk:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.faults = Faults()
        #: Keys whose call has not been answered yet.
        self.at_work: set[str] = set()
        self._seen: set[str] = set()

    async def authorize(self, wanted: AuthorizeBody, key: str | None) -> Reply:
        try:
            card = bank.card_of(wanted.token)
        except Refusal as refusal:  # never kept: nothing began
            return refused(refusal)
        fresh = key not in self._seen
        fault = self.faults.meet("authorize", wanted.reference, card if fresh else None)
        if is_fault(fault, "decline"):
            card = replace(card, challenged=False, decline_code="generic_decline")
        elif is_fault(fault, "action"):
            card = replace(card, challenged=True)
        asked = Asked("authorize", key, _encode(wanted), fault)
        return await self._act(asked, lambda books: bank.authorize(books, wanted, card))

    async def change(
        self,
        operation: Operation,
        account_id: str,
        key: str | None,
        *,
        amount: int | None = None,
    ) -> Reply:
        try:
            fault = await self._fault(operation, account_id)
        except Refusal as refusal:
            return refused(refusal)
        asked = Asked(operation, key, _encode([account_id, amount]), fault)
        lapses = is_fault(fault, "decline")
        return await self._act(
            asked,
            lambda books: _change(books, operation, account_id, amount, lapses=lapses),
        )

    async def _fault(self, operation: Operation, account_id: str) -> FaultBody | None:
        """Whose call meets it may depend on whose payment it is."""
        if not self.faults.told:
            return None
        account = await self.ledger.transact(lambda b: bank.found(b, account_id))
        return self.faults.meet(operation, account.reference)

    async def look_up(
        self, *, account_id: str | None = None, reference: UUID | None = None
    ) -> Reply:
        def find(books: Books) -> Account:
            if account_id is not None:
                return bank.look_up(books, books.account(account_id))
            return bank.look_up(books, books.by_reference(reference or UUID(int=0)))

        fault = self.faults.meet("look_up", reference)
        asked = Asked("look_up", None, b"", fault)
        return await self._act(asked, find)

    async def _act(self, asked: Asked, act: Callable[[Books], Account]) -> Reply:
        if asked.key is None:
            return await self._perform(asked, act)
        if asked.key in self.at_work:
            return Reply(409, _encode(_IN_USE))
        self.at_work.add(asked.key)
        self._seen.add(asked.key)
        try:
            return await self._perform(asked, act)
        finally:
            self.at_work.discard(asked.key)

    async def _perform(self, asked: Asked, act: Callable[[Books], Account]) -> Reply:
        fault = asked.fault
        if fault and is_fault(fault, "slow"):
            await asyncio.sleep(fault.seconds)
        reply = await self.ledger.transact(lambda books: _once(books, asked, act))
        if fault and is_fault(fault, "time_out_after"):
            await asyncio.sleep(fault.seconds)
        return reply


def _once(books: Books, asked: Asked, act: Callable[[Books], Account]) -> Reply:
    """Act, or give the answer that this key got before, whatever it was."""
    kept = books.kept(asked.key) if asked.key else None
    if kept and kept.fingerprint != asked.fingerprint:
        detail = "this key came with other parameters before"
        return refused(Refusal(400, "idempotency_error", detail))
    if kept:
        return Reply(kept.status, kept.body)
    reply = _answer(books, asked.fault, act)
    if asked.key and reply.status != _NOT_FOUND:
        books.keep(asked.key, Kept(asked.fingerprint, reply.status, reply.body))
    return reply


def _answer(
    books: Books, fault: FaultBody | None, act: Callable[[Books], Account]
) -> Reply:
    if is_fault(fault, "error"):
        return Reply(500, _encode(_BROKEN))
    try:
        account = act(books)
    except Refusal as refusal:
        return refused(refusal)
    if is_fault(fault, "error_after"):
        return Reply(500, _encode(_BROKEN))
    return reply_of(account)


def reply_of(account: Account) -> Reply:
    body = bank.body_of(account)
    return Reply(_DECLINED if body.decline_code else 200, _encode(body))


def _change(
    books: Books,
    operation: Operation,
    account_id: str,
    amount: int | None,
    *,
    lapses: bool,
) -> Account:
    if lapses:
        bank.lapse(books, account_id)
    if operation == "capture":
        return bank.capture(books, account_id, amount or 0)
    if operation == "refund":
        return bank.refund(books, account_id, amount or 0)
    if operation == "void":
        return bank.void(books, account_id)
    return bank.confirm(books, account_id)


def refused(refusal: Refusal) -> Reply:
    return Reply(refusal.status, _encode(RefusalBody(refusal.code, refusal.detail)))
