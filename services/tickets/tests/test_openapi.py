"""The API keeps to its document, whatever it is sent."""

import asyncio
from typing import cast

import pytest
from litestar import Litestar
from openapi_kit import Report, attack, served
from tickets_desk import person

from common.asgi import ASGIApp
from common.testing.people import People


@pytest.fixture
async def report(api: Litestar, people: People) -> Report:
    async with served(cast("ASGIApp", api)) as url:
        return await asyncio.to_thread(
            attack,
            f"{url}/api/tickets/openapi.json",
            headers=people.headers(person()),
        )


async def test_no_request_breaks_it(report: Report) -> None:
    assert report.failures == {}
    assert {200, 201, 400} <= report.statuses
    assert max(report.statuses) < 500
    assert len({route for route, _ in report.answers}) == 13
