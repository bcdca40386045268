"""Messages: the newest of a list, in key order; the documents that describe them."""

import json
import re
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny.app import said
from tiny.kit import changed

from common.asyncapi import documents
from common.clock import utcnow
from common.ids import new_id
from common.messages import DeadLettered, SessionRevoked, StockChanged, newest
from common.topology import HEARS, SAYS, SERVICES

STOCKS = sorted(new_id() for _ in range(3))


class TestNewest:
    @given(
        st.lists(
            st.builds(changed, st.integers(1, 5), stock_id=st.sampled_from(STOCKS))
        )
    )
    def test_one_of_each_aggregate_is_left_in_key_order(
        self, messages: list[StockChanged]
    ) -> None:
        latest = {
            stock: max(m.version for m in messages if m.stock_id == stock)
            for stock in {message.stock_id for message in messages}
        }
        folded = [(message.stock_id, message.version) for message in newest(messages)]
        assert folded == sorted(latest.items())

    def test_the_order_they_come_in_is_no_matter(self) -> None:
        messages = [changed(n, stock_id=STOCKS[0]) for n in (1, 2, 3)]
        assert all(newest(order) == messages[2:] for order in permutations(messages))


def test_a_state_has_a_version_and_a_fact_has_none() -> None:
    fact = SessionRevoked(session_id=new_id(), expires_at=utcnow())
    assert (said(new_id(), 7).revision, fact.revision) == (7, 0)


@pytest.mark.parametrize("service", SERVICES)
class TestDocument:
    def test_it_says_and_hears_what_the_topology_does(self, service: str) -> None:
        operations = documents()[service]["operations"].values()
        found: dict[str, set[str]] = {"send": set(), "receive": set()}
        for operation in operations:
            found[operation["action"]].add(operation["channel"]["$ref"].split("/")[-1])
        dead = {DeadLettered.__name__} if HEARS[service] else set[str]()
        assert found["send"] == {m.__name__ for m in SAYS[service]} | dead
        assert found["receive"] == {m.__name__ for m in HEARS[service]}

    def test_every_reference_leads_somewhere(self, service: str) -> None:
        document = documents()[service]
        for reference in references(document):
            place: Any = document
            for part in reference.removeprefix("#/").split("/"):
                place = place[part]
            assert place


def references(node: object) -> list[str]:
    """Every `$ref` in a document."""
    return re.findall(r'"\$ref": "(.+?)"', json.dumps(node))
