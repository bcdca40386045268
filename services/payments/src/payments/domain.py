"""What a payment may become: pure rules, no I/O.

    processing <─> requires_action ──> authorized ──> capturing ──> captured
        │                │    │           │   │                        │
        │                │    └> voiding <┘   │      refunded <── refunding
        └──> failed <────┘        │           └──> failed
                                  └──> voided

What has failed or was voided here may have been captured there after all. It goes back:

    failed, voided ──> returning ──> refunded

A method that cannot wait is taken at once: its payment rests in `authorized` like any
other, and its verdict makes it `captured`, or `refunding`, without another call.

Two inputs move it: what the provider says of it (`learn`) and what orders decided about
it (`obey`). Money moves on a verdict alone: `obey` is the only way from `authorized` to
`capturing` or `voiding`, and from `captured` to `refunding` unless a seller gives money
back or an event is cancelled; what went back in part is `captured` again. While a call
is under way (`processing` and the -ing states) only that call's outcome moves a
payment; the verdict is kept and obeyed once it rests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from payments.errors import (
    AlreadyPaid,
    HoldEnded,
    IllegalMove,
    OrderCancelled,
    PaymentInProgress,
)


class Status(StrEnum):
    PROCESSING = "processing"
    REQUIRES_ACTION = "requires_action"
    AUTHORIZED = "authorized"
    CAPTURING = "capturing"
    CAPTURED = "captured"
    VOIDING = "voiding"
    VOIDED = "voided"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    FAILED = "failed"
    RETURNING = "returning"


class Standing(StrEnum):
    """How a payment stands at the provider."""

    PROCESSING = "processing"
    REQUIRES_ACTION = "requires_action"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"
    DECLINED = "declined"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Call(StrEnum):
    """What is asked of the provider."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


class News(StrEnum):
    """What a change says on the bus."""

    STARTED = "started"
    CREATED = "created"
    CAPTURED = "captured"
    FAILED = "failed"
    REFUNDED = "refunded"


ENDED: Final = frozenset({Status.VOIDED, Status.FAILED, Status.REFUNDED})
#: An order has at most one of these; the database's unique index says the same.
LIVE: Final = frozenset(Status) - ENDED - {Status.RETURNING}
#: Nothing is left to do: the sweep passes them by.
SETTLED: Final = ENDED | {Status.CAPTURED}

#: Money was taken by it: its seller sees it.
TAKEN: Final = frozenset({Status.CAPTURED, Status.REFUNDING, Status.REFUNDED})

#: The call that a state waits for.
CALLS: Final[Mapping[Status, Call]] = {
    Status.PROCESSING: Call.AUTHORIZE,
    Status.CAPTURING: Call.CAPTURE,
    Status.VOIDING: Call.VOID,
    Status.REFUNDING: Call.REFUND,
    Status.RETURNING: Call.REFUND,
}

#: A total of 0 asks no provider: what it would answer is certain.
FREE: Final[Mapping[Status, Standing]] = {
    Status.PROCESSING: Standing.AUTHORIZED,
    Status.CAPTURING: Standing.CAPTURED,
    Status.VOIDING: Standing.VOIDED,
    Status.REFUNDING: Standing.REFUNDED,
}

MOVES: Final[Mapping[Status, frozenset[Status]]] = {
    Status.PROCESSING: frozenset(
        {Status.REQUIRES_ACTION, Status.AUTHORIZED, Status.FAILED}
    ),
    Status.REQUIRES_ACTION: frozenset(
        {Status.PROCESSING, Status.AUTHORIZED, Status.VOIDING, Status.FAILED}
    ),
    Status.AUTHORIZED: frozenset(
        {
            *(Status.CAPTURING, Status.VOIDING, Status.FAILED),
            # Taken at once: nothing is left to capture, nor to call off.
            *(Status.CAPTURED, Status.REFUNDING),
        }
    ),
    Status.CAPTURING: frozenset({Status.CAPTURED, Status.FAILED}),
    Status.CAPTURED: frozenset({Status.REFUNDING}),
    Status.VOIDING: frozenset({Status.VOIDED, Status.REFUNDING}),
    # Back to captured: a part went back, or nothing did.
    Status.REFUNDING: frozenset({Status.REFUNDED, Status.CAPTURED}),
    Status.FAILED: frozenset({Status.RETURNING}),
    Status.VOIDED: frozenset({Status.RETURNING}),
    Status.RETURNING: frozenset({Status.REFUNDED}),
    Status.REFUNDED: frozenset(),
}

#: At the provider it may still be authorized, or captured.
UNFINISHED: Final = frozenset(
    {Standing.PROCESSING, Standing.REQUIRES_ACTION, Standing.AUTHORIZED}
)
_AUTHORIZING: Final[Mapping[Standing, Status]] = {
    Standing.REQUIRES_ACTION: Status.REQUIRES_ACTION,
    Standing.AUTHORIZED: Status.AUTHORIZED,
    Standing.CAPTURED: Status.AUTHORIZED,
    Standing.DECLINED: Status.FAILED,
    Standing.VOIDED: Status.FAILED,
    Standing.REFUNDED: Status.FAILED,
}
_LOST: Final[Mapping[Standing, Status]] = dict.fromkeys(
    (Standing.DECLINED, Standing.VOIDED, Standing.REFUNDED), Status.FAILED
)
#: What the provider's word makes of a payment; where none is named, nothing.
_LEARNT: Final[Mapping[Status, Mapping[Standing, Status]]] = {
    Status.PROCESSING: _AUTHORIZING,
    # The buyer has done what there was to do, and the bank takes its time.
    Status.REQUIRES_ACTION: {**_AUTHORIZING, Standing.PROCESSING: Status.PROCESSING},
    Status.AUTHORIZED: _LOST,
    Status.CAPTURING: {Standing.CAPTURED: Status.CAPTURED, **_LOST},
    Status.VOIDING: {
        Standing.VOIDED: Status.VOIDED,
        Standing.DECLINED: Status.VOIDED,
        # Taken by somebody's hand meanwhile: it goes back.
        Standing.CAPTURED: Status.REFUNDING,
        Standing.REFUNDED: Status.REFUNDING,
    },
    Status.REFUNDING: {Standing.REFUNDED: Status.REFUNDED},
    Status.FAILED: {Standing.CAPTURED: Status.RETURNING},
    Status.VOIDED: {Standing.CAPTURED: Status.RETURNING},
    Status.RETURNING: {Standing.REFUNDED: Status.REFUNDED},
}

