"""Every process is told what it needs, and secrets stand nowhere but in Secrets."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from manifests import Manifests, Workload

from common.provision import ProvisionSettings
from common.settings import describe, load
from common.topology import DATABASES, SERVICES

#: What payments cannot take cards without.
OF_STRIPE = {
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRETS",
    "STRIPE_PUBLISHABLE_KEY",
}

SECRET_WORDS = ("PASSWORD", "KEY", "SECRET", "DATABASE")

Reference = tuple[str, str]


def told(manifests: Manifests, workload: Workload) -> dict[str, Any]:
    """Its environment, the shared settings included."""
    if "envFrom" not in workload.main:
        return {**workload.environment()}
    return {**manifests.settings(), **workload.environment()}


def processes(manifests: Manifests, service: str) -> list[Workload]:
    """What runs a service's code, its Jobs included."""
    found = [w for w in manifests.workloads if w.service == service]
    assert f"{service}-work" in {workload.name for workload in found}
    return found


def known(service: str) -> dict[str, bool]:
    """Variables that a service reads, and whether it cannot do without."""
    settings = import_module(f"{service}.settings").Settings
    return {row.variable: row.default is None for row in describe(settings)}


@pytest.mark.parametrize("service", SERVICES)
class TestServices:
    def test_what_they_cannot_do_without_is_there(
        self, manifests: Manifests, service: str
    ) -> None:
        required = {name for name, needed in known(service).items() if needed}
        for workload in processes(manifests, service):
            assert required <= told(manifests, workload).keys(), workload.name

    def test_what_they_are_told_they_start_with(
        self, manifests: Manifests, service: str
    ) -> None:
        """As text: who fills the secrets in knows what they hold."""
        settings = import_module(f"{service}.settings").Settings
        for workload in processes(manifests, service):
            environment = told(manifests, workload)
            load(settings, {name: str(text) for name, text in environment.items()})

    def test_what_they_are_told_they_read(
        self, manifests: Manifests, service: str
    ) -> None:
        for workload in processes(manifests, service):
            unread = workload.environment().keys() - known(service).keys()
            assert not unread, workload.name


def test_provision_is_told_about_three_nodes(manifests: Manifests) -> None:
    (job,) = (w for w in manifests.workloads if w.name == "provision")
    environment = told(manifests, job)
    required = {r.variable for r in describe(ProvisionSettings) if r.default is None}
    assert required <= environment.keys()
    nats = next(w for w in manifests.running if w.name == "nats")
    assert environment["NATS_REPLICAS"] == str(nats.spec["replicas"]) == "3"
    # Without it nobody would ask whether what is acknowledged is on disk.
    assert environment["NATS_MONITOR_URL"] == "http://nats-headless:8222"


def test_ports_are_those_of_the_settings(manifests: Manifests) -> None:
    settings = manifests.settings()
    ports = {"http": int(settings["PORT"]), "ops": int(settings["OPS_PORT"])}
    serving = [w for w in manifests.deployments if w.component == "serve"]
    assert {w.service for w in serving} == {*DATABASES}
    for workload in serving:
        assert workload.port_names() == ports, workload.name


class TestProduction:
    def test_it_says_so(self, production: Manifests) -> None:
        assert production.settings()["TICKETING_ENV"] == "production"
        assert "TICKETING_LIMITS" not in production.settings()

    def test_payments_never_run_on_the_test_provider(
        self, production: Manifests
    ) -> None:
        for workload in payments(production):
            environment = workload.environment()
            assert environment["PAYMENTS_PROVIDER"] == "stripe"
            assert environment.keys() >= OF_STRIPE
        assert not any(w.name == "test-provider" for w in production.workloads)
        daily = production.one("CronJob", "payments-reconcile")["spec"]["jobTemplate"]
        assert Workload(daily).environment().keys() >= OF_STRIPE

    def test_elsewhere_no_money_moves(self, local: Manifests) -> None:
        assert local.settings()["TICKETING_ENV"] == "development"
        for workload in payments(local):
            assert workload.environment()["PAYMENTS_PROVIDER"] == "test"


def payments(manifests: Manifests) -> tuple[Workload, Workload]:
    """Its two processes that stay."""
    serve, work = (w for w in manifests.deployments if w.service == "payments")
    return serve, work


def references(workload: Workload) -> Iterator[Reference]:
    """Secrets, and the keys in them, that its pods take variables from."""
    for container in workload.containers:
        for entry in container.get("env", []):
            secret = entry.get("valueFrom", {}).get("secretKeyRef")
            if secret:
                yield secret["name"], secret["key"]


class TestSecrets:
    def test_none_is_in_the_manifests(self, manifests: Manifests) -> None:
        assert manifests.of_kind("Secret") == []
        for workload in manifests.workloads:
            for name, value in workload.environment().items():
                secret = any(word in name for word in SECRET_WORDS)
                if secret and not isinstance(value, dict):
                    assert value.startswith('"$(RAW_'), name

    def test_each_is_made_by_somebody(self, production: Manifests) -> None:
        made = made_by_operator(production) | made_from_vault(production)
        for workload in production.workloads:
            assert set(references(workload)) <= made, workload.name

    def test_each_one_made_is_used(self, production: Manifests) -> None:
        used = {r for w in production.workloads for r in references(w)}
        used |= used_by_backups(production)
        assert made_from_vault(production) <= used

    def test_services_have_their_own_and_nobody_elses(
        self, manifests: Manifests
    ) -> None:
        for workload in manifests.deployments:
            service = workload.service
            own = {f"nats-{service}", f"{service}-db-app"}
            if service == "payments":
                own.add("payments-stripe")
            assert {name for name, _ in references(workload)} <= own


def made_by_operator(manifests: Manifests) -> set[Reference]:
    clusters = manifests.of_kind("Cluster")
    return {(f"{c['metadata']['name']}-app", "uri") for c in clusters}


def made_from_vault(manifests: Manifests) -> set[Reference]:
    return {
        (external["spec"]["target"]["name"], entry["secretKey"])
        for external in manifests.of_kind("ExternalSecret")
        for entry in external["spec"]["data"]
    }


def used_by_backups(manifests: Manifests) -> set[Reference]:
    store = manifests.one("ObjectStore", "backups")["spec"]["configuration"]
    return {(ref["name"], ref["key"]) for ref in store["s3Credentials"].values()}
