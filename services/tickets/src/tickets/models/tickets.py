"""The table of tickets."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.ids import new_id
from common.messages import TicketCreated, TicketDeleted, TicketState, TicketUpdated
from tickets.domain.tickets import (
    CURRENCY,
    NOTHING_SAID,
    Level,
    Sale,
    TicketStatus,
    TicketTerms,
    available,
    earliest,
    least,
    refuse_edit,
    refuse_withdrawal,
    status_at,
)
from tickets.domain.wall_clock import in_utc
from tickets.domain.words import words_of
from tickets.models.base import Base, counted, currency_code, length
from tickets.models.events import Event
from tickets.models.stocks import TicketStock

T = TypeVar("T", bound=TicketState)
#: What buyers pay on top of a price in a currency.
Fee = Callable[[int, str], int]


class Ticket(Base):
    """An offer; deleted ones stay as tombstones."""

    __tablename__ = "tickets"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seller_id: Mapped[UUID]
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("events.id"))
    title: Mapped[str]
    price: Mapped[int]
    #: What buyers pay on top of the price of a unit; settled with the price.
    fee: Mapped[int] = mapped_column(server_default=text("0"))
    currency: Mapped[str]
    quantity: Mapped[int]
    max_per_buyer: Mapped[int]
    sale_starts_at: Mapped[datetime | None]
    sale_ends_at: Mapped[datetime | None]
    #: Folded, to be found by: those of its title, and those of its event.
    words: Mapped[list[str]]
    event_words: Mapped[list[str]]
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed("array_to_tsvector(words || event_words)", persisted=True),
        deferred=True,
        deferred_raiseload=True,
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(BigInteger)

    event: Mapped[Event | None] = relationship(lazy="raise")
    stocks: Mapped[list[TicketStock]] = relationship(
        primaryjoin="Ticket.id == foreign(TicketStock.ticket_id)",
        lazy="raise",
        viewonly=True,
    )

    __table_args__ = (
        Index(
            "tickets_on_offer_idx", "id", postgresql_where=text("deleted_at IS NULL")
        ),
        Index("tickets_event_id_idx", "event_id", "id"),
        Index("tickets_seller_id_idx", "seller_id", "id"),
        Index("tickets_search_idx", "search", postgresql_using="gin"),
        length("title"),
        CheckConstraint("price BETWEEN 0 AND 99999999", name="price"),
        CheckConstraint("fee BETWEEN 0 AND 99999999", name="fee"),
        CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity"),
        CheckConstraint("max_per_buyer BETWEEN 1 AND 1000000", name="max_per_buyer"),
        CheckConstraint("sale_ends_at > sale_starts_at", name="sale_ends_at"),
        currency_code(),
        counted(),
    )

    @classmethod
    def offer(
        cls,
        terms: TicketTerms,
        *,
        event: Event | None,
        seller_id: UUID,
        now: datetime,
        fee: Fee,
    ) -> "Ticket":
        ticket = cls(id=new_id(), seller_id=seller_id, version=1, created_at=now)
        ticket._take(terms, event, now)
        ticket.fee = fee(ticket.price, ticket.currency)
        return ticket

    def edit(self, terms: TicketTerms, now: datetime, *, fee: Fee) -> bool:
        """Take what its seller says now; whether that is news.

        As long as the price stays, so does the fee. Raises `HoldsOrSales` or `Invalid`.
        """
        refuse_edit(self.terms, terms, self.level or NOTHING_SAID)
        if terms == self.terms:
            return False
        self.version += 1
        priced = self.price, self.currency
        self._take(terms, self.event, now)
        if (self.price, self.currency) != priced:
            self.fee = fee(self.price, self.currency)
        return True

    def withdraw(self, now: datetime) -> None:
        """Raises `HoldsOrSales`."""
        refuse_withdrawal(self.level or NOTHING_SAID)
        self.deleted_at = self.updated_at = now
        self.version += 1

    def deleted_again(self, now: datetime) -> TicketDeleted:
        """Say anew that it is gone, and of which event: somebody may hold it still."""
        self.updated_at = now
        self.version += 1
        return self.deleted()

    def _take(self, terms: TicketTerms, event: Event | None, now: datetime) -> None:
        self.event, self.event_id = event, event.id if event else None
        self.title, self.price = terms.title, terms.price
        self.currency = terms.currency or CURRENCY
        self.quantity, self.max_per_buyer = terms.quantity, terms.max_per_buyer
        self.sale_starts_at = in_utc(terms.sale_starts_at)
        self.sale_ends_at = in_utc(terms.sale_ends_at)
        self.words = words_of(terms.title)
        self.event_words = event.words if event else []
        self.updated_at = now

    @property
    def terms(self) -> TicketTerms:
        return TicketTerms(
            title=self.title,
            price=self.price,
            quantity=self.quantity,
            currency=self.currency,
            event_id=self.event_id,
            max_per_buyer=self.max_per_buyer,
            sale_starts_at=self.sale_starts_at,
            sale_ends_at=self.sale_ends_at,
        )

    @property
    def total(self) -> int:
        """What a buyer pays for a unit."""
        return self.price + self.fee

    @property
    def level(self) -> Level | None:
        return least(stock.level for stock in self.stocks)

    @property
    def taken(self) -> int:
        return (self.level or NOTHING_SAID).taken

    @property
    def available(self) -> int:
        return available(self.level, self.quantity)

    @property
    def sale(self) -> Sale:
        event = self.event
        over_at = event.when.over_at if event else None
        ends_at = earliest(self.sale_ends_at, over_at)
        return Sale(self.sale_starts_at, ends_at, event.status if event else None)

    def status(self, now: datetime) -> TicketStatus:
        return status_at(now, self.sale, self.level, self.quantity)

    def created(self) -> TicketCreated:
        return self._say(TicketCreated)

    def updated(self) -> TicketUpdated:
        return self._say(TicketUpdated)

    def deleted(self) -> TicketDeleted:
        return self._say(TicketDeleted)

    def _say(self, message: type[T]) -> T:
        return message(
            ticket_id=self.id,
            version=self.version,
            seller_id=self.seller_id,
            title=self.title,
            price=self.price,
            fee=self.fee,
            currency=self.currency,
            quantity=self.quantity,
            max_per_buyer=self.max_per_buyer,
            sale_starts_at=self.sale_starts_at,
            sale_ends_at=self.sale_ends_at,
            event=self.event.info if self.event else None,
        )
