"""The bus in one table: nothing said without a stream, nobody without a password."""

from itertools import combinations

from common.messages import MESSAGES
from common.topology import (
    ADMIN,
    HEARS,
    SAYS,
    SERVICES,
    STREAMS,
    durable_name,
    inbox_prefix,
    nats_users,
    stream_of,
)


def test_every_message_has_a_stream() -> None:
    assert {stream_of(subject) for subject in MESSAGES} == {s.name for s in STREAMS}


def test_no_subject_is_in_two_streams() -> None:
    owners = [subject for stream in STREAMS for subject in stream.subjects]
    assert len(set(owners)) == len(owners)


def test_every_consumer_has_a_name_of_its_own() -> None:
    names = [durable_name(s, message) for s in SERVICES for message in HEARS[s]]
    assert len(set(names)) == len(names)
    assert "tickets-orders-stock-changed" in names


def test_nobodys_replies_are_under_anothers_prefix() -> None:
    prefixes = [f"{inbox_prefix(user)}." for user in (ADMIN, *SERVICES)]
    assert not any(a.startswith(b) for a, b in combinations(prefixes, 2))


def test_every_service_speaks_and_hears_in_the_table() -> None:
    assert set(SAYS) == set(HEARS) == set(SERVICES)


def test_every_user_has_a_password_and_rights() -> None:
    users = nats_users({user: f"{user}'s" for user in (ADMIN, *SERVICES)})
    assert [user["password"] for user in users] == [
        f"{user}'s" for user in (ADMIN, *SERVICES)
    ]
    assert all(user["permissions"]["publish"]["allow"] for user in users)
