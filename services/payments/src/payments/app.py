"""The payments service put together."""

from collections.abc import Callable

from litestar import Litestar

from common.application import Application
from common.database import Database
from common.http import create_api, openapi_document
from common.identification import Identification
from common.identity import Verifier
from common.limits import Limits, limits
from payments.api import ROUTES
from payments.consumers import SERVICE, consumers
from payments.jobs import work_jobs
from payments.models import Payment
from payments.providers.interface import Provider
from payments.providers.stand_in.adapter import StandIn
from payments.providers.stand_in.process import refuse_production
from payments.service import Payments
from payments.settings import Settings
from payments.settlement import Settlement


def create_app(settings: Settings) -> Application:
    """Raises `SettingsError` for the test provider in production."""
    database = Database(settings.database_url)
    people = Identification(SERVICE, database, auth_url=settings.auth_url)
    settlement = Settlement(
        database,
        create_provider(settings),
        return_url=order_page(settings.public_url),
        patience=settings.patience,
    )
    payments = Payments(database, settlement)
    return Application(
        name=SERVICE,
        settings=settings,
        nats_password=settings.nats_password,
        database=database,
        api=create_http(
            payments,
            people.verifier,
            account_limits=limits(on=settings.limits == "on"),
            public_url=settings.public_url,
        ),
        consumers=[*consumers(payments), people.consumer],
        jobs=[*work_jobs(settlement), *people.work_jobs()],
        serve_jobs=people.serve_jobs(),
        starting=people.starting,
    )


def create_provider(settings: Settings) -> Provider:
    refuse_production(settings.environment)
    return StandIn.at(
        settings.test_provider_url, public_url=settings.test_provider_public_url
    )


def order_page(public_url: str) -> Callable[[Payment], str]:
    """Where the bank sends a buyer back to: the order, which then confirms."""
    origin = public_url.rstrip("/")
    return lambda payment: f"{origin}/orders/{payment.order_id}?payment={payment.id}"


def create_http(
    payments: Payments,
    verifier: Verifier,
    *,
    account_limits: Limits | None = None,
    public_url: str | None = None,
) -> Litestar:
    return create_api(
        name=SERVICE,
        version="1",
        routes=ROUTES,
        dependencies={"payments": payments},
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
    settlement = Settlement(
        database,
        create_provider(settings),
        return_url=order_page(settings.public_url),
        patience=settings.patience,
    )
    return openapi_document(
        create_http(Payments(database, settlement), people.verifier)
    )
