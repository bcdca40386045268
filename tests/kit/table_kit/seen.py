"""What was seen through the gateway: every answer, by route, status and problem."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from table_kit.operations import operations

PROBLEM = "application/problem+json"


@dataclass
class Seen(httpx.AsyncBaseTransport):
    """A transport that takes notes."""

    transport: httpx.AsyncBaseTransport
    answers: dict[str, set[tuple[int, str]]] = field(
        default_factory=dict[str, set[tuple[int, str]]]
    )
    #: Routes that said of an answer that it was given before.
    replayed: set[str] = field(default_factory=set[str])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self.transport.handle_async_request(request)
        await response.aread()
        self._note(request, response)
        return response

    def _note(self, request: httpx.Request, response: httpx.Response) -> None:
        for operation in operations():
            if operation.matches(request.method, request.url.path):
                answers = self.answers.setdefault(str(operation), set())
                answers.add((response.status_code, code_of(response)))
                if response.headers.get("Idempotent-Replayed") == "true":
                    self.replayed.add(str(operation))


def code_of(response: httpx.Response) -> str:
    """The problem's code; nothing where there is no problem."""
    if response.headers.get("Content-Type") != PROBLEM:
        return ""
    problem: Mapping[str, str] = response.json()
    return problem["type"].removeprefix("/problems/")
