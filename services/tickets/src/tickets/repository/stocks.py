"""What orders said of its stocks: the newest of each, whatever the order it came in."""

from collections.abc import Sequence

from sqlalchemy import text

from common.database import Transaction
from common.messages import StockChanged

_KEEP = text("""
    INSERT INTO stocks (id, version, free)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]),
                         CAST(:free AS integer[])) AS told (id, version, free)
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, free = excluded.free
    WHERE stocks.version < excluded.version
    RETURNING id
""")
_KEEP_PARTS = text("""
    INSERT INTO ticket_stocks (ticket_id, stock_id, held, sold)
    SELECT * FROM unnest(CAST(:tickets AS uuid[]), CAST(:stocks AS uuid[]),
                         CAST(:held AS integer[]), CAST(:sold AS integer[]))
    ON CONFLICT (ticket_id, stock_id) DO UPDATE
    SET held = excluded.held, sold = excluded.sold
""")
_DROP_PARTS = text("""
    DELETE FROM ticket_stocks WHERE stock_id = ANY(:newer)
    AND (ticket_id, stock_id) NOT IN (
        SELECT * FROM unnest(CAST(:tickets AS uuid[]), CAST(:stocks AS uuid[])))
""")


class StockRepository:
    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def keep(self, told: Sequence[StockChanged]) -> None:
        """Keep what is newer than what is known; each stock once, sorted by id.

        A stock's row is its lock: the tickets that draw on it are written under it.
        """
        kept = await self._session.scalars(
            _KEEP,
            {
                "ids": [stock.stock_id for stock in told],
                "versions": [stock.version for stock in told],
                "free": [stock.free for stock in told],
            },
        )
        newer = set(kept)
        if newer:
            await self._keep_parts([s for s in told if s.stock_id in newer])

    async def _keep_parts(self, newer: Sequence[StockChanged]) -> None:
        parts = [(stock.stock_id, part) for stock in newer for part in stock.tickets]
        stocks = [stock_id for stock_id, _ in parts]
        tickets = [part.ticket_id for _, part in parts]
        await self._session.execute(
            _DROP_PARTS,
            {
                "newer": [stock.stock_id for stock in newer],
                "stocks": stocks,
                "tickets": tickets,
            },
        )
        await self._session.execute(
            _KEEP_PARTS,
            {
                "stocks": stocks,
                "tickets": tickets,
                "held": [part.held for _, part in parts],
                "sold": [part.sold for _, part in parts],
            },
        )
