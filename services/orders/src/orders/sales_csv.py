"""Orders as a table for spreadsheets: RFC 4180, in UTF-8 with the mark Excel needs.

Names and titles are anybody's: what a spreadsheet would take for a formula has an
apostrophe before it, wherever a cell may begin. Where a comma is no separator, a
semicolon or a tab in a name is one.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping

from common.money import digits
from orders.schemas import OrderRead

MEDIA = "text/csv"
BROKEN_OFF = "ORDERS ARE MISSING HERE: the export broke off. Please export again."
#: What tells spreadsheets that the file is UTF-8.
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
#: Up to the first character of a formula: spreadsheets take full-width forms too, and
#: skip spaces and opening quotes.
_FORMULA = re.compile(r"""(?:^|[;,\t\r\n])[\s"]*(?=[=+\-@＝＋－＠])""")  # noqa: RUF001  # as typed

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


def broken_off() -> bytes:
    """Stands where other orders should: nobody may take the file for whole."""
    return _lines([[BROKEN_OFF, *[""] * (len(_COLUMNS) - 1)]]).encode()


def _lines(table: Iterable[Iterable[str | int]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(table)
    return written.getvalue()


def _plain(cell: str | int) -> str | int:
    """Text that no spreadsheet runs."""
    return _FORMULA.sub(r"\g<0>'", cell) if isinstance(cell, str) else cell


def _decimal(amount: int, currency: str) -> str:
    places = digits(currency)
    whole, part = divmod(amount, 10**places)
    return f"{whole}.{part:0{places}}" if places else str(whole)
