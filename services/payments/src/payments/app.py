"""The payments service put together."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from litestar import Litestar

from common.application import Application
from common.database import Database
from common.http import create_api, openapi_document
from common.identification import Identification
from common.identity import Verifier
from common.limits import Limits, limits
from common.settings import SettingsError
from payments.api import ROUTES
from payments.consumers import SERVICE, consumers
from payments.hot_route import in_front_of
from payments.jobs import work_jobs
from payments.models import Payment
from payments.providers.interface import Provider
from payments.providers.stand_in.adapter import StandIn
from payments.providers.stand_in.process import refuse_production
from payments.providers.stripe.adapter import Stripe
from payments.providers.stripe.keys import StripeKeys
from payments.reconciliation import Reconciliation
from payments.refunds import Refunds
from payments.service import Payments
from payments.settings import Settings
from payments.settlement import Settlement
from payments.webhooks import Webhooks


def create_app(settings: Settings) -> Application:
    """Raises `SettingsError` for the test provider in production."""
    database = Database(settings.database_url)
    people = Identification(SERVICE, database, auth_url=settings.auth_url)
    settlement = create_settlement(settings, database)
    payments = Payments(database, settlement)
    refunds = Refunds(database, settlement)
    webhooks = Webhooks(database, settlement)
    account_limits = limits(on=settings.limits == "on")
    return Application(
        name=SERVICE,
        settings=settings,
        nats_password=settings.nats_password,
        database=database,
        api=in_front_of(
            create_http(
                payments,
                refunds,
                webhooks,
                people.verifier,
                account_limits=account_limits,
                public_url=settings.public_url,
            ),
            payments,
            people.verifier,
            limits=account_limits,
            public_url=settings.public_url,
        ),
        consumers=[*consumers(payments), people.consumer],
        jobs=[*work_jobs(settlement, refunds, webhooks), *people.work_jobs()],
        serve_jobs=people.serve_jobs(),
        starting=people.starting,
    )


def create_settlement(settings: Settings, database: Database) -> Settlement:
    """Raises what `create_provider` raises."""
    return Settlement(
        database,
        create_provider(settings),
        return_url=order_page(settings.public_url),
        patience=settings.patience,
    )


def create_provider(settings: Settings) -> Provider:
    """Raises `SettingsError` for what may not be, or is not enough."""
    if settings.provider == "stripe":
        return Stripe(stripe_keys(settings))
    refuse_production(settings.environment)
    return StandIn.at(
        settings.test_provider_url, public_url=settings.test_provider_public_url
    )


def stripe_keys(settings: Settings) -> StripeKeys:
    if settings.environment == "production" and settings.stripe_api_base:
        raise SettingsError("TICKETING_ENV=production refuses STRIPE_API_BASE.")
    secrets = settings.stripe_webhook_secrets.split(",")
    return StripeKeys(
        secret_key=settings.stripe_secret_key,
        publishable_key=settings.stripe_publishable_key,
        webhook_secrets=tuple(secret.strip() for secret in secrets if secret.strip()),
        api_base=settings.stripe_api_base,
    ).check(production=settings.environment == "production")


@asynccontextmanager
async def open_reconciliation(settings: Settings) -> AsyncGenerator[Reconciliation]:
    database, provider = Database(settings.database_url), create_provider(settings)
    try:
        yield Reconciliation(database, provider)
    finally:
        await provider.aclose()
        await database.dispose()


def order_page(public_url: str) -> Callable[[Payment], str]:
    """Where the bank sends a buyer back to: the order, which then confirms."""
    origin = public_url.rstrip("/")
    return lambda payment: f"{origin}/orders/{payment.order_id}?payment={payment.id}"


def create_http(
    payments: Payments,
    refunds: Refunds,
    webhooks: Webhooks,
    verifier: Verifier,
    *,
    account_limits: Limits | None = None,
    public_url: str | None = None,
) -> Litestar:
    return create_api(
        name=SERVICE,
        version="1",
        routes=ROUTES,
        dependencies={
            "payments": payments,
            "refunds": refunds,
            "webhooks": webhooks,
        },
        verifier=verifier,
        limits=account_limits,
        public_url=public_url,
    )


def openapi() -> bytes:
    """The OpenAPI document; nothing is connected to."""
    settings = Settings(
        database_url="postgresql://payments@localhost/payments", nats_password=""
    )
    database = Database(settings.database_url)
    people = Identification(SERVICE, database, auth_url=settings.auth_url)
    settlement = create_settlement(settings, database)
    payments, refunds = Payments(database, settlement), Refunds(database, settlement)
    webhooks = Webhooks(database, settlement)
    return openapi_document(create_http(payments, refunds, webhooks, people.verifier))
