"""The book: who gets what, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid, ServiceError
from common.ids import new_id
from orders.book import Book, Offer, Request, Stock, Wanted, new_code
from orders.domain import (
    AFTER_PAYMENT,
    OPEN,
    Reason,
    Status,
    check_cancellable,
    check_completable,
)
from orders.errors import (
    AllHeld,
    NotOnSale,
    OrderAlreadyCancelled,
    OrderAlreadyComplete,
    OverLimit,
    PriceChanged,
)

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
SELLER, EVENT = new_id(), new_id()


def offer(**changes: Any) -> Offer:
    facts: dict[str, Any] = {
        "ticket_id": new_id(),
        "seller_id": SELLER,
        "event_id": EVENT,
        "title": "Floor",
        "price": 1000,
        "fee": 0,
        "currency": "usd",
        "max_per_buyer": 50,
        "opens_at": None,
        "closes_at": None,
        "published": True,
        "withdrawn": False,
    }
    return Offer(**(facts | changes))


def book(*offers: Offer, free: int = 10) -> Book:
    stocks = {o.ticket_id: Stock(new_id(), free, 0, 0) for o in offers}
    by_id = {o.ticket_id: o for o in offers}
    return Book(now=NOW, hold=timedelta(minutes=15), offers=by_id, stocks=stocks)


def wants(*items: Wanted, buyer: UUID | None = None, **changes: Any) -> Request:
    buyer = buyer or new_id()
    return Request(
        buyer_id=buyer,
        owners=frozenset((buyer,)),
        items=items,
        **changes,
    )


class TestTogether:
    @pytest.mark.parametrize("other", ["event_id", "seller_id"])
    def test_items_are_of_one_event_and_seller(self, other: str) -> None:
        first, second = offer(), offer(**{other: new_id()})
        with pytest.raises(Invalid) as refused:
            book(first, second).take(
                wants(Wanted(first.ticket_id, 1), Wanted(second.ticket_id, 1))
            )
        assert refused.value.errors[0].field == "items.1.ticket_id"

    def test_items_are_of_one_currency(self) -> None:
        first, second = offer(), offer(currency="eur")
        with pytest.raises(Invalid):
            book(first, second).take(
                wants(Wanted(first.ticket_id, 1), Wanted(second.ticket_id, 1))
            )

    def test_a_ticket_without_an_event_is_ordered_alone(self) -> None:
        first, second = offer(event_id=None), offer(event_id=None)
        with pytest.raises(Invalid):
            book(first, second).take(
                wants(Wanted(first.ticket_id, 1), Wanted(second.ticket_id, 1))
            )

    def test_the_event_named_is_the_tickets(self) -> None:
        one = offer()
        with pytest.raises(Invalid) as refused:
            book(one).take(wants(Wanted(one.ticket_id, 1), event_id=new_id()))
        assert refused.value.errors[0].field == "query.event_id"


class TestRefusals:
    def test_every_failing_item_is_told(self) -> None:
        held, closed, fine = offer(), offer(closes_at=NOW), offer()
        taken = book(held, closed, fine)
        taken.stocks[held.ticket_id].held = 10
        with pytest.raises(NotOnSale) as refused:
            taken.take(wants(*(Wanted(o.ticket_id, 1) for o in (held, closed, fine))))
        told = cast("list[object]", refused.value.extra["items"])
        assert len(told) == 2

    def test_a_refused_request_takes_nothing(self) -> None:
        full, fine = offer(), offer()
        taken = book(full, fine)
        taken.stocks[full.ticket_id].held = 10
        with pytest.raises(AllHeld):
            taken.take(wants(Wanted(fine.ticket_id, 1), Wanted(full.ticket_id, 1)))
        assert taken.stocks[fine.ticket_id].held == 0

    def test_two_tickets_of_one_stock_share_what_is_left(self) -> None:
        early, regular = offer(), offer()
        taken = book(early, regular)
        shared = Stock(new_id(), 3, 0, 0)
        taken.stocks = {early.ticket_id: shared, regular.ticket_id: shared}
        with pytest.raises(AllHeld):
            taken.take(wants(Wanted(early.ticket_id, 2), Wanted(regular.ticket_id, 2)))
        taken.take(wants(Wanted(early.ticket_id, 2), Wanted(regular.ticket_id, 1)))
        assert shared.free == 0

    def test_an_expected_total_that_differs_is_told_the_right_one(self) -> None:
        one = offer(fee=50)
        with pytest.raises(PriceChanged) as refused:
            book(one).take(wants(Wanted(one.ticket_id, 2), expected_total=2000))
        assert refused.value.extra["total"] == 2100

    def test_a_total_past_the_largest_is_refused(self) -> None:
        one = offer(price=99_999_999)
        with pytest.raises(Invalid):
            book(one).take(wants(Wanted(one.ticket_id, 2)))

    @pytest.mark.parametrize(
        ("opens", "closes", "sold"),
        [
            (NOW, None, True),
            (NOW + timedelta(microseconds=1), None, False),
            (None, NOW, False),
            (None, NOW + timedelta(microseconds=1), True),
        ],
    )
    def test_a_sale_window_is_judged_to_the_moment(
        self, opens: datetime | None, closes: datetime | None, *, sold: bool
    ) -> None:
        assert offer(opens_at=opens, closes_at=closes).on_sale(NOW) is sold

    def test_a_limit_sums_within_the_book(self) -> None:
        one, buyer = offer(max_per_buyer=2), new_id()
        taken = book(one)
        taken.take(wants(Wanted(one.ticket_id, 2), buyer=buyer))
        with pytest.raises(OverLimit):
            taken.take(wants(Wanted(one.ticket_id, 1), buyer=buyer))


buyers = st.sampled_from([new_id() for _ in range(3)])
quantities = st.integers(1, 6)


@given(st.lists(st.tuples(buyers, quantities), max_size=30), st.integers(0, 20))
def test_no_book_ever_gives_more_than_there_is_or_than_a_buyer_may_have(
    asked: list[tuple[UUID, int]], free: int
) -> None:
    one = offer(max_per_buyer=8)
    taken = book(one, free=free)
    had: dict[UUID, int] = {}
    for buyer, quantity in asked:
        try:
            taken.take(wants(Wanted(one.ticket_id, quantity), buyer=buyer))
        except ServiceError:
            left = free - sum(had.values())
            assert quantity > left or had.get(buyer, 0) + quantity > 8
        else:
            had[buyer] = had.get(buyer, 0) + quantity
    assert sum(had.values()) == taken.stocks[one.ticket_id].held <= free
    assert all(units <= 8 for units in had.values())


@given(st.sampled_from(Status), st.sampled_from(Reason))
def test_only_open_orders_are_cancelled_and_paid_ones_by_money_alone(
    status: Status, reason: Reason
) -> None:
    allowed = (status in OPEN) != (reason in AFTER_PAYMENT)
    if status is not Status.CANCELLED and allowed:
        check_cancellable(status, reason)
        return
    with pytest.raises((OrderAlreadyComplete, OrderAlreadyCancelled)):
        check_cancellable(status, reason)


@given(st.sampled_from(Status), st.none() | st.sampled_from(Reason))
def test_only_open_and_expired_orders_complete(
    status: Status, reason: Reason | None
) -> None:
    revivable = status is Status.CANCELLED and reason is Reason.EXPIRED
    if status in OPEN or revivable:
        check_completable(status, reason)
        return
    with pytest.raises((OrderAlreadyComplete, OrderAlreadyCancelled)):
        check_completable(status, reason)


def test_codes_can_be_read_aloud() -> None:
    code = new_code()
    assert len(code) == 8
    assert not set(code) & set("01IO")
