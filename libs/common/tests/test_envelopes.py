"""Envelopes: as few as fit, opened one message at a time."""

import itertools
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from tiny.app import SHOWING, said
from tiny.kit import changed, sealed

from common.envelopes import open_envelope, seal, seal_as
from common.ids import new_id
from common.inbox import receive
from common.messages import (
    ENVELOPE_BYTES,
    ENVELOPE_MESSAGES,
    StockChanged,
    TicketDeleted,
    TicketStock,
)
from common.set_aside import WHOLE


def large(version: int, *, tickets: int) -> StockChanged:
    stock = TicketStock(ticket_id=new_id(), held=0, sold=0)
    return StockChanged(
        stock_id=new_id(), version=version, free=1, tickets=(stock,) * tickets
    )


def versions(payload: bytes) -> list[int]:
    entries = receive(SHOWING, payload, suspect=False).entries
    return [entry.message.version for entry in entries]


def altered(message: StockChanged, **fields: object) -> msgspec.Raw:
    known = msgspec.to_builtins(message)
    return msgspec.Raw(msgspec.json.encode({**known, **fields}))


def envelope(*messages: msgspec.Raw) -> bytes:
    return msgspec.json.encode(
        {"id": new_id(), "occurred_at": datetime.now(UTC), "messages": messages}
    )


class TestSeal:
    def test_nothing_said_is_no_envelope(self) -> None:
        assert seal([]) == []

    def test_512_messages_travel_together_and_the_next_alone(self) -> None:
        envelopes = seal([changed(n) for n in range(ENVELOPE_MESSAGES + 1)])
        told = [versions(each.payload) for each in envelopes]
        assert told == [[*range(ENVELOPE_MESSAGES)], [ENVELOPE_MESSAGES]]

    @given(sizes=st.lists(st.integers(0, 2500), max_size=30))
    def test_an_envelope_is_at_most_512_kib_and_keeps_the_order(
        self, sizes: list[int]
    ) -> None:
        said = [large(n, tickets=size) for n, size in enumerate(sizes)]
        envelopes = seal(said)
        assert all(len(each.payload) <= ENVELOPE_BYTES for each in envelopes)
        told = [n for each in envelopes for n in versions(each.payload)]
        assert told == [*range(len(sizes))]

    @pytest.mark.parametrize("spare", range(0, 200, 20))
    def test_the_envelope_itself_is_counted(self, spare: int) -> None:
        def told(size: int) -> TicketDeleted:
            bare = structs.replace(said(new_id(), 1), title="")
            title = "x" * (size - len(msgspec.json.encode(bare)))
            return structs.replace(bare, title=title)

        half = ENVELOPE_BYTES // 2
        messages = [told(half), told(half), told(half - spare), told(half)]
        assert all(len(e.payload) <= ENVELOPE_BYTES for e in seal(messages))

    def test_no_two_that_follow_each_other_would_fit_into_one(self) -> None:
        envelopes = seal([large(n, tickets=300) for n in range(100)])
        sizes = [len(each.payload) for each in envelopes]
        together = [a + b for a, b in itertools.pairwise(sizes)]
        assert all(size > ENVELOPE_BYTES for size in together)

    def test_a_message_that_is_too_large_travels_alone(self) -> None:
        envelopes = seal([changed(1), large(2, tickets=10_000), changed(3)])
        assert [versions(each.payload) for each in envelopes] == [[1], [2], [3]]

    def test_each_subject_has_envelopes_of_its_own(self) -> None:
        envelopes = seal([changed(1), said(new_id(), 1), changed(2)])
        assert [each.subject for each in envelopes] == [
            "orders.stock-changed",
            "tickets.deleted",
        ]
        assert versions(envelopes[0].payload) == [1, 2]

    def test_the_envelopes_id_is_the_one_it_is_sent_under(self) -> None:
        [sent] = seal([changed()])
        assert open_envelope(sent.payload).id == sent.id

    def test_a_timers_envelope_has_the_id_and_time_it_is_given(self) -> None:
        given_id, moment = new_id(), datetime(2026, 10, 1, 9, tzinfo=UTC)
        opened = open_envelope(seal_as(given_id, [changed(7)], occurred_at=moment))
        assert (opened.id, opened.occurred_at) == (given_id, moment)


class TestReceive:
    def test_fields_of_a_newer_release_are_ignored(self) -> None:
        newer = altered(changed(4), colour="blue")
        assert versions(envelope(newer)) == [4]

    def test_one_unreadable_message_leaves_its_neighbours_readable(self) -> None:
        payload = envelope(
            altered(changed(1)), altered(changed(2), free="many"), altered(changed(3))
        )
        received = receive(SHOWING, payload, suspect=False)
        assert [entry.message.version for entry in received.entries] == [1, 3]
        assert [refused.index for refused in received.refused] == [1]
        assert "Expected `int`, got `str`" in received.refused[0].error

    @pytest.mark.parametrize(
        "payload",
        [
            b"",
            b"\xff\xfe",
            b"{}",
            b"[]",
            b'{"id": 1, "occurred_at": "2026-10-01T00:00:00Z", "messages": []}',
            b"[" * 100_000,
            sealed(changed())[:-2],
        ],
        ids=["empty", "binary", "object", "list", "numbered", "deep", "torn"],
    )
    def test_what_is_no_envelope_is_refused_whole_under_one_name(
        self, payload: bytes
    ) -> None:
        first, again = (receive(SHOWING, payload, suspect=False) for _ in range(2))
        assert first.entries == ()
        assert [refused.index for refused in first.refused] == [WHOLE]
        assert first.refused[0].raw == payload
        assert first.envelope_id == again.envelope_id

    def test_a_suspect_is_refused_whole_and_unread(self) -> None:
        payload = sealed(changed())
        received = receive(SHOWING, payload, suspect=True)
        assert received.envelope_id == open_envelope(payload).id
        assert [refused.index for refused in received.refused] == [WHOLE]

    @given(payload=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
    def test_no_payload_is_too_odd_to_be_received(self, payload: bytes) -> None:
        assert receive(SHOWING, payload, suspect=False).entries == ()

    @pytest.mark.parametrize(
        "raw",
        [b'"\\ud800"', b'"\xc3("', b"1e999", b"[" * 5000 + b"]" * 5000],
        ids=["half a pair", "no utf-8", "infinite", "deep"],
    )
    def test_an_odd_message_is_refused_alone(self, raw: bytes) -> None:
        head = sealed(changed(1))[:-2]
        received = receive(SHOWING, head + b"," + raw + b"]}", suspect=False)
        whole = [refused.index for refused in received.refused] == [WHOLE]
        assert whole or [e.message.version for e in received.entries] == [1]
