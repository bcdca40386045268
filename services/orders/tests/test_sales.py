"""`/api/sales`: what sellers see of the orders of their tickets, and others do not."""

import csv
import io

import httpx
import pytest
from orders_desk import (
    Browse,
    Desk,
    event,
    framework,
    person,
    seller,
    sold,
)

from common.errors import Busy
from orders import sales as sales_module
from orders.sales import Sales
from orders.sales_repository import Asked

URL = "/api/sales"
SUMMARY = "/api/sales/summary"
CSV = {"Accept": "text/csv"}
#: Ways to type a name.
SPELLINGS = (
    "zolc",
    "ŻÓŁĆ",
    "łukasz żół",
    "ukasz ZOLC",
    "Z\u0307o\u0301lc",
    "@example.com lukasz",
)
#: Names that spreadsheets would run, some where a comma is no separator.
FORMULAS = (
    "=1+1",
    "+49 30",
    "-2",
    "@SUM(A1)",
    " =cmd|' /C calc'!A0",
    "\uff1d1",
    "\t=1",
    "Ada;=cmd|'/C calc'!A0;",
    'Ada; "=1"',
    "Ada\t@SUM(A1)",
    "Ada, =1;\uff0b1",
)
#: Names with such characters where no cell begins.
PLAIN = ("O'Neill-Smith", "a - b = c", "Ada; Grace", "ada@example.com", "x,y")
#: Where a spreadsheet may think that a cell begins.
SEPARATORS = (",", ";", "\t")


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [order["contact"]["name"] for order in answer.json()["items"]]


def table(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(_opened(answer)))


def cells(answer: httpx.Response, separator: str) -> list[str]:
    rows = csv.reader(_opened(answer), delimiter=separator)
    return [cell for row in rows for cell in row]


def _opened(answer: httpx.Response) -> io.StringIO:
    assert answer.status_code == 200, answer.text
    return io.StringIO(answer.content.decode("utf-8-sig"), newline="")


@framework
class TestTheList:
    async def test_shows_code_and_contact_newest_first(
        self, desk: Desk, browse: Browse
    ) -> None:
        me = seller()
        floor = await desk.offer(seller_id=me.user_id, event=event())
        first = await sold(desk, floor, "Ada")
        await sold(desk, floor, "Grace")
        answer = await browse(me).get(URL)
        assert names(answer) == ["Grace", "Ada"]
        shown = answer.json()["items"][1]
        assert (shown["code"], shown["status"]) == (first.code, "complete")
        assert shown["contact"]["email"] == first.contact_email
        assert answer.headers["Vary"] == "Accept"

    async def test_turns_pages(self, desk: Desk, browse: Browse) -> None:
        me = seller()
        show = event()
        floor = await desk.offer(seller_id=me.user_id, event=show)
        for number in range(5):
            await sold(desk, floor, f"Fan {number}")
        for params in ({}, {"event_id": str(show.id)}):
            seen, cursor = list[str](), None
            while cursor is not None or not seen:
                asked = params | {"limit": 2} | ({"cursor": cursor} if cursor else {})
                answer = await browse(me).get(URL, params=asked)
                seen += names(answer)
                cursor = answer.json()["next"]
            assert seen == [f"Fan {number}" for number in reversed(range(5))]

    async def test_keeps_to_event_and_status(self, desk: Desk, browse: Browse) -> None:
        me = seller()
        here, there = event(), event()
        floor = await desk.offer(seller_id=me.user_id, event=here)
        other = await desk.offer(seller_id=me.user_id, event=there)
        await sold(desk, floor, "Ada")
        await sold(desk, other, "Grace")
        await desk.order(person(), floor)
        browser = browse(me)
        of_event = await browser.get(URL, params={"event_id": str(there.id)})
        assert names(of_event) == ["Grace"]
        both = {"event_id": str(here.id), "status": "complete"}
        assert names(await browser.get(URL, params=both)) == ["Ada"]
        held = await browser.get(URL, params={"status": "created"})
        assert [order["contact"] for order in held.json()["items"]] == [None]

    async def test_finds_names_whatever_their_case_and_accents(
        self, desk: Desk, browse: Browse
    ) -> None:
        me = seller()
        floor = await desk.offer(seller_id=me.user_id, event=event())
        await sold(desk, floor, "Łukasz Żółć")
        await sold(desk, floor, "Ada Lovelace")
        browser = browse(me)
        for q in SPELLINGS:
            found = names(await browser.get(URL, params={"q": q}))
            assert found == ["Łukasz Żółć"], q

    async def test_finds_a_code_read_aloud(self, desk: Desk, browse: Browse) -> None:
        me = seller()
        floor = await desk.offer(seller_id=me.user_id)
        order, _ = await sold(desk, floor, "Strauß"), await sold(desk, floor, "Ada")
        browser = browse(me)
        for q in (order.code.lower(), order.code[:6], f" {order.code} ", "STRAUSS"):
            assert names(await browser.get(URL, params={"q": q})) == ["Strauß"], q

    async def test_takes_no_letter_for_a_pattern(
        self, desk: Desk, browse: Browse
    ) -> None:
        me = seller()
        floor = await desk.offer(seller_id=me.user_id)
        await sold(desk, floor, "Ada")
        browser = browse(me)
        for q in (*"%_\\％＿﹪＼", "a%a", "ada grace", "; --"):  # noqa: RUF001  # fold to them
            assert names(await browser.get(URL, params={"q": q})) == [], q


