"""Holds are taken in batches: one transaction decides all that arrived together.

Keys are claimed first, then stock is locked, each in its order; what is refused gives
its key back in the same transaction. A request whose stock is locked by another
process is put off, to wait in its event's lane while others go on.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError

from common import faults
from common.batcher import BATCH, Batcher, Later
from common.database import Database, Transaction
from common.errors import KeyInProgress, KeyReused, ServiceError
from common.idempotency import Kept, Keyed, claim_many, release_many
from orders import reservations
from orders.book import Book, Draft, Request
from orders.errors import AllHeld, SoldOut
from orders.gone import Gone

_MADE = 201


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and the key that makes it safe to repeat."""

    request: Request
    keyed: Keyed | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The order of a request; `draft` when it was made just now."""

    order_id: UUID
    draft: Draft | None = None

    @property
    def replayed(self) -> bool:
        return self.draft is None


Outcome = Held | Exception | Later


class Holds:
    """Takes holds for everybody who asks at once, `batch` at most in one commit."""

    def __init__(
        self,
        database: Database,
        *,
        hold: timedelta,
        livemode: bool = False,
        batch: int = BATCH,
    ) -> None:
        self._database = database
        self._hold = hold
        self._livemode = livemode
        self._alone = batch == 1
        self._gone = Gone()
        self._batcher = Batcher[Asked, Held](
            self.decide, lane_of=_lane, again_alone=_of_one, batch=batch
        )

    async def take(self, request: Request, keyed: Keyed | None = None) -> Held:
        if keyed is None:
            self._gone.refuse(request)
        asked = Asked(request, keyed)
        if self._alone:
            return await self._take_alone(asked)
        return await self._batcher.submit(asked)

    def given_back(self, tickets: Iterable[UUID]) -> None:
        """Units of these are free again: what is remembered of them is wrong."""
        self._gone.forget(tickets)

    async def _take_alone(self, asked: Asked) -> Held:
        """One transaction for one request: what the benchmark compares with."""
        [outcome] = await self.decide([asked], wait=True)
        assert not isinstance(outcome, Later)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def decide(self, batch: Sequence[Asked], *, wait: bool) -> Sequence[Outcome]:
        """Decide a batch in arrival order, in one transaction."""
        round_ = Round(batch)
        async with self._database.transaction() as tx:
            round_.answer_known(await claim_many(tx, round_.keys(), status=_MADE))
            asked = [a.request for a in round_.undecided()]
            if asked:
                await self._allot(tx, round_, asked, wait=wait)
            await release_many(tx, round_.keys_to_free())
        if round_.book is not None:
            self._gone.note(round_.book, round_.missed())
        return round_.outcomes()

    async def _allot(
        self, tx: Transaction, round_: "Round", asked: Sequence[Request], *, wait: bool
    ) -> None:
        tickets = {item.ticket_id for request in asked for item in request.items}
        locked = await reservations.lock_stocks(tx, tickets, wait=wait)
        round_.put_off(locked.taken)
        ready = [a.request for a in round_.undecided()]
        if not ready:
            return
        book = await reservations.open_book(tx, ready, locked, hold=self._hold)
        drafts = round_.decide(book)
        if drafts:
            await reservations.write(tx, drafts, book, livemode=self._livemode)
            faults.reach("holds.written")


class Round:
    """One batch on its way to outcomes. Equal keys of a batch fold into the first."""

    def __init__(self, batch: Sequence[Asked]) -> None:
        self._batch = batch
        #: What it was decided by, as it stands after the last request.
        self.book: Book | None = None
        self._outcomes: dict[UUID, Outcome] = {}
        self._first: dict[tuple[UUID, str, str], Asked] = {}
        for asked in batch:
            if asked.keyed is not None:
                self._first.setdefault(_place(asked.keyed), asked)

    def keys(self) -> dict[Keyed, UUID]:
        """What to claim: each key once, with the order it would make."""
        return {
            asked.keyed: asked.request.id
            for asked in self._first.values()
            if asked.keyed is not None
        }

    def answer_known(self, known: dict[Keyed, Kept | ServiceError]) -> None:
        for asked in self._first.values():
            answer = known.get(asked.keyed) if asked.keyed else None
            if isinstance(answer, Kept):
                self._outcomes[asked.request.id] = Held(answer.thing_id)
            elif answer is not None:
                self._outcomes[asked.request.id] = answer
        self._known = set(self._outcomes)

    def undecided(self) -> list[Asked]:
        return [
            asked
            for asked in self._batch
            if self._leads(asked) and asked.request.id not in self._outcomes
        ]

    def put_off(self, taken: Collection[UUID]) -> None:
        for asked in self.undecided():
            if any(item.ticket_id in taken for item in asked.request.items):
                self._outcomes[asked.request.id] = Later()

    def decide(self, book: Book) -> list[Draft]:
        """Let each request take from the book; the orders to write."""
        self.book = book
        drafts: list[Draft] = []
        for asked in self.undecided():
            try:
                draft = book.take(asked.request)
            except ServiceError as refusal:
                self._outcomes[asked.request.id] = refusal
            else:
                self._outcomes[asked.request.id] = Held(draft.id, draft)
                drafts.append(draft)
        return drafts

    def missed(self) -> set[UUID]:
        """Tickets of which somebody did not get what they asked for."""
        return {
            item.ticket_id
            for asked in self._batch
            if isinstance(self._outcomes.get(asked.request.id), (SoldOut, AllHeld))
            for item in asked.request.items
        }

    def keys_to_free(self) -> list[Keyed]:
        """Keys claimed just now whose requests made no order."""
        return [
            asked.keyed
            for asked in self._first.values()
            if asked.keyed is not None
            and asked.request.id not in self._known
            and not isinstance(self._outcomes[asked.request.id], Held)
        ]

    def outcomes(self) -> list[Outcome]:
        return [self._outcome(asked) for asked in self._batch]

    def _leads(self, asked: Asked) -> bool:
        return asked.keyed is None or self._first[_place(asked.keyed)] is asked

    def _outcome(self, asked: Asked) -> Outcome:
        if asked.keyed is None or self._leads(asked):
            return self._outcomes[asked.request.id]
        first = self._first[_place(asked.keyed)]
        assert first.keyed is not None
        if first.keyed.fingerprint != asked.keyed.fingerprint:
            return KeyReused()
        answer = self._outcomes[first.request.id]
        return Held(answer.order_id) if isinstance(answer, Held) else answer


def _place(keyed: Keyed) -> tuple[UUID, str, str]:
    return keyed.user_id, keyed.route, keyed.key


def _lane(asked: Asked) -> Hashable:
    """Requests that draw on the same stock wait together: an event's, or a ticket's."""
    return asked.request.event_id or asked.request.items[0].ticket_id


def _of_one(error: Exception) -> bool:
    """What one request may have caused is no fault of its neighbours.

    A batch that failed on data, in a deadlock, or because a key of it is at work
    elsewhere, is run again one by one.
    """
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    caused = isinstance(error, (DataError, IntegrityError, KeyInProgress))
    return caused or state == "40P01"
