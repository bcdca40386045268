"""Who may speak to whom: the edges of the architecture's map, and no others."""

import pytest
from manifests import Manifests, render
from reachability import Edge, Place, edges, pods

from common.topology import DATABASES

PORTS = (53, 80, 443, 4222, 5432, 6222, 6443, 7777, 8000, 8222, 9000, 9187, 3000)

GATEWAY = Place(
    "gateway",
    "envoy-gateway-system",
    {
        "gateway.envoyproxy.io/owning-gateway-name": "ticketing",
        "gateway.envoyproxy.io/owning-gateway-namespace": "ticketing",
    },
)
OTHER_GATEWAY = Place(
    "other-gateway",
    "envoy-gateway-system",
    {"gateway.envoyproxy.io/owning-gateway-name": "other"},
)
PROMETHEUS = Place("prometheus", "monitoring")
KEDA = Place("keda", "keda")
DNS = Place("dns", "kube-system", {"k8s-app": "kube-dns"})
OPERATOR = Place(
    "operator", "cnpg-system", {"app.kubernetes.io/name": "cloudnative-pg"}
)
STRANGER = Place("stranger", "default")
INTRUDER = Place("intruder", labels={"app": "intruder"})
INTERNET = Place("internet", None, address="203.0.113.9")
METADATA = Place("metadata", None, address="169.254.169.254")
STORES = [Place(f"{s}-db", labels={"cnpg.io/cluster": f"{s}-db"}) for s in DATABASES]
OUTSIDE = [
    *(GATEWAY, OTHER_GATEWAY, PROMETHEUS, KEDA, DNS, OPERATOR),
    *(STRANGER, INTRUDER, INTERNET, METADATA),
]


def expected(overlay: str) -> set[Edge]:
    """The map, an edge a line."""
    processes = {f"{s}-{c}" for s in DATABASES for c in ("serve", "work")}
    processes.add("expiration-work")
    verifying = ("tickets-serve", "orders-serve", "payments-serve")
    found: set[Edge] = {
        *(("gateway", f"{s}-serve", 8000) for s in DATABASES),
        ("gateway", "client-web", 3000),
        ("client-web", "tickets-serve", 8000),
        *((f"{s}-{c}", f"{s}-db", 5432) for s in DATABASES for c in PROCESSES),
        *((process, "nats", 4222) for process in processes),
        ("provision", "nats", 4222),
        ("provision", "nats", 8222),
        ("nats", "nats", 6222),
        *((process, "auth-serve", 8000) for process in verifying),
        *(("prometheus", process, 9000) for process in processes),
        ("prometheus", "nats", 7777),
        *((f"{s}-db", f"{s}-db", p) for s in DATABASES for p in (5432, 8000)),
        *(("operator", f"{s}-db", p) for s in DATABASES for p in (5432, 8000)),
        *(("prometheus", f"{s}-db", 9187) for s in DATABASES),
    }
    extra = PRODUCTION_EDGES if overlay == "production" else LOCAL_EDGES
    return found | extra


PROCESSES = ("serve", "work", "migrate")
PRODUCTION_EDGES: set[Edge] = {("keda", "nats", 8222)}
LOCAL_EDGES: set[Edge] = {
    ("gateway", "test-provider", 8000),
    ("payments-serve", "test-provider", 8000),
    ("payments-work", "test-provider", 8000),
}


@pytest.fixture
def found(manifests: Manifests) -> set[Edge]:
    return edges(manifests, [*pods(manifests), *STORES, *OUTSIDE], PORTS)


def inside(found: set[Edge]) -> set[Edge]:
    """Without what leaves us, and what strangers do among themselves."""
    outside = {place.name for place in OUTSIDE} - {INTRUDER.name}
    return {edge for edge in found if edge[1] not in outside}


def leaving(found: set[Edge], manifests: Manifests) -> set[Edge]:
    ours = {place.name for place in [*pods(manifests), *STORES, INTRUDER]}
    outside = {place.name for place in OUTSIDE} - {INTRUDER.name}
    return {e for e in found if e[0] in ours and e[1] in outside}


def test_inside_only_the_edges_of_the_map_are_open(
    manifests: Manifests, found: set[Edge]
) -> None:
    assert inside(found) == expected(manifests.overlay)


def test_names_may_be_looked_up_by_everybody(
    manifests: Manifests, found: set[Edge]
) -> None:
    asking = {source for source, target, _ in found if target == "dns"}
    assert asking >= {w.name for w in manifests.workloads}


def test_only_payments_and_the_databases_leave_the_cluster(
    manifests: Manifests, found: set[Edge]
) -> None:
    """A database speaks to the API server and to the store of its backups."""
    leaving_us = leaving(found, manifests)
    assert {edge for edge in leaving_us if edge[1] == "internet"} == {
        ("payments-serve", "internet", 443),
        ("payments-work", "internet", 443),
        *((store.name, "internet", port) for store in STORES for port in (443, 6443)),
    }


def test_nobody_reaches_the_metadata_service(
    manifests: Manifests, found: set[Edge]
) -> None:
    assert "metadata" not in {target for _, target, _ in leaving(found, manifests)}


def test_without_policies_everything_would_be_open() -> None:
    bare = Manifests("bare", tuple(w.manifest for w in render("production").workloads))
    assert ("intruder", "orders-serve", 9000) in edges(
        bare, [*pods(bare), INTRUDER], PORTS
    )
