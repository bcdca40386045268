"""Rules about people and their secrets."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from auth_desk import START

from auth.domain import FREE_GUESSES, LONGEST_WAIT, normal_email, wait_after, weakness
from auth.errors import TooManyGuesses
from auth.models import Guesses, User
from auth.passwords import common_passwords
from common.ids import new_id


class TestEmail:
    def test_it_is_compared_in_lower_case(self) -> None:
        assert normal_email(" Ada@Example.COM ") == "ada@example.com"


class TestWait:
    def test_typing_errors_are_free(self) -> None:
        assert [wait_after(n) for n in range(FREE_GUESSES)] == [timedelta()] * 5

    def test_then_it_doubles_up_to_a_quarter_of_an_hour(self) -> None:
        waits = [wait_after(n) for n in range(FREE_GUESSES, 40)]
        assert waits[:3] == [timedelta(seconds=s) for s in (1, 2, 4)]
        assert all(a <= b for a, b in pairwise(waits))
        assert waits[-1] == LONGEST_WAIT == wait_after(10**6)


def guess_every(seconds: float, *, times: int) -> int:
    """How many of a guesser's tries are looked at."""
    guesses = Guesses(scope="x", failures=0, last_at=START)
    now: datetime = START
    looked_at = 0
    for _ in range(times):
        with suppress(TooManyGuesses):
            guesses.take(now)
            looked_at += 1
        now += timedelta(seconds=seconds)
    return looked_at


class TestGuesses:
    def test_ten_thousand_guesses_at_once_are_five_looks(self) -> None:
        assert guess_every(0, times=10_000) == FREE_GUESSES

    @pytest.mark.parametrize("seconds", [0.1, 1, 5])
    def test_a_day_of_guessing_is_about_a_hundred_looks(self, seconds: float) -> None:
        assert guess_every(seconds, times=round(86_400 / seconds / 10)) <= 100

    def test_a_pause_of_a_day_forgets(self) -> None:
        guesses = Guesses(scope="x", failures=50, last_at=START)
        guesses.take(START + timedelta(hours=25))
        assert guesses.failures == 1


class TestWeakness:
    EMAIL = "ada.lovelace@example.com"

    @pytest.mark.parametrize(
        "password",
        ["password", "Password1", "12345678", "QWERTYUIOP", "iloveyou1", "letmein123"],
    )
    def test_common_ones_are_weak_in_any_case(self, password: str) -> None:
        assert weakness(password, email=self.EMAIL, common=common_passwords())

    @pytest.mark.parametrize("password", [EMAIL, EMAIL.upper(), "Ada.Lovelace"])
    def test_the_address_is_weak(self, password: str) -> None:
        assert weakness(password, email=self.EMAIL, common=frozenset())

    @pytest.mark.parametrize(
        "password",
        ["correct horse battery", "ada.lovelace-1843", "Zq8!mmcPq", "пароль-для-ады"],
    )
    def test_others_are_fine(self, password: str) -> None:
        assert weakness(password, email=self.EMAIL, common=common_passwords()) is None

    def test_the_list_is_worth_its_name(self) -> None:
        assert len(common_passwords()) > 3000
        assert all(
            len(word) >= 8 and word == word.lower() for word in common_passwords()
        )


class TestUser:
    def test_a_guest_is_adopted_once(self) -> None:
        guest, member = User(kind="guest"), User(kind="member")
        assert guest.adoptable
        assert not member.adoptable
        member.id = new_id()
        guest.be_adopted(member)
        assert not guest.adoptable
