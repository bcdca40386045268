"""Orders, payments and the bank, with a bus between them that does as it likes."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from common.messages import Message, OrderState, PaymentFact, PaymentRefunded
from money_kit.bank import Bank
from money_kit.office import HOLD, Office
from money_kit.returns import balances
from money_kit.till import Till
from orders.domain import LENGTHENING, Reason, Status
from orders.models import Order
from payments.domain import SETTLED, Standing
from payments.domain import Status as Paying
from payments.models import Payment

#: Rounds in which everything comes to rest, or never will.
_ROUNDS = 50


class World:
    """Everything that is true about the money of one ticket's orders."""

    def __init__(self, *, quantity: int, price: int) -> None:
        #: Every message ever said; duplicates of the oldest may come at any time.
        self.said: list[Message] = []
        self.unheard: list[Message] = []
        self.bank = Bank()
        self.office = Office(self._say, quantity=quantity, price=price)
        self.till = Till(self._say, self.bank)

    def _say(self, message: Message) -> None:
        self.said.append(message)
        self.unheard.append(message)

    def deliver(self, messages: Sequence[Message]) -> None:
        """One list of one type to the consumers of that type."""
        self.unheard = [m for m in self.unheard if all(m is not d for d in messages)]
        if isinstance(messages[0], OrderState):
            self.till.hear(messages)
        elif isinstance(messages[0], PaymentFact):
            self.office.hear(messages)

    def settle(self) -> None:
        """Let time pass and everything arrive until nothing is under way.

        The books of the day tell of everything that the provider did.
        """
        for payment in self.till.payments.values():
            self.till.hear_of(payment)
        for _ in range(_ROUNDS):
            if self._resting:
                return
            self._live_on()
        raise AssertionError(f"still under way after {_ROUNDS} rounds")

    @property
    def _resting(self) -> bool:
        settled = not any(self._under_way(p) for p in self.till.payments.values())
        ended = not any(order.open for order in self.office.orders.values())
        return settled and ended and not self.unheard and not self.till.late

    @staticmethod
    def _under_way(payment: Payment) -> bool:
        owed = payment.refund_due_at is not None and payment.state is Paying.CAPTURED
        return owed or payment.state not in SETTLED

    def _live_on(self) -> None:
        if not self.office.ticket.published:
            self.office.call_off()
        while self.unheard:
            self.deliver([self.unheard[0]])
        while self.till.late:
            self.till.hear_late(self.till.late.pop())
        for payment in self.till.payments.values():
            self.till.abandon(payment)
            self.till.returns.owed(payment, "answered")
            if payment.state not in SETTLED:
                self.till.carry_on(payment)
        for order in self.office.orders.values():
            self.office.end(order, Reason.EXPIRED)

    # What must be so at every moment.

    def check_stock(self) -> None:
        stock, link = self.office.stock, self.office.link
        orders = self.office.orders.values()
        holding = sum(order.open for order in orders)
        owning = sum(order.status == Status.COMPLETE for order in orders)
        assert (stock.held, stock.sold) == (link.held, link.sold) == (holding, owning)
        assert stock.withheld == self._kept_away
        assert stock.held + stock.sold + stock.withheld <= stock.quantity

    @property
    def _kept_away(self) -> int:
        """Units of orders refunded whole by sellers who keep them away."""
        away = {
            message.order_id
            for message in self.said
            if isinstance(message, PaymentRefunded)
            and message.amount_refunded == message.amount
            and not message.restock
        }
        refunded = Reason.REFUNDED
        return sum(self.office.orders[each].why_cancelled is refunded for each in away)

    def check_limits(self) -> None:
        """Nobody owns more than one may have."""
        buyers = [
            order.buyer_id
            for order in self.office.orders.values()
            if order.open or order.status == Status.COMPLETE
        ]
        assert len(buyers) == len(set(buyers))

    def check_holds(self) -> None:
        """A hold is lengthened once, and only of an order that waits or waited."""
        for order in self.office.orders.values():
            lengthened = order.expires_at - order.created_at - HOLD
            assert lengthened in {timedelta(), LENGTHENING}
            if order.status == Status.AWAITING_PAYMENT:
                assert lengthened == LENGTHENING
            if order.status == Status.CREATED:
                assert not lengthened

    def check_single_payment(self) -> None:
        for order_id in self.office.orders:
            self.till.live(order_id)

    def check_money_is_owed(self) -> None:
        """Nothing is taken that orders has not accepted, where money can wait.

        Where it cannot, it is on its way to a verdict or back.
        """
        for payment in self.till.payments.values():
            if self._kept(payment.id) and payment.id not in self.bank.meddled:
                order = self.office.orders[payment.order_id]
                accepted = order.verdict_on(payment.id) == "accepted"
                taken = self.bank.takes_at_once(payment)
                assert accepted or (taken and payment.state not in SETTLED)

    # What must be so in the end.

    def check_end(self) -> None:
        for order in self.office.orders.values():
            complete = order.status == Status.COMPLETE
            due = order.total - order.amount_refunded if complete else 0
            paid = [
                payment
                for payment in self.till.payments.values()
                if payment.order_id == order.id
            ]
            assert sum(self._kept(payment.id) for payment in paid) == due
            captured = [p for p in paid if p.state is Paying.CAPTURED]
            assert len(captured) == complete
            self._check_copy(order)
        for payment in self.till.payments.values():
            account = self.bank.account(payment.id)
            assert account is None or account.standing is not Standing.AUTHORIZED
            self._check_ledger(payment)

    def check_ledgers(self) -> None:
        """Balanced at every moment; more went back than was taken never."""
        for payment in self.till.payments.values():
            accounts = balances(payment)
            assert sum(accounts.values()) == 0
            assert self._kept(payment.id) >= 0
            if payment.taken_at_once:
                assert "authorized" not in accounts

    def _check_ledger(self, payment: Payment) -> None:
        """Our own ledger says of the provider's what the provider's does."""
        accounts = balances(payment)
        assert accounts.get("provider", 0) == self._kept(payment.id)
        assert not accounts.keys() & {"authorized", "cards", "held", "refunded"}

    def _check_copy(self, order: Order) -> None:
        copy = self.till.copies[order.id]
        assert (copy.version, copy.status, copy.reason) == (
            order.version,
            order.status,
            order.reason,
        )

    def _kept(self, payment_id: UUID) -> int:
        account = self.bank.account(payment_id)
        return account.captured - account.refunded if account else 0
