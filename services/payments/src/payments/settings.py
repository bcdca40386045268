"""What the payments service is told."""

from datetime import timedelta
from typing import Annotated, Literal

from common.settings import ServiceSettings, variable


class Settings(ServiceSettings, frozen=True, kw_only=True):
    database_url: Annotated[
        str, variable("PAYMENTS_DATABASE_URL", "PostgreSQL database of payments")
    ]
    nats_password: Annotated[
        str, variable("PAYMENTS_NATS_PASSWORD", "Password of NATS user `payments`")
    ]
    auth_url: Annotated[
        str, variable("AUTH_URL", "Where auth publishes its public keys")
    ] = "http://127.0.0.1:8000"
    provider: Annotated[
        Literal["test", "stripe"],
        variable("PAYMENTS_PROVIDER", "Who moves the money: `test` or `stripe`"),
    ] = "test"
    stripe_secret_key: Annotated[
        str, variable("STRIPE_SECRET_KEY", "Stripe: secret key, `sk_…` or `rk_…`")
    ] = ""
    stripe_publishable_key: Annotated[
        str, variable("STRIPE_PUBLISHABLE_KEY", "Stripe: key for browsers, `pk_…`")
    ] = ""
    stripe_webhook_secrets: Annotated[
        str,
        variable(
            "STRIPE_WEBHOOK_SECRETS",
            "Stripe: secrets of webhooks, `whsec_…`, separated by commas",
        ),
    ] = ""
    stripe_api_base: Annotated[
        str,
        variable("STRIPE_API_BASE", "Another address of Stripe's API, for tests"),
    ] = ""
    test_provider_url: Annotated[
        str, variable("TEST_PROVIDER_URL", "Where the test provider is")
    ] = "http://127.0.0.1:8090"
    test_provider_public_url: Annotated[
        str,
        variable(
            "TEST_PROVIDER_PUBLIC_URL",
            "Origin at which browsers reach the test provider's page",
        ),
    ] = "http://localhost:8080"
    patience_seconds: Annotated[
        int,
        variable(
            "PAYMENTS_PATIENCE_SECONDS",
            "A payment not final for this long is looked up at the provider",
            ge=1,
            le=3600,
        ),
    ] = 120

    @property
    def patience(self) -> timedelta:
        return timedelta(seconds=self.patience_seconds)
