"""A day's payments, here and in the provider's books: they must say the same."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, CollectionAggregate, Uuid, any_, literal, select, update

from common.clock import utcnow
from common.database import Database
from common.ids import first_id
from payments.domain import SETTLED, UNFINISHED, Standing, Status
from payments.models import Payment
from payments.providers.interface import Provider, Recorded

#: Payments read in one statement.
PAGE = 1000
#: Both sides write the time themselves: around midnight they differ.
_MARGIN: Final = timedelta(minutes=10)
#: What is under way may stand differently; so old, it should be over.
_UNDER_WAY: Final = timedelta(hours=2)
_UNPAID: Final = frozenset({Standing.VOIDED, Standing.DECLINED, Standing.PROCESSING})
_STANDINGS: Final[Mapping[Status, frozenset[Standing]]] = {
    Status.FAILED: _UNPAID,
    Status.VOIDED: _UNPAID,
    Status.CAPTURED: frozenset({Standing.CAPTURED}),
    Status.REFUNDED: frozenset({Standing.REFUNDED}),
}
_OVER: Final = frozenset({Status.VOIDED, Status.FAILED})
_NOT_OVER: Final = UNFINISHED | {Standing.CAPTURED}
_TAKEN: Final = frozenset({Status.CAPTURED, Status.REFUNDED})


@dataclass(frozen=True, slots=True)
class Kept:
    """What is compared of a payment as it is here; named as its columns are."""

    id: UUID
    version: int
    status: str
    amount: int
    amount_refunded: int
    currency: str
    reference: str | None
    created_at: datetime

    @property
    def state(self) -> Status:
        return Status(self.status)


_KEPT: Final = [getattr(Payment, field.name) for field in fields(Kept)]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not the same here and there."""

    payment_id: UUID | None
    reference: str | None
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    day: date
    compared: int
    differences: Sequence[Difference]


class Reconciliation:
    """Compares; it moves nothing, but has looked at again what is not over there."""

    def __init__(self, database: Database, provider: Provider) -> None:
        self._database = database
        self._provider = provider

    async def run(self, day: date) -> Report:
        """Compare the payments that began on a day, in UTC."""
        since = datetime.combine(day, time(), UTC)
        until = since + timedelta(days=1)
        before = {each.id: each.version async for each in self._begun(since, until)}
        since, until = since - _MARGIN, until + _MARGIN
        theirs = {
            recorded.payment_id: recorded
            async for recorded in self._provider.statement(since, until)
            if recorded.payment_id is not None
        }
        known, asked = set[UUID](), list[Kept]()
        async for payment in self._begun(since, until):
            known.add(payment.id)
            # What moved while their books were read is under way.
            if before.get(payment.id) == payment.version:
                asked.append(payment)
        found = [*_differences(asked, theirs), *await self._unknown(theirs, known)]
        await self._look_again(p.id for p in asked if _goes_on(p, theirs.get(p.id)))
        return Report(day, len(asked), found)

    async def _begun(self, since: datetime, until: datetime) -> AsyncIterator[Kept]:
        """Ours of that time, which their ids tell, by the primary key."""
        after, end = first_id(since), first_id(until)
        query = select(*_KEPT).where(Payment.provider == self._provider.name)
        query = query.order_by(Payment.id).limit(PAGE)
        while True:
            page = query.where(Payment.id > after, Payment.id < end)
            async with self._database.transaction() as tx:
                rows = (await tx.session.execute(page)).all()
            for row in rows:
                yield Kept(*row)
            if len(rows) < PAGE:
                return
            after = rows[-1].id

    async def _look_again(self, payment_ids: Iterable[UUID]) -> None:
        """The sweep calls off what is open there, and gives back what was taken."""
        wanted = Payment.id == _among(payment_ids), Payment.status.in_(_OVER)
        async with self._database.transaction() as tx:
            await tx.session.execute(
                update(Payment).where(*wanted).values(due_at=utcnow())
            )

    async def _unknown(
        self, theirs: Mapping[UUID, Recorded], known: set[UUID]
    ) -> list[Difference]:
        """What they have and we do not, at whatever time it began here."""
        wanted = theirs.keys() - known
        query = select(Payment.id).where(Payment.id == _among(wanted))
        async with self._database.transaction() as tx:
            elsewhere = set(await tx.session.scalars(query))
        return [
            Difference(each, theirs[each].reference, "is not known here")
            for each in sorted(wanted - elsewhere)
        ]


def _among(ids: Iterable[UUID]) -> CollectionAggregate[bool]:
    """One array, not a parameter each: there may be a day's."""
    return any_(literal(sorted(ids), ARRAY(Uuid)))


def _differences(
    payments: Iterable[Kept], theirs: Mapping[UUID, Recorded]
) -> Iterator[Difference]:
    for payment in payments:
        for what in _wrong(payment, theirs.get(payment.id)):
            yield Difference(payment.id, payment.reference, what)


def _goes_on(payment: Kept, recorded: Recorded | None) -> bool:
    """Whether it is over here and not there."""
    ended = payment.state in _OVER
    return ended and recorded is not None and recorded.standing in _NOT_OVER


def _wrong(payment: Kept, recorded: Recorded | None) -> Iterator[str]:
    if payment.state not in SETTLED:
        if utcnow() - payment.created_at > _UNDER_WAY:
            yield f"is still {payment.status}"
        return
    if recorded is None:
        if payment.reference is not None:
            yield f"is {payment.status} here and not known there"
        return
    if recorded.standing not in _STANDINGS[payment.state]:
        again = ", and looked at again" if _goes_on(payment, recorded) else ""
        yield f"is {payment.status} here and {recorded.standing} there{again}"
    yield from _sums(payment, recorded)


def _sums(payment: Kept, recorded: Recorded) -> Iterator[str]:
    taken = payment.amount if payment.state in _TAKEN else 0
    given_back = payment.amount_refunded
    for name, here, there in (
        ("amount", payment.amount, recorded.amount),
        ("currency", payment.currency, recorded.currency),
        ("captured", taken, recorded.amount_captured),
        ("refunded", given_back, recorded.amount_refunded),
    ):
        if here != there:
            yield f"{name} {here} here and {there} there"
