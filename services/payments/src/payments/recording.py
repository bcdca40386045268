"""What came of calls to the provider, recorded for many payments in one commit."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from common import idempotency
from common.batcher import Batcher, Later
from common.clock import utcnow
from common.database import Database, Transaction, caused_by_one, transient
from common.errors import Busy
from common.idempotency import Kept, Keyed
from common.messages import Message
from common.observability import current_trace
from payments.domain import CALLS, Status
from payments.models import Payment
from payments.providers.interface import Answer
from payments.repository import Rows

log = structlog.get_logger()

PATH: Final = "/api/payments"
#: What keys are claimed under: whoever answers a request later names it again.
ROUTE: Final = f"POST {PATH}"
#: How long a buyer may leave the bank's page unanswered.
ACTION_LIFETIME: Final = timedelta(hours=1)
#: Seconds that a word may wait to be recorded: the call it tells of is over.
_AGE: Final = 30.0
#: Seconds for which a word is tried again, and between two tries.
_PATIENCE: Final = 5.0
_PAUSE: Final = 0.1
_CREATED: Final = 201
_DECLINED: Final = 402


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Word:
    """What was heard of a payment, which stood as `seen` when it was asked about."""

    seen: Payment
    #: None: nobody knows, or nothing was asked.
    answer: Answer | None = None
    #: The key of a call that is over and did not do what was asked.
    spent: str | None = None
    #: Why it ends before the provider has it.
    failure: str | None = None
    #: Whether the request that began it is answered for good, or may come again.
    tell: bool = True
    #: The provider said so unasked: what does not move the payment puts nothing off.
    unasked: bool = False
    trace: str | None = field(default_factory=current_trace)


class Records:
    """Writes down words as they come, all that came together in one transaction."""

    def __init__(self, database: Database, *, patience: timedelta, rows: Rows) -> None:
        self._database = database
        self._patience = patience
        self._rows = rows
        self._batcher = Batcher[Word, Payment](
            self._record,
            rows_of=lambda word: (word.seen.id,),
            again_alone=caused_by_one,
            age=_AGE,
        )

    async def write(self, word: Word) -> Payment:
        """The payment as it is now.

        Tried again for a while: what the word tells of has happened, and nobody else
        would tell it before the sweep.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + _PATIENCE
        while True:
            try:
                return await self._batcher.submit(word)
            except Exception as error:
                trouble = transient(error) or isinstance(error, Busy)
                if not trouble or loop.time() > ends:
                    raise
                log.warning("not_recorded_yet", error=repr(error))
            await asyncio.sleep(_PAUSE)

    async def _record(
        self, batch: Sequence[Word], *, wait: bool
    ) -> Sequence[Payment | Later]:
        async with self._database.transaction() as tx:
            wanted = {word.seen.id for word in batch}
            rows = self._rows(tx)
            locked = await rows.lock_all(wanted, wait=wait)
            payments = {payment.id: payment for payment in locked}
            moved = [
                (payments[word.seen.id], word)
                for word in batch
                if word.seen.id in payments
                and self._hear(tx, payments[word.seen.id], word)
            ]
            await _answer_requests(tx, moved)
            await rows.write(locked)
        return [payments.get(word.seen.id, Later(word.seen.id)) for word in batch]

    def _hear(self, tx: Transaction, payment: Payment, word: Word) -> bool:
        """Take the word; whether the request that waits for it can be answered."""
        before = payment.version
        if word.failure is not None:
            unmoved = payment.version == word.seen.version
            if payment.state is Status.PROCESSING and unmoved:
                payment.fail(word.failure, patience=self._patience)
            return True
        if word.answer is not None:
            said = payment.learn(word.answer, patience=self._patience)
            tx.say(*said, trace=word.trace)
        if word.unasked:
            return payment.version != before
        if payment.version == word.seen.version:
            tx.say(*self._leave(payment, word.spent), trace=word.trace)
        return True

    def _leave(self, payment: Payment, spent: str | None) -> list[Message]:
        """What nobody moved is looked after later."""
        if spent == payment.call_key and payment.state in CALLS:
            payment.renew_key()
        abandoned = utcnow() - payment.created_at > ACTION_LIFETIME
        if payment.state is Status.REQUIRES_ACTION and abandoned:
            payment.give_up(patience=self._patience)
            return []
        return payment.put_off(patience=self._patience)


async def _answer_requests(
    tx: Transaction, heard: Iterable[tuple[Payment, Word]]
) -> None:
    """Keep the answers of the requests that began these, were they to come again.

    Done with the outcome itself, so that a request whose process died is answered too.
    """
    kept: dict[Keyed, Kept] = {}
    free: list[Keyed] = []
    for payment, word in heard:
        if (request := payment.take_request(ROUTE)) is None:
            continue
        if word.tell:
            status = _DECLINED if payment.state is Status.FAILED else _CREATED
            kept[request] = Kept(status, payment.id)
        else:
            free.append(request)
    await idempotency.keep_many(tx, kept, free=free)
