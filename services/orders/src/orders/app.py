"""The orders service put together."""

from datetime import timedelta

from litestar import Litestar

from common.application import Application
from common.database import Database
from common.http import create_api, openapi_document
from common.identification import Identification
from common.identity import Verifier
from common.limits import Limits, limits
from orders.api import ROUTES
from orders.cancellations import Cancellations
from orders.consumers import SERVICE, consumers
from orders.hot_route import in_front_of
from orders.jobs import serve_jobs, work_jobs
from orders.sales import Sales
from orders.sales_api import SALES_ROUTES
from orders.service import Orders
from orders.settings import Settings
from orders.verdicts import Verdicts

#: Who holds a stock in hand holds up its buyers: longer than this, nobody does.
STATEMENT, SILENCE = timedelta(seconds=2), timedelta(seconds=3)


def create_app(settings: Settings) -> Application:
    database = Database(settings.database_url, statement=STATEMENT, silence=SILENCE)
    people = Identification(SERVICE, database, auth_url=settings.auth_url)
    verdicts = Verdicts(lengthening=settings.lengthening)
    orders = Orders(
        database,
        hold=settings.hold,
        livemode=settings.livemode,
        batch=settings.batch,
    )
    account_limits = limits(on=settings.limits == "on")
    return Application(
        name=SERVICE,
        settings=settings,
        nats_password=settings.nats_password,
        database=database,
        api=in_front_of(
            create_http(
                orders,
                people.verifier,
                sales=Sales(database),
                account_limits=account_limits,
                public_url=settings.public_url,
            ),
            orders,
            people.verifier,
            limits=account_limits,
            public_url=settings.public_url,
        ),
        consumers=[*consumers(orders, verdicts), people.consumer],
        jobs=[*work_jobs(orders, Cancellations(database)), *people.work_jobs()],
        serve_jobs=[*serve_jobs(orders), *people.serve_jobs()],
        starting=people.starting,
    )


def create_http(
    orders: Orders,
    verifier: Verifier,
    *,
    sales: Sales,
    account_limits: Limits | None = None,
    public_url: str | None = None,
) -> Litestar:
    return create_api(
        name=SERVICE,
        version="1",
        routes=(*ROUTES, *SALES_ROUTES),
        dependencies={"orders": orders, "sales": sales},
        verifier=verifier,
        limits=account_limits,
        public_url=public_url,
    )


def openapi() -> bytes:
    """The OpenAPI document; nothing is connected to."""
    database = Database("postgresql://orders@localhost/orders")
    people = Identification(SERVICE, database, auth_url="http://localhost")
    orders = Orders(database, hold=timedelta(minutes=15))
    return openapi_document(create_http(orders, people.verifier, sales=Sales(database)))
