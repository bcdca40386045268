"""Cursor pages: a stable place, opaque, and only what a page gave out."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from common.ids import new_id
from common.pagination import cursor_of, page_of, place_of

MOMENT = datetime(2026, 10, 1, 9, tzinfo=UTC)


def page(rows: list[int], limit: int) -> tuple[list[str], str | None]:
    made = page_of(rows, limit, read=str, place=lambda row: (row,))
    return made.items, made.next


class TestPage:
    def test_the_last_one_has_no_cursor(self) -> None:
        assert page([1, 2], limit=2) == (["1", "2"], None)

    def test_one_row_more_than_asked_for_means_another_page(self) -> None:
        items, following = page([1, 2, 3], limit=2)
        assert items == ["1", "2"]
        assert following is not None
        assert place_of(following, tuple[int]) == (2,)

    def test_none_at_all_is_a_page(self) -> None:
        assert page([], limit=20) == ([], None)


class TestCursor:
    def test_it_remembers_a_place(self) -> None:
        place = (MOMENT, new_id())
        assert place_of(cursor_of(*place), tuple[datetime, UUID]) == place

    @pytest.mark.parametrize(
        "cursor", ["", "?", "äöü", "a", "AAAA", "bnVsbA", cursor_of(1), cursor_of("x")]
    )
    def test_one_that_no_page_gave_out_is_refused(self, cursor: str) -> None:
        with pytest.raises(Invalid) as caught:
            place_of(cursor, tuple[UUID])
        assert caught.value.errors[0].field == "query.cursor"

    @given(st.text(max_size=60))
    def test_nothing_that_people_make_up_breaks_it(self, cursor: str) -> None:
        with pytest.raises(Invalid):
            place_of(cursor, tuple[UUID])
