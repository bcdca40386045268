"""An API attacked by its own document: valid and invalid requests to every route."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks as rules

from common.asgi import ASGIApp
from common.embedded.processes import answers, free_ports
from common.server import serve_asgi
from common.testing.waiting import eventually

Request = Case[Any]

#: Requests are made up slowly, and many are thrown away.
SLOW = [
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
]

#: Some rules stand in no schema (a wall clock in its zone, a cursor some page gave
#: out), so a valid body may be refused; who is refused has a table of its own.
EXCLUDED: list[Any] = [rules.positive_data_acceptance, rules.ignored_auth]


class Report:
    """What an attack saw."""

    def __init__(self) -> None:
        #: Answers by route and status.
        self.answers: Counter[tuple[str, int]] = Counter()
        self.failures: dict[str, str] = {}

    @property
    def statuses(self) -> set[int]:
        return {status for _, status in self.answers}

    def add(self, case: Request, headers: Mapping[str, str]) -> None:
        answer = case.call(headers=dict(headers))
        route = str(case.operation.label)
        self.answers[route, answer.status_code] += 1
        try:
            case.validate_response(
                answer, headers=dict(headers), excluded_checks=EXCLUDED
            )
        except (Failure, FailureGroup) as failure:
            self.failures[f"{route} {answer.status_code}"] = str(failure)


@asynccontextmanager
async def served(api: ASGIApp) -> AsyncGenerator[str]:
    """The API on a port of its own; where it is."""
    [port] = free_ports(1)
    stopping = asyncio.Event()
    serving = asyncio.create_task(
        serve_asgi(api, host="127.0.0.1", port=port, stopping=stopping)
    )
    await eventually(lambda: answers(port))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stopping.set()
        await serving


def attack(document: str, *, headers: Mapping[str, str], examples: int = 10) -> Report:
    """Send `examples` requests to each route of a document, where it is served."""
    report = Report()
    for requests in _routes(schemathesis.openapi.from_url(document)):

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=SLOW,
        )
        @given(case=requests)
        def send(case: Request) -> None:
            report.add(case, headers)

        send()
    return report


def _routes(schema: Any) -> Iterator[st.SearchStrategy[Request]]:
    for found in schema.get_all_operations():
        route = found.ok()
        yield st.one_of(
            route.as_strategy(generation_mode=GenerationMode.POSITIVE),
            route.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )
