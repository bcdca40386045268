"""Payments begin in batches: one transaction opens all that were asked for together.

Keys are claimed first, then the orders are locked, each in its order; what is refused
gives its key back in the same transaction. Nothing is asked of the provider here.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from common.batcher import Batcher, Later
from common.database import Database, Transaction, caused_by_one
from common.errors import Fault, Invalid, KeyInProgress, KeyReused, ServiceError
from common.idempotency import Kept, Keyed, claim_many, keep_many, release_many
from common.identity import Identity
from common.ids import new_id
from common.observability import current_trace
from payments.domain import admit
from payments.errors import OrderNotFound
from payments.models import Payment
from payments.providers.interface import Provider
from payments.repository import Rows
from payments.tables import OrderReplica

_CREATED: Final = 201
_NO_TOKEN: Final = Fault("no-token", "Is needed: this order costs something.")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Asked:
    """Who wants to pay which order, and the key that makes it safe to repeat."""

    order_id: UUID
    token: str | None
    identity: Identity
    keyed: Keyed | None
    payment_id: UUID = field(default_factory=new_id)
    trace: str | None = field(default_factory=current_trace)


class Superseded(Exception):
    """An earlier payment waits for its buyer: call it off first."""

    def __init__(self, payment_id: UUID) -> None:
        self.payment_id = payment_id
        super().__init__(str(payment_id))


Outcome = Payment | Kept | Exception | Later
#: Makes the payment of an order; raises what stands against it.
Open = Callable[[OrderReplica, Asked], Payment]


class Openings:
    """Opens payments for everybody who asks at once, in one commit."""

    def __init__(
        self, database: Database, provider: Provider, *, patience: timedelta, rows: Rows
    ) -> None:
        self._database = database
        self._provider = provider
        self._patience = patience
        self._rows = rows
        self._batcher = Batcher[Asked, Payment | Kept](
            self._open_all, rows_of=_orders, again_alone=caused_by_one
        )

    async def open(self, asked: Asked) -> Payment | Kept:
        """The payment, committed with the key of its first call, or a replay's answer.

        Raises OrderNotFound, what `admit` raises, `Invalid` and `Superseded`.
        """
        return await self._batcher.submit(asked)

    async def _open_all(
        self, batch: Sequence[Asked], *, wait: bool
    ) -> Sequence[Outcome]:
        async with self._database.transaction() as tx:
            rows = self._rows(tx)
            wanted = {asked.order_id for asked in batch}
            round_ = Round(batch, await rows.buyers_of(wanted))
            round_.answer_known(await claim_many(tx, round_.keys(), status=None))
            if wanted := {asked.order_id for asked in round_.undecided()}:
                orders = await rows.lock_orders(wanted, wait=wait)
                round_.put_off(orders)
                live = await rows.live_payments(order.order_id for order in orders)
                opened = round_.decide(orders, live, self._open_one)
                kept = self._take_free(tx, opened)
                await rows.insert(list(opened.values()))
                await keep_many(tx, kept)
            await release_many(tx, round_.keys_to_free())
        return round_.outcomes()

    def _open_one(self, order: OrderReplica, asked: Asked) -> Payment:
        if order.total and asked.token is None:
            raise Invalid.field("token", _NO_TOKEN)
        return Payment.of(
            order,
            payment_id=asked.payment_id,
            provider=self._provider.name,
            livemode=self._provider.livemode,
            token=asked.token if order.total else None,
            asked_by=asked.identity.user_id,
            request_key=asked.keyed.key if asked.keyed else None,
            patience=self._patience,
        )

    def _take_free(
        self, tx: Transaction, opened: Mapping[Asked, Payment]
    ) -> dict[Keyed, Kept]:
        """What costs nothing is authorized at once: no provider is asked."""
        kept: dict[Keyed, Kept] = {}
        for asked, payment in opened.items():
            if payment.free:
                tx.say(*payment.learn_free(patience=self._patience), trace=asked.trace)
                payment.request_key = None
                if asked.keyed:
                    kept[asked.keyed] = Kept(_CREATED, payment.id)
        return kept


class Round:
    """One batch on its way to outcomes."""

    def __init__(self, batch: Sequence[Asked], buyers: Mapping[UUID, UUID]) -> None:
        self._batch = batch
        self._outcomes: dict[Asked, Outcome] = {}
        self._claimed: dict[Keyed, Asked] = {}
        first: dict[Hashable, Keyed] = {}
        for asked in batch:
            if buyers.get(asked.order_id) not in asked.identity.owners:
                self._outcomes[asked] = OrderNotFound()
            elif asked.keyed is not None:
                self._lead(asked, asked.keyed, first)

    def _lead(self, asked: Asked, keyed: Keyed, first: dict[Hashable, Keyed]) -> None:
        """Of equal keys the first is at work; the others come too early."""
        leader = first.setdefault((keyed.user_id, keyed.route, keyed.key), keyed)
        if leader is keyed:
            self._claimed[keyed] = asked
        else:
            same = leader.fingerprint == keyed.fingerprint
            self._outcomes[asked] = KeyInProgress() if same else KeyReused()

    def keys(self) -> dict[Keyed, UUID]:
        """What to claim: each key once, with the payment it would make."""
        return {keyed: asked.payment_id for keyed, asked in self._claimed.items()}

    def answer_known(self, known: Mapping[Keyed, Kept | ServiceError]) -> None:
        for keyed, answer in known.items():
            self._outcomes[self._claimed.pop(keyed)] = answer

    def undecided(self) -> list[Asked]:
        return [asked for asked in self._batch if asked not in self._outcomes]

    def put_off(self, orders: Iterable[OrderReplica]) -> None:
        """Replicas are never deleted: what is missing is somebody else's just now."""
        locked = {order.order_id for order in orders}
        for asked in self.undecided():
            if asked.order_id not in locked:
                self._outcomes[asked] = Later(asked.order_id)

    def decide(
        self, orders: Iterable[OrderReplica], live: dict[UUID, Payment], open_one: Open
    ) -> dict[Asked, Payment]:
        """Open in arrival order what may be; who comes second sees who came first."""
        by_id = {order.order_id: order for order in orders}
        opened: dict[Asked, Payment] = {}
        for asked in self.undecided():
            order = by_id[asked.order_id]
            try:
                _admit(order, live.get(order.order_id))
                payment = open_one(order, asked)
            except (ServiceError, Superseded) as refusal:
                self._outcomes[asked] = refusal
            else:
                self._outcomes[asked] = payment
                live[order.order_id] = opened[asked] = payment
        return opened

    def keys_to_free(self) -> list[Keyed]:
        """Keys claimed just now whose requests opened nothing."""
        return [
            keyed
            for keyed, asked in self._claimed.items()
            if not isinstance(self._outcomes[asked], Payment)
        ]

    def outcomes(self) -> list[Outcome]:
        return [self._outcomes[asked] for asked in self._batch]


def _admit(order: OrderReplica, live: Payment | None) -> None:
    admit(order.status, order.reason, live.shown if live else None)
    if live is not None:
        raise Superseded(live.id)


def _orders(asked: Asked) -> tuple[UUID]:
    return (asked.order_id,)
