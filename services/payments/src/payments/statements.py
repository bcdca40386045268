"""The ledger of an order, as people who run the system read it."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from rich.table import Table
from sqlalchemy import select

from common.database import Database
from common.money import readable
from payments.ledger import Entry
from payments.models import Payment


async def entries_of(database: Database, order_id: UUID) -> Sequence[Entry]:
    """Every line of the order's payments, in the order it was written."""
    query = (
        select(Entry)
        .join(Payment, Payment.id == Entry.payment_id)
        .where(Payment.order_id == order_id)
        .order_by(Entry.written_at, Entry.posting_id, Entry.account)
    )
    async with database.transaction() as tx:
        return (await tx.session.scalars(query)).all()


def statement(entries: Sequence[Entry]) -> Table:
    """Posting by posting, and in the end what every account comes to."""
    table = Table("when", "payment", "posting", "account", "amount")
    sums: Counter[tuple[str, str]] = Counter()
    last: UUID | None = None
    for entry in entries:
        first, last = entry.posting_id != last, entry.posting_id
        table.add_row(
            f"{entry.written_at:%Y-%m-%d %H:%M:%S}" if first else "",
            str(entry.payment_id) if first else "",
            entry.posting if first else "",
            entry.account,
            readable(entry.amount, entry.currency),
        )
        sums[entry.account, entry.currency] += entry.amount
    table.add_section()
    for (account, currency), amount in sorted(sums.items()):
        table.add_row("", "", "in all", account, readable(amount, currency))
    return table
