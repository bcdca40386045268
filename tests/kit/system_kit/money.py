"""I2 and I3: money is kept for complete orders, for all of them, and for nothing else.

The provider's own ledger is the judge of what was taken.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from system_kit.views import Account, Views

_ORDERS = "SELECT id, status, total, amount_refunded FROM orders"
_PAYMENTS = """
    SELECT id, order_id, status, verdict, amount, amount_refunded, provider
    FROM payments
"""
_VERDICTS = "SELECT payment_id, order_id, verdict FROM order_payments"
#: Of each payment, what its ledger says is at the provider and on its way back.
_LEDGER = """
    SELECT p.id, coalesce(sum(e.amount) FILTER (WHERE account = 'provider'), 0) AS kept,
           coalesce(sum(e.amount) FILTER (WHERE account = 'refunded'), 0) AS under_way,
           coalesce(sum(e.amount), 0) AS balance
    FROM payments p LEFT JOIN ledger_entries e ON e.payment_id = p.id GROUP BY p.id
"""
_FREE = "none"


async def wrong_money(views: Views) -> list[str]:
    """I2: captured less refunded is what the order costs, or nothing."""
    accounts = await views.accounts()
    payments = await views.rows("payments", _PAYMENTS)
    known = {payment.id: payment.order_id for payment in payments}
    kept: dict[UUID, int] = defaultdict(int)
    for payment_id in accounts.keys() & known.keys():
        kept[known[payment_id]] += accounts[payment_id].kept
    return [
        *_strange(accounts, known),
        *_unfinished(accounts.values()),
        *_against_orders(await views.rows("orders", _ORDERS), kept),
        *_against_accounts(payments, accounts),
    ]


async def wrong_verdicts(views: Views) -> list[str]:
    """I3: a complete order has one accepted payment, captured; no other has one."""
    orders = {row.id: row for row in await views.rows("orders", _ORDERS)}
    payments = {row.id: row for row in await views.rows("payments", _PAYMENTS)}
    accepted: dict[UUID, list[UUID]] = defaultdict(list)
    faults: list[str] = []
    for row in await views.rows("orders", _VERDICTS):
        faults += _against_verdict(row, payments.get(row.payment_id))
        if row.verdict == "accepted":
            accepted[row.order_id].append(row.payment_id)
    for order in orders.values():
        paid_by = accepted[order.id]
        if order.status == "complete" and len(paid_by) != 1:
            faults.append(f"order {order.id} is complete, paid by {paid_by}")
    judged = {payment_id for ids in accepted.values() for payment_id in ids}
    faults += [
        f"payment {payment.id} is captured and was never accepted"
        for payment in payments.values()
        if payment.status == "captured" and payment.id not in judged
    ]
    return faults


async def wrong_ledger(views: Views) -> list[str]:
    """Our own ledger says what the provider's does, and is balanced."""
    accounts = await views.accounts()
    faults: list[str] = []
    for row in await views.rows("payments", _LEDGER):
        kept = accounts[row.id].kept if row.id in accounts else 0
        if (row.kept, row.under_way, row.balance) != (kept, 0, 0):
            faults.append(f"the ledger of payment {row.id}: {row}; {kept} was kept")
    return faults


def _against_verdict(verdict: Any, payment: Any) -> list[str]:
    if payment is None:
        return [f"orders judged {verdict.payment_id}, which payments does not know"]
    if payment.order_id != verdict.order_id:
        return [f"payment {payment.id} was judged for order {verdict.order_id}"]
    ended = payment.status in {"failed", "voided", "refunded"}
    if verdict.verdict == "accepted" and not ended and payment.status != "captured":
        return [f"payment {payment.id} was accepted and is {payment.status}"]
    if verdict.verdict == "refused" and not ended:
        return [f"payment {payment.id} was refused and is {payment.status}"]
    return []


def _strange(accounts: Mapping[UUID, Account], known: Mapping[UUID, UUID]) -> list[str]:
    return [
        f"the provider knows payment {payment_id}, and payments does not"
        for payment_id in accounts.keys() - known.keys()
    ]


def _unfinished(accounts: Iterable[Account]) -> list[str]:
    return [
        f"payment {account.payment_id} still blocks money: {account}"
        for account in accounts
        if account.blocked
    ]


def _against_orders(orders: Iterable[Any], kept: Mapping[UUID, int]) -> list[str]:
    faults: list[str] = []
    for order in orders:
        complete = order.status == "complete"
        due = order.total - order.amount_refunded if complete else 0
        if kept.get(order.id, 0) != due:
            faults.append(
                f"order {order.id} is {order.status} and costs {due};"
                f" {kept.get(order.id, 0)} was taken for it"
            )
    return faults


def _against_accounts(
    payments: Iterable[Any], accounts: Mapping[UUID, Account]
) -> list[str]:
    faults: list[str] = []
    for payment in payments:
        if payment.provider == _FREE:
            continue
        account = accounts.get(payment.id, Account(payment.id, 0, 0, 0, 0))
        left = payment.amount - payment.amount_refunded
        due = left if payment.status == "captured" else 0
        if account.kept != due:
            faults.append(f"payment {payment.id} is {payment.status}: {account}")
    return faults
