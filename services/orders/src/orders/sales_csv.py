"""Orders as a table for spreadsheets: RFC 4180, in UTF-8 with the mark Excel needs.

A cell that a spreadsheet would take for a formula begins with an apostrophe: names and
titles are anybody's.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping

from common.money import digits
from orders.schemas import OrderRead

MEDIA = "text/csv"
#: What tells spreadsheets that the file is UTF-8.
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
#: First characters of formulas, full-width forms and what is skipped before them too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  # spreadsheets take these too

_COLUMNS: Mapping[str, Callable[[OrderRead], str | int]] = {
    "code": lambda o: o.code,
    "status": lambda o: o.status.value,
    "reason": lambda o: o.reason.value if o.reason else "",
    "name": lambda o: o.contact.name if o.contact else "",
    "email": lambda o: o.contact.email if o.contact else "",
    "event": lambda o: o.event.name if o.event else "",
    "event_starts_at": lambda o: o.event.starts_at_local if o.event else "",
    "tickets": lambda o: "; ".join(f"{i.quantity} x {i.title}" for i in o.items),
    "units": lambda o: sum(item.quantity for item in o.items),
    "total": lambda o: _decimal(o.total, o.currency),
    "refunded": lambda o: _decimal(o.amount_refunded, o.currency),
    "currency": lambda o: o.currency.upper(),
    "ordered_at": lambda o: o.created_at.isoformat(timespec="seconds"),
    "order_id": lambda o: str(o.id),
}


def heading() -> bytes:
    return (_MARK + _lines([list(_COLUMNS)])).encode()


def rows(orders: Iterable[OrderRead]) -> bytes:
    cells = ([read(order) for read in _COLUMNS.values()] for order in orders)
    return _lines([[_plain(cell) for cell in row] for row in cells]).encode()


def _lines(table: Iterable[Iterable[str | int]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(table)
    return written.getvalue()


def _plain(cell: str | int) -> str | int:
    """Text that no spreadsheet runs; it may have been hidden behind spaces."""
    if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA):
        return f"'{cell}"
    return cell


def _decimal(amount: int, currency: str) -> str:
    places = digits(currency)
    whole, part = divmod(amount, 10**places)
    return f"{whole}.{part:0{places}}" if places else str(whole)
