"""Tables of payments. Verbs change a payment; nothing else assigns a status."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from common.messages import (
    Message,
    PaymentCaptured,
    PaymentCreated,
    PaymentFailed,
    PaymentRefunded,
)
from common.tables import CLOCK, service_metadata
from payments.domain import (
    CALLS,
    FREE,
    LIVE,
    SETTLED,
    Call,
    News,
    Status,
    Step,
    Verdict,
    learn,
    move,
    obey,
    retry_after,
    shown,
)
from payments.providers.interface import Answer

#: The provider of orders that cost nothing.
NO_PROVIDER: Final = "none"

_STATUSES: Final = ", ".join(f"'{status}'" for status in Status)
_LIVE: Final = ", ".join(f"'{status}'" for status in sorted(LIVE))


class Base(DeclarativeBase):
    metadata: ClassVar[MetaData] = service_metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        int: BigInteger,
        str: Text,
        UUID: Uuid,
    }


class OrderReplica(Base):
    """An order as orders said it last: who owes what, and whether it may be paid."""

    __tablename__ = "order_replicas"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    buyer_id: Mapped[UUID]
    status: Mapped[str]
    reason: Mapped[str | None]
    total: Mapped[int]
    currency: Mapped[str]


class Payment(Base):
    """One attempt to pay an order."""

    __tablename__ = "payments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order_replicas.order_id"))
    buyer_id: Mapped[UUID]
    version: Mapped[int]
    status: Mapped[str]
    #: What orders decided; kept while a call is under way, obeyed once it rests.
    verdict: Mapped[str | None]
    amount: Mapped[int]
    amount_refunded: Mapped[int]
    currency: Mapped[str]
    #: Who moves the money, and whether it is money.
    provider: Mapped[str]
    livemode: Mapped[bool]
    #: The provider's own id of it, once it is known.
    reference: Mapped[str | None]
    #: Idempotency key of the call under way, committed before the call.
    call_key: Mapped[str]
    #: Kept while it is processing, to ask again with what was asked before.
    token: Mapped[str | None]
    next_action: Mapped[dict[str, Any] | None]
    decline_code: Mapped[str | None]
    was_authorized: Mapped[bool]
    #: Whose request, under which `Idempotency-Key`, awaits the outcome.
    asked_by: Mapped[UUID]
    request_key: Mapped[str | None]
    #: How often the present state was looked after, and when it is again.
    tries: Mapped[int]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=CLOCK)

    __table_args__ = (
        # At most one payment of an order is live: money is taken once.
        Index(
            "payments_live_idx",
            "order_id",
            unique=True,
            postgresql_where=text(f"status IN ({_LIVE})"),
        ),
        Index("payments_order_id_idx", "order_id"),
        Index("payments_buyer_id_idx", "buyer_id", "id"),
        Index(
            "payments_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")
        ),
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        CheckConstraint("verdict IN ('accepted', 'refused')", name="verdict"),
        CheckConstraint(
            "amount >= 0 AND amount_refunded BETWEEN 0 AND amount", name="amount"
        ),
    )

    @classmethod
    def of(
        cls,
        order: OrderReplica,
        *,
        payment_id: UUID,
        provider: str,
        livemode: bool,
        token: str | None,
        asked_by: UUID,
        request_key: str | None,
        patience: timedelta,
    ) -> "Payment":
        return cls(
            id=payment_id,
            order_id=order.order_id,
            buyer_id=order.buyer_id,
            version=1,
            status=Status.PROCESSING.value,
            verdict=None,
            amount=order.total,
            amount_refunded=0,
            currency=order.currency,
            provider=provider if order.total else NO_PROVIDER,
            livemode=livemode,
            reference=None,
            call_key=f"{Call.AUTHORIZE}:{payment_id}:1",
            token=token,
            next_action=None,
            decline_code=None,
            was_authorized=False,
            asked_by=asked_by,
            request_key=request_key,
            # The request itself is the first try; the sweep's would be the second.
            tries=1,
            due_at=func.clock_timestamp() + patience,
        )

    @property
    def state(self) -> Status:
        return Status(self.status)

    @property
    def shown(self) -> Status:
        """The status as the world sees it."""
        return shown(self.state, was_authorized=self.was_authorized)

    @property
    def free(self) -> bool:
        return self.provider == NO_PROVIDER

    def learn(self, answer: Answer, *, patience: timedelta) -> list[Message]:
        """Take the provider's word; what there is to say."""
        self.reference = answer.reference
        said = self._take(
            learn(self.state, answer.standing, self._judgement), patience=patience
        )
        if self.state is Status.FAILED:
            self.decline_code = answer.decline_code or self.decline_code
        if self.state is Status.REQUIRES_ACTION:
            self.next_action = msgspec.to_builtins(answer.next_action)
        return said

    def learn_free(self, *, patience: timedelta) -> list[Message]:
        """Go on without a provider, as far as one would be asked."""
        said: list[Message] = []
        while standing := FREE.get(self.state):
            step = learn(self.state, standing, self._judgement)
            said += self._take(step, patience=patience)
        return said

    def obey(self, verdict: Verdict, *, patience: timedelta) -> list[Message]:
        """Take the order's verdict; what there is to say."""
        self.note(verdict)
        said = self._take(obey(self.state, verdict), patience=patience)
        return said + self.learn_free(patience=patience) if self.free else said

    def note(self, verdict: Verdict) -> None:
        """Keep a verdict that asks for nothing any more."""
        self.verdict = verdict.value

    def give_up(self, *, patience: timedelta) -> None:
        """Call off what waits for its buyer; nobody was told of it."""
        self._take(move(self.state, Status.VOIDING), patience=patience)
        # Whoever gives it up asks the provider at once: the sweep need not.
        self.due_at = func.clock_timestamp() + patience

    def fail(self, code: str, *, patience: timedelta) -> None:
        """End what the provider never heard of, or refused."""
        self.decline_code = code
        self._take(move(self.state, Status.FAILED), patience=patience)

    def put_off(self, *, patience: timedelta) -> list[Message]:
        """Look again later; an authorized payment is said until it is judged."""
        under_way = self.state in CALLS
        wait = retry_after(self.tries, patience=patience) if under_way else patience
        self.due_at = func.clock_timestamp() + wait
        unjudged = self.state is Status.AUTHORIZED and self.verdict is None
        return [self._message(News.CREATED)] if unjudged else []

    def renew_key(self) -> None:
        """The call under this key is over and did nothing: ask under another."""
        self.call_key = self._key(self.state, self.tries + 1)

    @property
    def _judgement(self) -> Verdict | None:
        return Verdict(self.verdict) if self.verdict else None

    def _take(self, step: Step, *, patience: timedelta) -> list[Message]:
        for status in step.path:
            self._enter(status, patience)
        return [self._message(news) for news in sorted(step.news)]

    def _enter(self, status: Status, patience: timedelta) -> None:
        self.status = status.value
        self.version += 1
        self.tries = 0
        self.token = None
        self.next_action = None
        self.was_authorized |= status is Status.AUTHORIZED
        self.call_key = self._key(status, 1) if status in CALLS else self.call_key
        wait = timedelta() if status in CALLS else patience
        settled = status in SETTLED
        self.due_at = None if settled else func.clock_timestamp() + wait
        if status is Status.REFUNDED:
            self.amount_refunded = self.amount

    def _key(self, status: Status, number: int) -> str:
        return f"{CALLS[status]}:{self.id}:{number}"

    def _message(self, news: News) -> Message:
        return _messages[news](self)


def _fact(payment: Payment) -> dict[str, Any]:
    return {
        "payment_id": payment.id,
        "order_id": payment.order_id,
        "buyer_id": payment.buyer_id,
        "amount": payment.amount,
        "currency": payment.currency,
        "livemode": payment.livemode,
    }


_messages: Final[dict[News, Callable[[Payment], Message]]] = {
    News.CREATED: lambda p: PaymentCreated(**_fact(p)),
    News.CAPTURED: lambda p: PaymentCaptured(**_fact(p)),
    News.FAILED: lambda p: PaymentFailed(**_fact(p), error=p.decline_code),
    News.REFUNDED: lambda p: PaymentRefunded(
        **_fact(p), amount_refunded=p.amount_refunded
    ),
}
