"""Rules of events and tickets, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tickets_desk import BERLIN, HALL, NOW, floor, show

from common.errors import Invalid
from common.ids import new_id
from common.zones import zones
from tickets.domain.codes import COUNTRIES, CURRENCIES
from tickets.domain.events import (
    MOST_TICKETS,
    EventSearch,
    EventStatus,
    Venue,
    When,
    next_status,
    refuse_hiding,
    refuse_joining,
)
from tickets.domain.tickets import (
    Level,
    Sale,
    TicketStatus,
    agree,
    available,
    least,
    offer_of,
    refuse_edit,
    refuse_withdrawal,
    status_at,
)
from tickets.domain.wall_clock import in_other_zone, local_of, moment_of
from tickets.domain.words import fold, prefix_query, words_of
from tickets.errors import EventCancelled, HoldsOrSales, TooManyTickets

NEW_YORK = "America/New_York"
LATER = NOW + timedelta(days=1)
EARLIER = NOW - timedelta(days=1)

moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001  # the zone is a parameter of its own
    datetime(2100, 1, 1),  # noqa: DTZ001  # likewise
    timezones=st.just(UTC),
)
some_zones = st.sampled_from([BERLIN, NEW_YORK, "Australia/Lord_Howe", "Asia/Tokyo"])


def field_of(error: pytest.ExceptionInfo[Invalid]) -> str:
    return error.value.errors[0].field


class TestWhen:
    def test_a_wall_clock_says_the_moment(self) -> None:
        wall = datetime(2026, 12, 31, 20)  # noqa: DTZ001  # the zone is beside it
        when = When.at_local(wall, BERLIN, None)
        assert when.starts_at == datetime(2026, 12, 31, 19, tzinfo=UTC)

    def test_a_moment_says_the_wall_clock(self) -> None:
        when = When.at(datetime(2026, 7, 1, 18, tzinfo=UTC), BERLIN, None)
        assert when.starts_at_local.isoformat() == "2026-07-01T20:00:00"

    @given(moment=moments, zone=some_zones)
    def test_there_and_back_is_the_same_moment(
        self, moment: datetime, zone: str
    ) -> None:
        assert moment_of(local_of(moment, zone), zone) == moment

    @pytest.mark.parametrize(
        ("local", "reason"),
        [
            ("2027-03-28T02:30:00", "Does not exist"),
            ("2026-10-25T02:30:00", "Comes twice"),
        ],
    )
    def test_an_hour_in_which_clocks_change_is_refused(
        self, local: str, reason: str
    ) -> None:
        with pytest.raises(Invalid) as error:
            When.at_local(datetime.fromisoformat(local), BERLIN, None)
        assert field_of(error) == "starts_at_local"
        assert error.value.errors[0].message.startswith(reason)

    def test_an_hour_that_comes_twice_may_be_named_by_its_moment(self) -> None:
        second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        when = When.at(second, BERLIN, None)
        assert when.starts_at == second
        assert when.starts_at_local.isoformat() == "2026-10-25T02:30:00"

    @pytest.mark.parametrize("zone", ["", "Berlin", "Europe/Atlantis", "../etc/passwd"])
    def test_an_unknown_zone_is_refused(self, zone: str) -> None:
        with pytest.raises(Invalid) as error:
            When.at(NOW, zone, None)
        assert field_of(error) == "timezone"

    @pytest.mark.parametrize("name", ["localtime", "Factory", "posixrules"])
    def test_what_is_no_place_is_no_zone(self, name: str) -> None:
        assert name not in zones()

    @pytest.mark.parametrize("ends_at", [NOW, EARLIER])
    def test_the_end_is_after_the_start(self, ends_at: datetime) -> None:
        with pytest.raises(Invalid) as error:
            When.at(NOW, BERLIN, ends_at)
        assert field_of(error) == "ends_at"

    @pytest.mark.parametrize("year", [1, 1969, 3000, 9999])
    def test_a_year_out_of_all_calendars_is_refused(self, year: int) -> None:
        moment = datetime(year, 6, 1, tzinfo=UTC)
        with pytest.raises(Invalid) as error:
            When.at(moment, BERLIN, None)
        assert field_of(error) == "starts_at"

    def test_another_zone_keeps_both_wall_clocks(self) -> None:
        when = When.at_local(
            datetime(2026, 12, 31, 20),  # noqa: DTZ001  # a wall clock
            BERLIN,
            datetime(2026, 12, 31, 22, tzinfo=UTC),
        )
        moved = when.in_zone(NEW_YORK)
        assert moved.starts_at_local == when.starts_at_local
        assert moved.starts_at == when.starts_at + timedelta(hours=6)
        assert moved.ends_at == datetime(2027, 1, 1, 4, tzinfo=UTC)

    def test_the_same_zone_changes_nothing(self) -> None:
        twice = When.at(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN, None)
        assert twice.in_zone(BERLIN) is twice

    @given(moment=moments)
    def test_a_zone_entered_wrong_is_mended_without_loss(
        self, moment: datetime
    ) -> None:
        there = in_other_zone(moment, old="Asia/Tokyo", new="UTC")
        assert in_other_zone(there, old="UTC", new="Asia/Tokyo") == moment

    def test_it_is_over_at_its_end_else_at_its_start(self) -> None:
        assert When.at(NOW, BERLIN, None).over_at == NOW
        assert When.at(NOW, BERLIN, LATER).over_at == LATER


class TestEventDetails:
    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"currency": "xxx"}, "currency"),
            ({"currency": "USD"}, "currency"),
            ({"venue": Venue("Hall", None, "Berlin", None, "XX")}, "venue.country"),
        ],
    )
    def test_an_unknown_code_is_refused(
        self, wrong: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as error:
            show(**wrong)
        assert field_of(error) == field

    def test_every_fault_is_named_at_once(self) -> None:
        with pytest.raises(Invalid) as error:
            show(currency="xau", venue=Venue("Hall", None, "Berlin", None, "de"))
        assert [fault.field for fault in error.value.errors] == [
            "venue.country",
            "currency",
        ]

    def test_the_codes_are_codes(self) -> None:
        assert all(len(code) == 3 and code.islower() for code in CURRENCIES)
        assert all(len(code) == 2 and code.isupper() for code in COUNTRIES)
        assert {"usd", "eur", "jpy"} <= CURRENCIES
        assert HALL.country in COUNTRIES


class TestNextStatus:
    def test_a_new_event_is_published(self) -> None:
        assert next_status(None, None) is EventStatus.PUBLISHED

    def test_a_draft_is_published_when_its_owner_says_so(self) -> None:
        assert next_status(EventStatus.DRAFT, None) is EventStatus.DRAFT
        published = next_status(EventStatus.DRAFT, EventStatus.PUBLISHED)
        assert published is EventStatus.PUBLISHED

    @pytest.mark.parametrize(
        "present", [None, EventStatus.DRAFT, EventStatus.PUBLISHED]
    )
    def test_no_edit_cancels(self, present: EventStatus | None) -> None:
        with pytest.raises(Invalid):
            next_status(present, EventStatus.CANCELLED)

    @pytest.mark.parametrize("wanted", [EventStatus.DRAFT, EventStatus.PUBLISHED])
    def test_what_is_cancelled_stays_so(self, wanted: EventStatus) -> None:
        assert next_status(EventStatus.CANCELLED, None) is EventStatus.CANCELLED
        with pytest.raises(EventCancelled):
            next_status(EventStatus.CANCELLED, wanted)

    def test_what_people_hold_is_not_hidden(self) -> None:
        refuse_hiding([0, 0])
        with pytest.raises(HoldsOrSales):
            refuse_hiding([0, 1])


class TestJoining:
    def test_a_cancelled_event_takes_no_tickets(self) -> None:
        with pytest.raises(EventCancelled):
            refuse_joining(EventStatus.CANCELLED, others=0)

    def test_an_event_takes_as_many_as_its_page_can_show(self) -> None:
        refuse_joining(EventStatus.DRAFT, others=MOST_TICKETS - 1)
        with pytest.raises(TooManyTickets):
            refuse_joining(EventStatus.PUBLISHED, others=MOST_TICKETS)


class TestTerms:
    @pytest.mark.parametrize("ends_at", [NOW, EARLIER])
    def test_a_sale_ends_after_it_begins(self, ends_at: datetime) -> None:
        with pytest.raises(Invalid) as error:
            floor(sale_starts_at=NOW, sale_ends_at=ends_at)
        assert field_of(error) == "sale_ends_at"

    def test_an_unknown_currency_is_refused(self) -> None:
        with pytest.raises(Invalid):
            floor(currency="bitcoin")


class TestCurrency:
    def test_it_is_dollars_where_nobody_says_another(self) -> None:
        assert agree(None) == agree(None, None) == "usd"

    def test_it_is_what_the_event_has(self) -> None:
        assert agree(None, "eur") == agree("eur", "eur", "eur") == "eur"
        assert agree(None, None, "jpy") == "jpy"

    def test_another_one_is_refused(self) -> None:
        with pytest.raises(Invalid) as error:
            agree("usd", None, "eur")
        assert error.value.errors[0].message.startswith("Must be eur")


class TestStatus:
    open_sale = Sale(None, None)

    @pytest.mark.parametrize(
        ("level", "status"),
        [
            (None, TicketStatus.SCHEDULED),
            (Level(free=10, held=0, sold=0), TicketStatus.ON_SALE),
            (Level(free=1, held=4, sold=5), TicketStatus.ON_SALE),
            (Level(free=0, held=1, sold=9), TicketStatus.ALL_HELD),
            (Level(free=0, held=0, sold=10), TicketStatus.SOLD_OUT),
        ],
    )
    def test_it_follows_what_orders_said(
        self, level: Level | None, status: TicketStatus
    ) -> None:
        assert status_at(NOW, self.open_sale, level, 10) is status

    def test_it_follows_the_clock(self) -> None:
        sale, level = Sale(NOW, LATER), Level(free=1, held=0, sold=0)
        assert status_at(EARLIER, sale, level, 1) is TicketStatus.SCHEDULED
        assert status_at(NOW, sale, level, 1) is TicketStatus.ON_SALE
        assert status_at(LATER, sale, level, 1) is TicketStatus.ENDED

    def test_a_sale_that_is_over_has_ended_whatever_is_left(self) -> None:
        for level in (None, Level(free=0, held=1, sold=0)):
            assert status_at(NOW, Sale(None, NOW), level, 1) is TicketStatus.ENDED

    def test_tickets_of_a_draft_are_not_on_sale_yet(self) -> None:
        sale, level = Sale(None, None, EventStatus.DRAFT), Level(1, 0, 0)
        assert status_at(NOW, sale, level, 1) is TicketStatus.SCHEDULED

    def test_tickets_of_a_cancelled_event_are_no_longer(self) -> None:
        sale, level = Sale(LATER, None, EventStatus.CANCELLED), Level(1, 0, 0)
        assert status_at(NOW, sale, level, 1) is TicketStatus.ENDED


class TestLevels:
    def test_a_ticket_shows_the_least_of_its_stocks(self) -> None:
        assert least([]) is None
        floor_and_section = [
            Level(free=7, held=2, sold=1),
            Level(free=3, held=2, sold=1),
        ]
        assert least(floor_and_section) == Level(free=3, held=2, sold=1)

    @given(
        free=st.integers(0, 50),
        held=st.integers(0, 50),
        sold=st.integers(0, 50),
        quantity=st.integers(1, 100),
    )
    def test_never_more_is_shown_than_the_quantity_leaves(
        self, free: int, held: int, sold: int, quantity: int
    ) -> None:
        shown = available(Level(free, held, sold), quantity)
        assert 0 <= shown <= min(free, quantity)
        assert shown == 0 or shown + held + sold <= quantity


class TestEdits:
    some = Level(free=5, held=2, sold=3)
    full = Level(free=0, held=4, sold=6)

    def test_everything_may_change_while_nothing_is_taken(self) -> None:
        refuse_edit(
            floor(), floor(price=1, quantity=1, currency="eur"), Level(10, 0, 0)
        )

    @pytest.mark.parametrize(
        ("here", "there"), [(None, new_id()), (new_id(), None), (new_id(), new_id())]
    )
    def test_a_ticket_stays_at_its_event_though_nobody_is_known_to_hold_it(
        self, here: UUID | None, there: UUID | None
    ) -> None:
        with pytest.raises(Invalid) as refused:
            refuse_edit(floor(event_id=here), floor(event_id=there), Level(10, 0, 0))
        assert refused.value.errors[0].field == "event_id"

    def test_the_price_may_change_while_a_unit_is_left(self) -> None:
        refuse_edit(floor(), floor(price=9900, max_per_buyer=1), self.some)

    def test_the_quantity_stays_above_what_is_taken(self) -> None:
        refuse_edit(floor(), floor(quantity=5), self.some)
        with pytest.raises(HoldsOrSales, match="5 units are held or sold"):
            refuse_edit(floor(), floor(quantity=4), self.some)

    @pytest.mark.parametrize("change", [{"price": 1}, {"max_per_buyer": 1}])
    def test_what_buyers_suffer_from_waits_while_every_unit_is_taken(
        self, change: dict[str, Any]
    ) -> None:
        with pytest.raises(HoldsOrSales):
            refuse_edit(floor(), floor(**change), self.full)
        with pytest.raises(HoldsOrSales):
            refuse_edit(floor(), floor(quantity=20, **change), self.full)

    @pytest.mark.parametrize(
        "change",
        [{"title": "Arena"}, {"quantity": 20}, {"sale_starts_at": NOW}, {}],
    )
    def test_words_window_and_more_units_never_hurt(
        self, change: dict[str, Any]
    ) -> None:
        refuse_edit(floor(), floor(**change), self.full)

    def test_the_currency_stays_while_a_unit_is_taken(self) -> None:
        with pytest.raises(HoldsOrSales):
            refuse_edit(floor(), floor(currency="eur"), Level(free=9, held=0, sold=1))

    def test_a_ticket_is_withdrawn_only_whole(self) -> None:
        refuse_withdrawal(Level(free=1, held=0, sold=0))
        for level in (Level(9, 1, 0), Level(9, 0, 1)):
            with pytest.raises(HoldsOrSales):
                refuse_withdrawal(level)


class Offered:
    """A ticket in a status."""

    def __init__(
        self,
        status: TicketStatus,
        *,
        total: int = 100,
        left: int = 0,
        begins_at: datetime | None = None,
    ) -> None:
        self._status = status
        self.total = total
        self.available = left
        self.sale = Sale(begins_at, None)

    def status(self, now: datetime) -> TicketStatus:
        assert now == NOW
        return self._status


class TestOffer:
    def test_an_event_without_tickets_offers_nothing(self) -> None:
        offer = offer_of([], NOW)
        assert (offer.price_from, offer.available, offer.next_sale_at) == (
            None,
            0,
            None,
        )
        assert offer.sale is None

    def test_its_sale_is_as_bright_as_its_brightest_ticket(self) -> None:
        dim_to_bright = ("ended", "sold_out", "scheduled", "all_held", "on_sale")
        tickets: list[Offered] = []
        for status in map(TicketStatus, dim_to_bright):
            tickets.append(Offered(status))
            assert offer_of(tickets, NOW).sale is status

    def test_it_starts_at_the_cheapest_that_can_still_be_had(self) -> None:
        offer = offer_of(
            [
                Offered(TicketStatus.SOLD_OUT, total=1),
                Offered(TicketStatus.ENDED, total=2, left=9),
                Offered(TicketStatus.ALL_HELD, total=30),
                Offered(TicketStatus.ON_SALE, total=40, left=5),
                Offered(TicketStatus.SCHEDULED, total=50, left=6, begins_at=LATER),
            ],
            NOW,
        )
        assert (offer.price_from, offer.available) == (30, 11)
        assert offer.next_sale_at == LATER

    def test_the_next_sale_is_one_to_come(self) -> None:
        begun = Offered(TicketStatus.ON_SALE, begins_at=EARLIER)
        assert offer_of([begun], NOW).next_sale_at is None


class TestPollAfter:
    @pytest.mark.parametrize("status", [TicketStatus.ON_SALE, TicketStatus.ALL_HELD])
    def test_it_is_soon_while_anything_moves(self, status: TicketStatus) -> None:
        offer = offer_of([Offered(TicketStatus.ENDED), Offered(status)], NOW)
        assert offer.poll_after(NOW) == 2

    def test_it_is_late_when_nothing_will(self) -> None:
        assert offer_of([], NOW).poll_after(NOW) == 30
        sold_out = Offered(TicketStatus.SOLD_OUT)
        assert offer_of([sold_out], NOW).poll_after(NOW) == 30

    @pytest.mark.parametrize(("seconds", "wait"), [(0.5, 2), (9.2, 10), (3600, 30)])
    def test_it_is_there_when_a_sale_begins(self, seconds: float, wait: int) -> None:
        opening = Offered(
            TicketStatus.SCHEDULED, begins_at=NOW + timedelta(seconds=seconds)
        )
        assert offer_of([opening], NOW).poll_after(NOW) == wait


class TestWords:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("Łódź", "lodz"),
            ("Straße", "strasse"),
            ("ØRSTED", "orsted"),
            ("Beyoncé", "beyonce"),
            ("İstanbul", "istanbul"),
            ("Ħamrun", "hamrun"),
            ("Hawai\N{MODIFIER LETTER TURNED COMMA}i", "hawaii"),
            ("Fu\N{SOFT HYPHEN}ß\N{ZERO WIDTH NON-JOINER}ball", "fussball"),
        ],
    )
    def test_case_and_accents_do_not_matter(self, text: str, folded: str) -> None:
        assert fold(text) == folded

    def test_words_are_what_stands_between_punctuation(self) -> None:
        assert words_of("AC/DC: live!", None, "live 2026") == [
            "2026",
            "ac",
            "dc",
            "live",
        ]

    def test_marks_belong_to_their_letters(self) -> None:
        assert words_of("हिन्दी") == ["हिन\u0926ी"]

    @given(text=st.text(max_size=50))
    def test_folding_again_changes_nothing(self, text: str) -> None:
        words = words_of(text)
        assert words_of(" ".join(words)) == words

    @given(text=st.text(max_size=50))
    def test_nothing_in_a_query_is_an_operator(self, text: str) -> None:
        query = prefix_query(words_of(text))
        assert not set("\\!|()<>") & set(query)
        assert query.count("'") == 2 * len(words_of(text))


class TestSearch:
    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"country": "XX"}, "query.country"),
            ({"starts_from": datetime(1, 1, 1, tzinfo=UTC)}, "query.from"),
            ({"starts_to": datetime(9999, 1, 1, tzinfo=UTC)}, "query.to"),
            ({"after": (datetime(1, 1, 1, tzinfo=UTC), new_id())}, "query.cursor"),
        ],
    )
    def test_what_no_database_can_count_is_refused(
        self, wrong: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as error:
            EventSearch(**wrong)
        assert field_of(error) == field
