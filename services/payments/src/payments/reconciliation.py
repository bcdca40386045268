"""A day's payments, here and in the provider's books: they must say the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from common.clock import utcnow
from common.database import Database
from payments.domain import SETTLED, UNFINISHED, Standing, Status
from payments.models import Payment
from payments.providers.interface import Provider, Recorded

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
        before = await self._versions(since, until)
        theirs = {
            recorded.payment_id: recorded
            async for recorded in self._provider.statement(
                since - _MARGIN, until + _MARGIN
            )
            if recorded.payment_id is not None
        }
        ours = await self._ours(since - _MARGIN, until + _MARGIN)
        asked = [p for p in ours if before.get(p.id) == p.version]
        missing = await self._unknown(theirs, {payment.id for payment in ours})
        found = [*_differences(asked, theirs), *missing]
        await self._look_again(p.id for p in asked if _goes_on(p, theirs.get(p.id)))
        return Report(day, len(asked), found)

    async def _versions(self, since: datetime, until: datetime) -> dict[UUID, int]:
        """What moves while their books are read is under way: it is not compared."""
        query = select(Payment.id, Payment.version).where(*self._begun(since, until))
        async with self._database.transaction() as tx:
            return {row.id: row.version for row in await tx.session.execute(query)}

    def _begun(
        self, since: datetime, until: datetime
    ) -> tuple[ColumnElement[bool], ...]:
        begun = Payment.created_at
        ours = Payment.provider == self._provider.name
        return ours, begun >= since, begun < until

    async def _ours(self, since: datetime, until: datetime) -> Sequence[Payment]:
        query = select(Payment).where(*self._begun(since, until)).order_by(Payment.id)
        async with self._database.transaction() as tx:
            return (await tx.session.scalars(query)).all()

    async def _look_again(self, payment_ids: Iterable[UUID]) -> None:
        """The sweep calls off what is open there, and gives back what was taken."""
        wanted = Payment.id.in_(sorted(payment_ids)), Payment.status.in_(_OVER)
        async with self._database.transaction() as tx:
            await tx.session.execute(
                update(Payment).where(*wanted).values(due_at=utcnow())
            )

    async def _unknown(
        self, theirs: Mapping[UUID, Recorded], known: set[UUID]
    ) -> list[Difference]:
        """What they have and we do not, at whatever time it began here."""
        wanted = theirs.keys() - known
        query = select(Payment.id).where(Payment.id.in_(sorted(wanted)))
        async with self._database.transaction() as tx:
            elsewhere = set(await tx.session.scalars(query))
        return [
            Difference(each, theirs[each].reference, "is not known here")
            for each in sorted(wanted - elsewhere)
        ]


def _differences(
    payments: Iterable[Payment], theirs: Mapping[UUID, Recorded]
) -> Iterator[Difference]:
    for payment in payments:
        for what in _wrong(payment, theirs.get(payment.id)):
            yield Difference(payment.id, payment.reference, what)


def _goes_on(payment: Payment, recorded: Recorded | None) -> bool:
    """Whether it is over here and not there."""
    ended = payment.state in _OVER
    return ended and recorded is not None and recorded.standing in _NOT_OVER


def _wrong(payment: Payment, recorded: Recorded | None) -> Iterator[str]:
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


def _sums(payment: Payment, recorded: Recorded) -> Iterator[str]:
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
