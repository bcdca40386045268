"""The service as a process: what it says of itself, what it refuses."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from payments_desk import PUBLIC_URL, VISA

from common.ids import new_id
from common.settings import SettingsError
from payments.app import create_app, create_provider, openapi, stripe_keys
from payments.providers.stand_in.desk import Desk
from payments.providers.stand_in.ledger import Ledger
from payments.settings import Settings

SECRETS = {
    "PAYMENTS_DATABASE_URL": "postgresql://payments:password@127.0.0.1:9/payments",
    "PAYMENTS_NATS_PASSWORD": "password",
}


def run(*command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "payments", *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", ["serve", "work"])
def test_production_refuses_the_test_provider_in_one_sentence(command: str) -> None:
    production = {"TICKETING_ENV": "production", "PUBLIC_URL": "https://example.com"}
    done = run(command, environment={**SECRETS, **production})

    assert done.returncode == 2
    assert done.stdout == ""
    [sentence] = done.stderr.splitlines()
    assert "TICKETING_ENV=production refuses the test provider" in sentence


STRIPE: dict[str, Any] = {
    "provider": "stripe",
    "environment": "production",
    "public_url": "https://tickets.example.com",
    "stripe_secret_key": "sk_live_1",
    "stripe_publishable_key": "pk_live_1",
    "stripe_webhook_secrets": "whsec_1, whsec_2",
}


def with_stripe(**changes: Any) -> Settings:
    database = "postgresql://p@127.0.0.1:9/p"
    facts: dict[str, Any] = {"database_url": database, "nats_password": ""}
    return Settings(**(facts | STRIPE | changes))


async def test_production_starts_with_stripe() -> None:
    provider = create_provider(with_stripe())

    assert (provider.name, provider.livemode) == ("stripe", True)
    assert provider.publishable_key == "pk_live_1"
    assert create_app(with_stripe()).name == "payments"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"stripe_secret_key": ""}, "STRIPE_SECRET_KEY"),
        ({"stripe_secret_key": "pk_live_1"}, "STRIPE_SECRET_KEY"),
        ({"stripe_publishable_key": ""}, "STRIPE_PUBLISHABLE_KEY"),
        ({"stripe_publishable_key": "pk_test_1"}, "STRIPE_PUBLISHABLE_KEY"),
        ({"stripe_webhook_secrets": "secret"}, "STRIPE_WEBHOOK_SECRETS"),
        ({"stripe_webhook_secrets": " , "}, "STRIPE_WEBHOOK_SECRETS"),
        ({"stripe_api_base": "http://fake"}, "STRIPE_API_BASE"),
    ],
)
def test_keys_that_cannot_be_right_are_refused(
    changes: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        create_provider(with_stripe(**changes))


@pytest.mark.parametrize("key", ["sk_test_1", "rk_test_1"])
async def test_test_keys_take_no_money_and_none_in_production(key: str) -> None:
    keys = {"stripe_secret_key": key, "stripe_publishable_key": "pk_test_1"}
    with pytest.raises(SettingsError, match="test keys, which take no money"):
        create_provider(with_stripe(**keys))
    assert not create_provider(with_stripe(**keys, environment="development")).livemode


def test_keys_are_never_shown() -> None:
    assert "sk_live" not in repr(stripe_keys(with_stripe()))


def test_production_refuses_to_run_the_test_provider(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    done = run(
        "test-provider",
        environment={
            "TICKETING_ENV": "production",
            "TEST_PROVIDER_LEDGER": str(ledger),
        },
    )

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not ledger.exists()


async def test_the_test_providers_books_can_be_read(
    provider_http: httpx.AsyncClient, provider: Desk, tmp_path: Path
) -> None:
    reference = str(new_id())
    await provider_http.post(
        "/payments",
        json={
            "amount": 2550,
            "currency": "usd",
            "token": VISA,
            "reference": reference,
            "return_url": PUBLIC_URL,
        },
    )
    assert isinstance(provider.ledger, Ledger)
    ledger = str(tmp_path / "ledger.sqlite")
    done = run(
        "test-provider",
        "ledger",
        environment={"TEST_PROVIDER_LEDGER": ledger, "COLUMNS": "200"},
    )

    assert done.returncode == 0
    assert reference in done.stdout
    assert "authorized" in done.stdout


def test_its_document_names_every_route() -> None:
    document = msgspec.json.decode(openapi())

    assert document["paths"].keys() == {
        "/api/payments",
        "/api/payments/config",
        "/api/payments/webhooks/{provider}",
        "/api/payments/{payment_id}",
        "/api/payments/{payment_id}/confirm",
        "/api/payments/{payment_id}/refunds",
    }
    action = document["components"]["schemas"]["PaymentRead"]["properties"]
    assert "next_action" in action


def test_it_hears_what_it_should_and_settles_what_is_due() -> None:
    app = create_app(
        Settings(database_url="postgresql://p@127.0.0.1:9/p", nats_password="")
    )

    assert [consumer.name for consumer in app.consumers] == [
        "payments-orders-created",
        "payments-orders-cancelled",
        "payments-orders-completed",
        "payments-auth-session-revoked",
    ]
    assert "settle" in [job.name for job in app.jobs]
