"""Holds are taken in batches: one transaction decides all that arrived together.

Keys are claimed first, then stock is locked, each in its order; what is refused gives
its key back in the same transaction. A request whose stock is locked by another
process is put off, to wait in its event's lane while others go on. Which event that is
the tickets say: what a request says of it is not believed before it is decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from common import faults
from common.batcher import BATCH, Batcher, Later
from common.database import Database, Transaction, caused_by_one
from common.errors import KeyReused, ServiceError
from common.idempotency import Kept, Keyed, claim_many, release_many
from orders import reservations
from orders.book import Book, Draft, Request
from orders.errors import AllHeld, SoldOut
from orders.gone import Gone

_MADE = 201


class Asked(msgspec.Struct, frozen=True):
    """A request, and the key that makes it safe to repeat."""

    request: Request
    keyed: Keyed | None = None


class Held(msgspec.Struct, frozen=True):
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
            self.decide, rows_of=_tickets, again_alone=caused_by_one, batch=batch
        )

    async def take(self, request: Request, keyed: Keyed | None = None) -> Held:
        if keyed is None:
            self._gone.refuse(request)
        asked = Asked(request, keyed)
        if self._alone:
            return await self._take_alone(asked)
        return await self._batcher.submit(asked)

    @property
    def pressed(self) -> bool:
        """Whether whoever asks now would wait too long."""
        return self._batcher.pressed

    @property
    def lanes(self) -> bool:
        """Whether any event has a lane, so that its lane decides who would."""
        return self._batcher.lanes

    def pressed_at(self, event_id: UUID | None) -> bool:
        """Whether whoever asks for tickets of that event would."""
        return self._batcher.pressed_in(event_id)

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
            if asked := round_.undecided():
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
        if locked.taken:
            round_.put_off(await reservations.places(tx, locked.taken))
        ready = round_.undecided()
        if not ready:
            return
        book = await reservations.open_book(tx, ready, locked, hold=self._hold)
        drafts = round_.decide(book)
        if drafts:
            await reservations.write(tx, drafts, book, livemode=self._livemode)
            faults.reach("holds.written")


class Seat(msgspec.Struct, eq=False):
    """A request in its batch, and what becomes of it."""

    asked: Asked
    #: The first of the same key in this batch, be it itself.
    first: "Seat | None" = None
    outcome: Outcome | None = None
    #: Whether its key was answered before this batch.
    known: bool = False

    @property
    def leads(self) -> bool:
        return self.first is None or self.first is self

    def outcome_of_first(self) -> Outcome:
        """What the request of the same key is told, told to this one."""
        assert self.first is not None
        first, own = self.first.asked.keyed, self.asked.keyed
        assert first is not None
        assert own is not None
        if first.fingerprint != own.fingerprint:
            return KeyReused()
        answer = self.first.answered()
        return Held(answer.order_id) if isinstance(answer, Held) else answer

    def answered(self) -> Outcome:
        assert self.outcome is not None
        return self.outcome


class Round:
    """One batch on its way to outcomes. Equal keys of a batch fold into the first."""

    def __init__(self, batch: Sequence[Asked]) -> None:
        #: What it was decided by, as it stands after the last request.
        self.book: Book | None = None
        self._seats = [Seat(asked) for asked in batch]
        first: dict[tuple[UUID, str, str], Seat] = {}
        for seat in self._seats:
            if seat.asked.keyed is not None:
                seat.first = first.setdefault(_place(seat.asked.keyed), seat)
        self._leading = [seat for seat in self._seats if seat.leads]

    def keys(self) -> dict[Keyed, UUID]:
        """What to claim: each key once, with the order it would make."""
        return {
            seat.asked.keyed: seat.asked.request.id
            for seat in self._leading
            if seat.asked.keyed is not None
        }

    def answer_known(self, known: dict[Keyed, Kept | ServiceError]) -> None:
        for seat in self._leading if known else ():
            answer = known.get(seat.asked.keyed) if seat.asked.keyed else None
            if answer is not None:
                kept = isinstance(answer, Kept)
                seat.outcome = Held(answer.thing_id) if kept else answer
                seat.known = True

    def undecided(self) -> list[Request]:
        return [seat.asked.request for seat in self._open()]

    def put_off(self, taken: Mapping[UUID, UUID]) -> None:
        """Tickets that somebody else has in hand, and where they are on offer."""
        for seat in self._open():
            for item in seat.asked.request.items:
                if place := taken.get(item.ticket_id):
                    seat.outcome = Later(item.ticket_id, lane=place)
                    break

    def decide(self, book: Book) -> list[Draft]:
        """Let each request take from the book; the orders to write."""
        self.book = book
        drafts: list[Draft] = []
        for seat in self._open():
            try:
                draft = book.take(seat.asked.request)
            except ServiceError as refusal:
                seat.outcome = refusal
            else:
                seat.outcome = Held(draft.id, draft)
                drafts.append(draft)
        return drafts

    def missed(self) -> set[UUID]:
        """Tickets of which somebody did not get what they asked for."""
        return {
            item.ticket_id
            for seat in self._leading
            if isinstance(seat.outcome, (SoldOut, AllHeld))
            for item in seat.asked.request.items
        }

    def keys_to_free(self) -> list[Keyed]:
        """Keys claimed just now whose requests made no order."""
        return [
            seat.asked.keyed
            for seat in self._leading
            if seat.asked.keyed is not None
            and not seat.known
            and not isinstance(seat.outcome, Held)
        ]

    def outcomes(self) -> list[Outcome]:
        return [
            seat.answered() if seat.leads else seat.outcome_of_first()
            for seat in self._seats
        ]

    def _open(self) -> list[Seat]:
        return [seat for seat in self._leading if seat.outcome is None]


def _place(keyed: Keyed) -> tuple[UUID, str, str]:
    return keyed.user_id, keyed.route, keyed.key


def _tickets(asked: Asked) -> Iterable[UUID]:
    return [item.ticket_id for item in asked.request.items]
