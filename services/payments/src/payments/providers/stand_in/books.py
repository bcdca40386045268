"""The ledger's tables: written once, never changed. Entries tell what stands."""

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec

from common.clock import utcnow
from common.ids import new_id
from payments.domain import Standing
from payments.providers.stand_in.wire import AuthorizeBody, EntryBody, Kind

_TABLES: Final = ("payments", "entries", "answers")
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS payments (
    id TEXT PRIMARY KEY,
    -- The caller's own id. Not unique: asking twice without a key authorizes twice.
    reference TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    token TEXT NOT NULL,
    return_url TEXT NOT NULL,
    -- Names the page of the bank; nobody can guess it.
    challenge TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS payments_reference_idx ON payments (reference);
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id TEXT NOT NULL REFERENCES payments,
    kind TEXT NOT NULL CHECK (kind IN ('processing', 'challenged', 'authorized',
                                       'declined', 'captured', 'voided', 'refunded')),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    code TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entries_payment_idx ON entries (payment_id);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    at TEXT NOT NULL
) STRICT;
""" + "".join(
    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;\n"
    for table in _TABLES
    for verb in ("UPDATE", "DELETE")
)

_STANDINGS: Final[dict[str, Standing]] = {
    "processing": Standing.PROCESSING,
    "challenged": Standing.REQUIRES_ACTION,
    "authorized": Standing.AUTHORIZED,
    "declined": Standing.DECLINED,
    "captured": Standing.CAPTURED,
    "voided": Standing.VOIDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A payment, as its entries tell it."""

    id: str
    reference: UUID
    amount: int
    currency: str
    token: str
    return_url: str
    challenge: str
    standing: Standing
    captured: int
    refunded: int
    code: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer given under an idempotency key."""

    fingerprint: bytes
    status: int
    body: bytes


class Books:
    """The tables, inside one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def open_account(self, wanted: AuthorizeBody) -> str:
        account_id = f"tp_{new_id().hex}"
        self._connection.execute(
            "INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                account_id,
                str(wanted.reference),
                wanted.amount,
                wanted.currency,
                wanted.token,
                wanted.return_url,
                secrets.token_urlsafe(24),
                utcnow().isoformat(),
            ),
        )
        return account_id

    def enter(
        self, account_id: str, kind: Kind, amount: int, *, code: str | None = None
    ) -> None:
        self._connection.execute(
            "INSERT INTO entries (payment_id, kind, amount, code, at) "
            "VALUES (?, ?, ?, ?, ?)",
            (account_id, kind, amount, code, utcnow().isoformat()),
        )

    def account(self, account_id: str) -> Account | None:
        return self._find("id = ?", account_id)

    def by_reference(self, reference: UUID) -> Account | None:
        return self._find("reference = ?", str(reference))

    def by_challenge(self, challenge: str) -> Account | None:
        return self._find("challenge = ?", challenge)

    def opened(self, since: str, until: str) -> list[Account]:
        """What was begun in that time; times are written as `Books` writes them."""
        rows = self._connection.execute(
            "SELECT * FROM payments WHERE at >= ? AND at < ? ORDER BY at",
            (since, until),
        )
        return [self._with_entries(row) for row in rows.fetchall()]

    def entries(self) -> list[EntryBody]:
        rows = self._connection.execute(
            "SELECT number, payment_id, reference, kind, e.amount, currency, code, "
            "e.at FROM entries e JOIN payments p ON p.id = payment_id ORDER BY number"
        )
        return [msgspec.convert(dict(row), EntryBody) for row in rows]

    def kept(self, key: str) -> Kept | None:
        row = self._connection.execute(
            "SELECT fingerprint, status, body FROM answers WHERE key = ?", (key,)
        ).fetchone()
        return Kept(*row) if row else None

    def keep(self, key: str, answer: Kept) -> None:
        self._connection.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?)",
            (
                key,
                answer.fingerprint,
                answer.status,
                answer.body,
                utcnow().isoformat(),
            ),
        )

    def _find(self, condition: str, value: str) -> Account | None:
        row = self._connection.execute(
            f"SELECT * FROM payments WHERE {condition} "  # noqa: S608  # our own words
            "ORDER BY at DESC LIMIT 1",
            (value,),
        ).fetchone()
        return self._with_entries(row) if row else None

    def _with_entries(self, row: sqlite3.Row) -> Account:
        entries = self._connection.execute(
            "SELECT kind, amount, code FROM entries WHERE payment_id = ? "
            "ORDER BY number",
            (row["id"],),
        ).fetchall()
        captured = sum(e["amount"] for e in entries if e["kind"] == "captured")
        refunded = sum(e["amount"] for e in entries if e["kind"] == "refunded")
        facts = [e for e in entries if e["kind"] in _STANDINGS]
        standing = _STANDINGS[facts[-1]["kind"]]
        return Account(
            id=row["id"],
            reference=UUID(row["reference"]),
            amount=row["amount"],
            currency=row["currency"],
            token=row["token"],
            return_url=row["return_url"],
            challenge=row["challenge"],
            standing=Standing.REFUNDED if 0 < captured == refunded else standing,
            captured=captured,
            refunded=refunded,
            code=facts[-1]["code"],
        )
