"""The service over a real database and the fake of Stripe, through the official SDK."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fake_stripe_http import (
    SECRET_KEY,
    WEBHOOK_SECRET,
    FakeStripe,
    Kind,
    Operation,
    serving,
    signed,
)
from payments_desk import PATIENCE, PUBLIC_URL, Judged, judged, order_of, person
from sqlalchemy import text

from common.database import Database
from common.identity import Identity
from common.messages import OrderCreated, OrderState
from payments.app import order_page
from payments.models import Payment
from payments.providers.stripe.adapter import Stripe
from payments.providers.stripe.keys import StripeKeys
from payments.reconciliation import Reconciliation
from payments.service import Payments
from payments.settlement import Settlement
from payments.webhooks import Webhooks

VISA = "pm_card_visa"
DECLINED = "pm_card_chargeDeclined"
CHALLENGED = "pm_card_authenticationRequired"
#: Seconds: a fake that does not answer keeps nobody for long.
HASTE = 0.5
LONG = 12.0


@dataclass
class StripeDesk:
    database: Database
    fake: FakeStripe
    stripe: Stripe
    payments: Payments
    settlement: Settlement
    webhooks: Webhooks
    reconciliation: Reconciliation
    buyer: Identity

    async def hear(self, *messages: OrderState) -> None:
        async with self.database.transaction() as tx:
            await self.payments.follow(messages, tx)

    async def order(self, **changes: Any) -> OrderCreated:
        order = order_of(self.buyer, **changes)
        await self.hear(order)
        return order

    async def pay(self, order: OrderState, token: str = VISA) -> Payment:
        paid = await self.payments.pay(
            order_id=order.order_id, token=token, identity=self.buyer, keyed=None
        )
        return paid.payment

    async def judge(
        self,
        order: OrderState,
        payment: Payment,
        verdict: Judged,
    ) -> None:
        await self.hear(judged(order, payment.id, verdict))
        await self.settlement.run_due()

    async def sweep(self) -> None:
        """Let the patience pass, and run what is due then."""
        for table in ("payments", "webhooks"):
            await self.execute(
                f"UPDATE {table} SET due_at = clock_timestamp()"
                " WHERE due_at IS NOT NULL"
            )
        await self.settlement.run_due()
        await self.webhooks.run_due()

    async def deliver(self, *events: dict[str, Any]) -> None:
        """News arrives, and is looked into."""
        for event in events:
            request = signed(event)
            signature = request.headers["Stripe-Signature"]
            await self.webhooks.receive("stripe", request.content, signature)
        await self.webhooks.run_due()

    async def find(self, payment: Payment) -> Payment:
        async with self.database.transaction() as tx:
            found = await tx.session.get(Payment, payment.id)
        assert found is not None
        return found

    async def status(self, payment: Payment) -> str:
        return (await self.find(payment)).status

    async def said(self) -> list[str]:
        """Subjects of everything said so far."""
        query = text("SELECT subject FROM outbox ORDER BY id")
        async with self.database.transaction() as tx:
            return list(await tx.session.scalars(query))

    async def execute(self, statement: str, **values: object) -> None:
        async with self.database.transaction() as tx:
            await tx.session.execute(text(statement), values)

    async def reconcile(self, day: str) -> tuple[int | None, str]:
        """`python -m payments reconcile`: its exit code, and what it prints."""
        url = self.database.url
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "payments", "reconcile", "--day", day),
            env={
                "PAYMENTS_DATABASE_URL": url,
                "PAYMENTS_NATS_PASSWORD": "unused",
                "PAYMENTS_PROVIDER": "stripe",
                "STRIPE_SECRET_KEY": SECRET_KEY,
                "STRIPE_PUBLISHABLE_KEY": "pk_test_fake",
                "STRIPE_API_BASE": self.fake.url,
            },
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await process.communicate()
        return process.returncode, printed.decode()

    def fault(self, operation: Operation, kind: Kind) -> None:
        if kind.startswith("hang"):
            self.stripe._patience = HASTE
        self.fake.fault(operation, kind)


@asynccontextmanager
async def open_stripe_desk(database: Database) -> AsyncGenerator[StripeDesk]:
    async with serving(FakeStripe()) as fake:
        keys = StripeKeys(
            secret_key=SECRET_KEY,
            publishable_key="pk_test_fake",
            webhook_secrets=(WEBHOOK_SECRET, "whsec_next"),
            api_base=fake.url,
        )
        # In one process with its fake, on a machine that may be busy.
        stripe = Stripe(keys, connecting=LONG)
        settlement = Settlement(
            database, stripe, return_url=order_page(PUBLIC_URL), patience=PATIENCE
        )
        yield StripeDesk(
            database,
            fake,
            stripe,
            Payments(database, settlement),
            settlement,
            Webhooks(database, settlement),
            Reconciliation(database, stripe),
            person(),
        )
        await stripe.aclose()