@framework
class TestOthers:
    async def test_see_nothing_of_it(self, desk: Desk, browse: Browse) -> None:
        """Not by asking for the event, its buyer's name, or the whole file."""
        me, rival = seller(), seller()
        show = event()
        floor = await desk.offer(seller_id=me.user_id, event=show)
        order = await sold(desk, floor, "Ada")
        mine = await desk.offer(seller_id=rival.user_id, event=event())
        await sold(desk, mine, "Grace")
        browser, of_event = browse(rival), {"event_id": str(show.id)}
        for params in (of_event, {"q": order.code}, {"q": "ada"}):
            assert names(await browser.get(URL, params=params)) == []
            assert not table(await browser.get(URL, params=params, headers=CSV))
        assert names(await browser.get(URL)) == ["Grace"]
        assert [r["name"] for r in table(await browser.get(URL, headers=CSV))] == [
            "Grace"
        ]
        summary = (await browser.get(SUMMARY, params=of_event)).json()
        assert (summary["tickets"], summary["series"]) == ([], [])
        whole = (await browser.get(SUMMARY)).json()
        assert [t["ticket_id"] for t in whole["tickets"]] == [str(mine.ticket_id)]
        assert whole["outcomes"]["complete"] == 1

    async def test_buyers_see_no_sales(self, desk: Desk, browse: Browse) -> None:
        floor = await desk.offer()
        buyer = person(kind="member")
        await desk.order(buyer, floor)
        assert (await browse(buyer).get(URL)).json()["items"] == []

    @pytest.mark.parametrize("path", [URL, SUMMARY])
    async def test_guests_and_strangers_are_refused(
        self, browse: Browse, path: str
    ) -> None:
        guest, stranger = await browse(person()).get(path), await browse().get(path)
        assert (guest.status_code, guest.json()["type"]) == (403, "/problems/guest")
        assert stranger.status_code == 401


@framework
class TestTheFile:
    async def test_holds_everything_in_batches(
        self, desk: Desk, browse: Browse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sales_module, "BATCH", 2)
        me = seller()
        floor = await desk.offer(seller_id=me.user_id, event=event())
        single = await desk.offer(seller_id=me.user_id)
        for number in range(5):
            await sold(desk, floor, f"Fan {number}")
        await sold(desk, single, "Grace")
        answer = await browse(me).get(URL, headers=CSV)
        assert answer.headers["Content-Type"].startswith("text/csv; charset=utf-8")
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.content.startswith(b"\xef\xbb\xbfcode,status,")
        assert answer.content.count(b"\r\n") == 7
        found = [row["name"] for row in table(answer)]
        assert sorted(found) == [*(f"Fan {n}" for n in range(5)), "Grace"]

    async def test_says_what_was_bought_and_paid(
        self, desk: Desk, browse: Browse
    ) -> None:
        me = seller()
        floor = await desk.offer(
            seller_id=me.user_id, event=event(), title="Floor, left"
        )
        order = await sold(desk, floor, 'Łukasz "Lu"', quantity=2)
        [row] = table(await browse(me).get(URL, headers=CSV))
        assert row["name"] == 'Łukasz "Lu"'
        assert row["tickets"] == "2 x Floor, left"
        assert (row["units"], row["total"], row["currency"]) == ("2", "51.00", "USD")
        assert row["order_id"] == str(order.id)

    async def test_runs_no_formula(self, desk: Desk, browse: Browse) -> None:
        me = seller()
        title, units = "=1 floor;=1", len(FORMULAS)
        floor = await desk.offer(seller_id=me.user_id, title=title, quantity=units)
        for name in FORMULAS:
            await sold(desk, floor, name)
        answer = await browse(me).get(URL, headers=CSV)
        for separator in SEPARATORS:
            begun = {cell.lstrip()[:1] for cell in cells(answer, separator)}
            assert not begun & set("=+-@＝＋－＠"), separator  # noqa: RUF001  # as typed
        read = [row["name"].replace("'", "") for row in reversed(table(answer))]
        assert read == [name.replace("'", "") for name in FORMULAS]

    async def test_leaves_other_names_alone(self, desk: Desk, browse: Browse) -> None:
        me = seller()
        floor = await desk.offer(seller_id=me.user_id)
        for name in PLAIN:
            await sold(desk, floor, name)
        rows = table(await browse(me).get(URL, headers=CSV))
        assert [row["name"] for row in reversed(rows)] == [*PLAIN]

    async def test_of_nothing_is_a_heading(self, browse: Browse) -> None:
        answer = await browse(seller()).get(URL, headers=CSV)
        assert answer.content.count(b"\r\n") == 1

    async def test_is_for_those_who_ask_for_it(self, browse: Browse) -> None:
        browser = browse(seller())
        for accept in ("*/*", "application/json", "application/json, text/csv;q=0.5"):
            answer = await browser.get(URL, headers={"Accept": accept})
            assert answer.headers["Content-Type"] == "application/json", accept


async def test_sellers_leave_connections_to_buyers(desk: Desk) -> None:
    """Whoever comes while all places are taken is told to come again."""
    ours = Sales(desk.database, patience=0.01)
    asked = Asked(seller_id=seller().user_id)
    async with ours._reading(), ours._reading():
        with pytest.raises(Busy):
            await ours.page(asked, before=None, limit=1)
    assert await ours.page(asked, before=None, limit=1) == []
