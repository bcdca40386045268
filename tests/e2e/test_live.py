"""What is left comes to the pages that somebody looks at, as it changes."""

from datetime import UTC, datetime, timedelta
from math import inf

import pytest
import pytest_asyncio
from browser_kit.network import EVENT, ORDER, disturb, never, refuse
from browser_kit.visitor import Open, Visitor
from playwright.async_api import Request, Route, expect
from system_kit.people import Json
from system_kit.stage import Stage

from common.testing.waiting import eventually

pytestmark = pytest.mark.e2e

STREAM = "text/event-stream"
#: How long a sale is still to begin.
WAIT = timedelta(hours=1)
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


async def test_a_ticket_put_on_sale_meanwhile_shows_by_itself(
    window: Open, stage: Stage
) -> None:
    seller = await stage.member()
    event = await seller.announce()
    await seller.offer(event_id=event["id"], title="Floor")
    async with window() as onlooker:
        await onlooker.go(f"/events/{event['id']}")
        await expect(onlooker.get_button).to_be_visible()
        await seller.offer(event_id=event["id"], title="Balcony")
        await onlooker.choose("Balcony", 1)


async def test_a_page_that_was_kept_for_long_shows_what_has_changed_since(
    window: Open, stage: Stage
) -> None:
    seller = await stage.member()
    event = await seller.announce()
    ticket = await seller.offer(event_id=event["id"], title="Floor")
    path, renamed = f"/events/{event['id']}", {"title": "Stalls"}
    async with window() as late:
        url = f"{late.origin}{path}"
        old = await late.page.request.get(url)
        await seller.ask("PATCH", f"/api/tickets/{ticket['id']}", json=renamed)
        await late.page.route(url, lambda route: route.fulfill(response=old))
        await late.page.clock.set_system_time(datetime.now(UTC) + timedelta(minutes=5))
        await late.go(path)
        await late.choose("Stalls", 1)


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


async def test_who_is_refused_hears_by_the_stream_what_is_left(
    window: Open, offered: Json
) -> None:
    async with window() as buyer:
        asked = Asked(buyer)
        await buyer.go(f"/events/{offered['event_id']}")
        await eventually(asked.open)
        await disturb(buyer.page, ORDER, refuse(409, "all-held", items=[]))
        await buyer.choose("Floor", 1)
        await buyer.get_button.click()
        await buyer.sees("problems.all-held")
        assert asked.answers == []


async def test_at_the_opening_of_a_sale_a_slow_answer_is_waited_for(
    window: Open, stage: Stage
) -> None:
    seller = await stage.member()
    event = await seller.announce()
    opens = datetime.now(UTC) + WAIT
    await seller.offer(event_id=event["id"], sale_starts_at=opens.isoformat())
    async with window() as early:
        asked = await disturb(early.page, EVENT, never, times=inf)
        await early.page.route("**/availability", never)  # it brings the true time
        await early.page.clock.install()
        await early.go(f"/events/{event['id']}")
        await early.sees("sale.days")
        await early.turn_clock(WAIT)
        await early.sees("sale.opening")
        for _ in range(6):
            await early.page.clock.run_for(1_000)
            await early.sees("sale.opening")
        assert asked.happened == 1


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
