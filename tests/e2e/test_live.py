"""What is left comes to the pages that somebody looks at, as it changes."""

import pytest
import pytest_asyncio
from browser_kit.visitor import Open, Visitor
from playwright.async_api import Request, Route, expect
from system_kit.people import Json
from system_kit.stage import Stage

from common.testing.waiting import eventually

pytestmark = pytest.mark.e2e

STREAM = "text/event-stream"
_HIDE = """hidden => {
    Object.defineProperty(document, 'visibilityState',
        {value: hidden ? 'hidden' : 'visible', configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def offered(stage: Stage) -> Json:
    seller = await stage.member()
    event = await seller.announce()
    return await seller.offer(event_id=event["id"], title="Floor", quantity=4)


class Asked:
    """What a page asked about availability: streams, and single answers."""

    def __init__(self, visitor: Visitor) -> None:
        self.streams: list[Request] = []
        self.answers: list[Request] = []
        self.ended: list[Request] = []
        visitor.page.on("request", self._note)
        visitor.page.on("requestfailed", self._end)
        visitor.page.on("requestfinished", self._end)

    def _note(self, request: Request) -> None:
        if request.url.endswith("/availability"):
            stream = request.resource_type == "eventsource"
            (self.streams if stream else self.answers).append(request)

    def _end(self, request: Request) -> None:
        self.ended.append(request)

    async def open(self) -> int:
        return len([each for each in self.streams if each not in self.ended])


async def test_what_others_take_is_told_without_asking(
    window: Open, stage: Stage, offered: Json
) -> None:
    async with window() as onlooker:
        asked = Asked(onlooker)
        await onlooker.go(f"/events/{offered['event_id']}")
        await expect(onlooker.get_button).to_be_visible()
        buyer = await stage.guest()
        order = await buyer.order(offered, 4)
        await expect(onlooker.get_button).to_be_hidden()
        await buyer.cancel(order)
        await expect(onlooker.get_button).to_be_visible()
        assert len(asked.streams) == 1
        assert asked.answers == []


async def test_a_page_out_of_sight_holds_no_connection(
    window: Open, stage: Stage, offered: Json
) -> None:
    async with window() as onlooker:
        asked = Asked(onlooker)
        await onlooker.go(f"/events/{offered['event_id']}")
        await eventually(asked.open)
        await onlooker.page.evaluate(_HIDE, arg=True)
        await eventually(lambda: none_open(asked))
        buyer = await stage.guest()
        await buyer.order(offered, 4)
        await onlooker.page.evaluate(_HIDE, arg=False)
        await expect(onlooker.get_button).to_be_hidden()
        assert len(asked.streams) == 2


async def test_where_there_is_no_stream_it_asks(
    window: Open, stage: Stage, offered: Json
) -> None:
    async with window() as onlooker:
        await onlooker.page.route("**/availability", without_streams)
        await onlooker.go(f"/events/{offered['event_id']}")
        await expect(onlooker.get_button).to_be_visible()
        buyer = await stage.guest()
        await buyer.order(offered, 4)
        await expect(onlooker.get_button).to_be_hidden()


async def none_open(asked: Asked) -> bool:
    return await asked.open() == 0


async def without_streams(route: Route) -> None:
    if route.request.resource_type == "eventsource":
        await route.fulfill(status=503, headers={"Retry-After": "30"})
    else:
        await route.continue_()
