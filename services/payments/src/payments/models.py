"""What a payment does: each verb changes it by the rules, and says what there is."""

from datetime import timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.orm import object_session

from common.clock import utcnow
from common.idempotency import Keyed
from common.messages import Message
from payments.domain import (
    CALLS,
    FREE,
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
    said_again,
    taken_at_once,
)
from payments.ledger import Entry, Line, Posting, posting
from payments.news import message_of, refunded
from payments.providers.interface import Answer
from payments.rows import PaymentRow
from payments.shown import shown, told
from payments.tables import OrderReplica

#: The provider of orders that cost nothing.
NO_PROVIDER: Final = "none"


class Payment(PaymentRow):
    """One attempt to pay an order. Verbs change it; nothing else assigns a status."""

    __tablename__ = "payments"

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
            seller_id=order.seller_id,
            version=1,
            status=Status.PROCESSING.value,
            verdict=None,
            amount=order.total,
            fee=order.fee,
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
            taken_at_once=False,
            asked_by=asked_by,
            request_key=request_key,
            # The request itself is the first try; the sweep's would be the second.
            tries=1,
            due_at=utcnow() + patience,
        )

    @property
    def state(self) -> Status:
        return Status(self.status)

    @property
    def shown(self) -> Status:
        """The status as the world sees it."""
        return shown(
            self.state,
            was_authorized=self.was_authorized,
            accepted=self._verdict is Verdict.ACCEPTED,
        )

    @property
    def told_code(self) -> str | None:
        """Why it failed, as far as whoever holds the card may know."""
        return told(self.decline_code)

    @property
    def free(self) -> bool:
        return self.provider == NO_PROVIDER

    def learn(self, answer: Answer, *, patience: timedelta) -> list[Message]:
        """Take the provider's word; what there is to say.

        While a refund that was asked for is under way only its own outcome counts.
        """
        if self.refund_id is not None:
            return []
        self.reference = answer.reference
        self.taken_at_once |= taken_at_once(self.state, answer.standing)
        said = self._take(
            learn(self.state, answer.standing, self._verdict), patience=patience
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
            step = learn(self.state, standing, self._verdict)
            said += self._take(step, patience=patience)
        return said

    def obey(self, verdict: Verdict, *, patience: timedelta) -> list[Message]:
        """Take the order's verdict; what there is to say."""
        self.note(verdict)
        step = obey(self.state, verdict, taken=self.taken_at_once)
        said = self._take(step, patience=patience)
        return said + self.learn_free(patience=patience) if self.free else said

    def note(self, verdict: Verdict) -> None:
        """Keep a verdict that asks for nothing any more."""
        self.verdict = verdict.value

    def give_up(self, *, patience: timedelta) -> None:
        """Call off what waits for its buyer; nobody was told of it."""
        self._take(move(self.state, Status.VOIDING), patience=patience)
        # Whoever gives it up asks the provider at once: the sweep need not.
        self.due_at = utcnow() + patience

    def lease(self, lease: timedelta) -> None:
        """Be looked after by whoever commits this: the sweep's try is the second."""
        self.tries, self.due_at = 1, utcnow() + lease

    @property
    def leased(self) -> bool:
        return self.due_at is not None and utcnow() < self.due_at

    def fail(self, code: str, *, patience: timedelta) -> None:
        """End what the provider never heard of, or refused."""
        self.decline_code = code
        self._take(move(self.state, Status.FAILED), patience=patience)

    def begin_refund(
        self, refund_id: UUID, amount: int, *, patience: timedelta
    ) -> None:
        """Give back what somebody asked for; the refund itself is looked after."""
        self.refund_amount = amount
        self._take(move(self.state, Status.REFUNDING), patience=patience)
        self.refund_id, self.due_at = refund_id, None

    def end_refund(
        self, *, done: bool, restock: bool, patience: timedelta
    ) -> list[Message]:
        """Note whether it went back; a verdict that waited is obeyed."""
        self._post(Posting.GIVEN_BACK if done else Posting.NOT_GIVEN_BACK)
        self.amount_refunded += self.left_to_refund if done else 0
        whole = done and self.amount_refunded == self.amount
        to = Status.REFUNDED if whole else Status.CAPTURED
        self._take(move(self.state, to), patience=patience)
        self.refund_id = self.refund_amount = None
        said = [refunded(self, restock=restock)] if done else []
        return said + self._take(obey(to, self._verdict), patience=patience)

    def owe_back(self, *, after: timedelta = timedelta()) -> None:
        """Its event was cancelled: all of it goes back, once it is captured."""
        self.refund_due_at = utcnow() + after

    def put_off(self, *, patience: timedelta) -> list[Message]:
        """Look again later; who waits for whom is said until that is over."""
        under_way = self.state in CALLS
        wait = retry_after(self.tries, patience=patience) if under_way else patience
        self.due_at = utcnow() + wait
        news = said_again(self.state, self._verdict)
        return [self._message(news)] if news else []

    def rest(self) -> None:
        """It was looked at again, and nothing is left to do."""
        if self.state in SETTLED:
            self.due_at = None

    def renew_key(self) -> None:
        """The call under this key is over and did nothing: ask under another."""
        self.call_key = self._key(self.state, self.tries + 1)

    def take_request(self, route: str) -> Keyed | None:
        """The request that awaits the outcome: the caller answers it, once."""
        if self.request_key is None:
            return None
        request = Keyed(
            user_id=self.asked_by, route=route, key=self.request_key, fingerprint=b""
        )
        self.request_key = None
        return request

    def take_lines(self) -> list[Line]:
        """What it adds to the ledger, for whoever writes the row, once."""
        lines, self._lines = self._lines, []
        return lines

    @property
    def left_to_refund(self) -> int:
        """What the refund under way gives back; without one, all that is left."""
        left = self.amount - self.amount_refunded
        return left if self.refund_amount is None else self.refund_amount

    @property
    def _verdict(self) -> Verdict | None:
        return Verdict(self.verdict) if self.verdict else None

    def _take(self, step: Step, *, patience: timedelta) -> list[Message]:
        for status in step.path:
            self._enter(status, patience)
        return [self._message(news) for news in sorted(step.news)]

    def _enter(self, status: Status, patience: timedelta) -> None:
        what = posting(self.state, status, taken=self.taken_at_once)
        if what and self.refund_id is None:
            self._post(what)
        self.status = status.value
        self.version += 1
        # A bank that takes its time is looked at, and not asked anew.
        self.tries = int(status is Status.PROCESSING)
        self.token = None
        self.next_action = None
        self.was_authorized |= status is Status.AUTHORIZED
        self.call_key = self._key(status, 1) if status in CALLS else self.call_key
        wait = timedelta() if status in CALLS else patience
        settled = status in SETTLED
        self.due_at = None if settled else utcnow() + wait
        if status is Status.REFUNDED:
            self.amount_refunded = self.amount

    @cached_property
    def _lines(self) -> list[Line]:
        return []

    def _key(self, status: Status, number: int) -> str:
        return f"{CALLS[status]}:{self.id}:{number}"

    def _post(self, what: Posting) -> None:
        """Write it into the ledger, with the change itself."""
        lines = what.entries(
            self.id,
            amount=self.amount,
            fee=self.fee,
            refunded=self.amount_refunded,
            back=self.left_to_refund,
            authorized=self.was_authorized,
            taken=self.taken_at_once,
            currency=self.currency,
        )
        session = object_session(self)
        if session is None:  # the repository writes it, and the row
            self._lines.extend(lines)
        else:
            session.add_all(Entry(**line._asdict()) for line in lines)

    def _message(self, news: News) -> Message:
        return message_of(self, news)
