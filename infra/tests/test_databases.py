"""One cluster per service, synchronous, backed up, with room for every connection."""

import inspect
from functools import partial
from typing import Any

import pytest
from manifests import OVERLAYS, Manifest, Manifests, render, restored

from common.database import Database
from common.topology import DATABASES

#: For the operator, its exporter, superusers and people.
RESERVED = 20
#: Pods of a Deployment that still drain when their successors are ready.
TERMINATING = 2


@pytest.fixture(params=[*OVERLAYS, "restored"])
def manifests(request: pytest.FixtureRequest) -> Manifests:
    """Also an overlay that restores a database: a release may come while it does."""
    return restored() if request.param == "restored" else render(request.param)


@pytest.fixture(params=[partial(render, "production"), restored])
def production(request: pytest.FixtureRequest) -> Manifests:
    return request.param()


@pytest.fixture(params=DATABASES)
def service(request: pytest.FixtureRequest) -> str:
    return request.param


def cluster(manifests: Manifests, service: str) -> dict[str, Any]:
    return manifests.one("Cluster", f"{service}-db")["spec"]


def connections() -> int:
    """What one process opens at most: its pool, and one to say that it is ready."""
    return inspect.signature(Database).parameters["pool_size"].default + 1


def most_pods(manifests: Manifests, service: str) -> int:
    """At the height of a rollout at the height of a rush."""
    most = manifests.most_processes()
    return sum(
        most[workload.name]
        + workload.spec["strategy"]["rollingUpdate"]["maxSurge"]
        + TERMINATING
        for workload in manifests.deployments
        if workload.service == service
    )


def test_every_pool_fits_into_max_connections(
    manifests: Manifests, service: str
) -> None:
    parameters = cluster(manifests, service)["postgresql"]["parameters"]
    migration = 1
    needed = most_pods(manifests, service) * connections() + migration
    assert needed + RESERVED <= int(parameters["max_connections"])


def test_what_people_type_is_not_in_the_log(manifests: Manifests, service: str) -> None:
    """Slow statements are; their parameters are addresses, hashes and keys."""
    parameters = cluster(manifests, service)["postgresql"]["parameters"]
    assert "log_min_duration_statement" in parameters
    assert parameters["log_parameter_max_length"] == "0"
    assert parameters["log_parameter_max_length_on_error"] == "0"


def test_database_and_role_are_named_after_the_service(
    manifests: Manifests, service: str
) -> None:
    [(method, database)] = cluster(manifests, service)["bootstrap"].items()
    assert (database["database"], database["owner"]) == (service, service)
    if method == "initdb":  # what is restored has this in it
        revoke = f"REVOKE ALL ON DATABASE {service} FROM PUBLIC"
        assert database["postInitApplicationSQL"] == [revoke]


def test_an_acknowledged_commit_is_on_two_nodes(
    production: Manifests, service: str
) -> None:
    spec = cluster(production, service)
    assert spec["instances"] == 3
    synchronous = spec["postgresql"]["synchronous"]
    assert (synchronous["method"], synchronous["number"]) == ("any", 1)
    assert synchronous["dataDurability"] == "required"
    assert spec["postgresql"]["parameters"]["synchronous_commit"] == "on"
    assert spec["affinity"]["podAntiAffinityType"] == "required"


def test_every_database_is_backed_up(production: Manifests, service: str) -> None:
    spec = cluster(production, service)
    store = production.one("ObjectStore", "backups")["metadata"]["name"]
    (plugin,) = spec["plugins"]
    assert plugin["isWALArchiver"] is True
    assert plugin["parameters"]["barmanObjectName"] == store
    backup = production.one("ScheduledBackup", f"{service}-db")["spec"]
    assert backup["cluster"] == {"name": f"{service}-db"}
    assert backup["pluginConfiguration"] == {"name": plugin["name"]}


def test_what_is_restored_is_archived_under_another_name() -> None:
    """The archive that it is read from is full, and the operator wants an empty one."""
    spec = cluster(restored(), "orders")
    (before,), (plugin,) = spec["externalClusters"], spec["plugins"]
    assert spec["bootstrap"]["recovery"]["source"] == before["name"]
    assert before["plugin"]["name"] == plugin["name"]
    assert before["plugin"]["parameters"]["serverName"] == "orders-db"
    assert plugin["parameters"]["serverName"] == "orders-db-2"


def test_images_are_pinned(manifests: Manifests) -> None:
    clusters: list[Manifest] = manifests.of_kind("Cluster")
    assert {c["spec"]["imageName"].count(":") for c in clusters} == {1}