_OBEYED: Final[Mapping[tuple[Status, Verdict], Status]] = {
    (Status.AUTHORIZED, Verdict.ACCEPTED): Status.CAPTURING,
    (Status.AUTHORIZED, Verdict.REFUSED): Status.VOIDING,
    (Status.CAPTURED, Verdict.REFUSED): Status.REFUNDING,
}
#: What was taken at once is kept or given back.
_OBEYED_TAKEN: Final[Mapping[tuple[Status, Verdict], Status]] = {
    **_OBEYED,
    (Status.AUTHORIZED, Verdict.ACCEPTED): Status.CAPTURED,
    (Status.AUTHORIZED, Verdict.REFUSED): Status.REFUNDING,
}
#: Never to be kept: whoever accepts one must hear it.
_LOST_FOR_GOOD: Final = frozenset({Status.FAILED, Status.VOIDED, Status.RETURNING})

_SAID: Final[Mapping[tuple[Status, Status], News]] = {
    (Status.PROCESSING, Status.REQUIRES_ACTION): News.STARTED,
    (Status.PROCESSING, Status.AUTHORIZED): News.CREATED,
    (Status.REQUIRES_ACTION, Status.AUTHORIZED): News.CREATED,
    (Status.CAPTURING, Status.CAPTURED): News.CAPTURED,
    (Status.AUTHORIZED, Status.CAPTURED): News.CAPTURED,
    (Status.AUTHORIZED, Status.FAILED): News.FAILED,
    (Status.CAPTURING, Status.FAILED): News.FAILED,
    (Status.REFUNDING, Status.REFUNDED): News.REFUNDED,
    (Status.RETURNING, Status.REFUNDED): News.REFUNDED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """What a payment becomes, through which states, and what is said of it."""

    path: tuple[Status, ...] = ()
    news: frozenset[News] = frozenset()

    def then(self, after: "Step") -> "Step":
        return Step(self.path + after.path, self.news | after.news)


STAY: Final = Step()


def move(status: Status, to: Status) -> Step:
    if to not in MOVES[status]:
        raise IllegalMove(f"{status} -> {to}")
    said = _SAID.get((status, to))
    return Step((to,), frozenset({said} if said else ()))


def learn(status: Status, standing: Standing, verdict: Verdict | None) -> Step:
    """Hear the provider; a verdict that waited for this is obeyed at once."""
    to = _LEARNT.get(status, {}).get(standing)
    if to is None or to is status:
        return STAY
    taken = taken_at_once(status, standing)
    return move(status, to).then(obey(to, verdict, taken=taken))


def taken_at_once(status: Status, standing: Standing) -> bool:
    """Whether the provider has captured what was only to be authorized."""
    begun = status in {Status.PROCESSING, Status.REQUIRES_ACTION}
    return begun and standing is Standing.CAPTURED


def obey(status: Status, verdict: Verdict | None, *, taken: bool = False) -> Step:
    """Do what orders decided, if the payment rests and it is still to be done."""
    if verdict is None:
        return STAY
    if verdict is Verdict.ACCEPTED and status in _LOST_FOR_GOOD:
        return Step(news=frozenset({News.FAILED}))
    to = (_OBEYED_TAKEN if taken else _OBEYED).get((status, verdict))
    return move(status, to) if to else STAY


def remaining_call(status: Status, standing: Standing | None) -> Call | None:
    """What is left to ask for; `standing` is None where the provider knows nothing."""
    match status, standing:
        case Status.PROCESSING, None:
            return Call.AUTHORIZE
        case Status.CAPTURING, Standing.AUTHORIZED:
            return Call.CAPTURE
        case Status.VOIDING, Standing() if standing in UNFINISHED:
            return Call.VOID
        case ((Status.REFUNDING | Status.RETURNING), Standing.CAPTURED):
            return Call.REFUND
        case _:
            return None


def admit(order_status: str, reason: str | None, live: Status | None) -> None:
    """Whether an order in this state, with this live payment, may be paid now.

    A `requires_action` is no obstacle: the new payment takes its place. An order that
    has expired may still be revived by a payment under way, so that one is named first.
    """
    if order_status == "complete":
        raise AlreadyPaid
    if order_status == "cancelled" and reason != "expired":
        raise OrderCancelled
    if live is Status.CAPTURED:
        raise AlreadyPaid
    if live not in {None, Status.REQUIRES_ACTION}:
        raise PaymentInProgress
    if order_status == "cancelled":
        raise HoldEnded


def said_again(status: Status, verdict: Verdict | None) -> News | None:
    """What is said of a payment that nobody moves: that it waits, and for whom."""
    if status is Status.PROCESSING:
        return News.STARTED
    unjudged = status is Status.AUTHORIZED and verdict is None
    return News.CREATED if unjudged else None


def retry_after(tries: int, *, patience: timedelta) -> timedelta:
    """How long to wait before asking the provider again: growing, up to `patience`."""
    return min(timedelta(seconds=2) * 2 ** min(tries, 10), patience)
