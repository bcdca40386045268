"""What the NetworkPolicies of an overlay let through, worked out pod by pod."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

from manifests import Manifests, matches

OURS = "ticketing"
NAMESPACE = "kubernetes.io/metadata.name"
Edge = tuple[str, str, int]


@dataclass(frozen=True)
class Place:
    """A kind of pod, or an address outside the cluster."""

    name: str
    namespace: str | None = OURS
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    address: str = "10.1.2.3"


def pods(manifests: Manifests) -> list[Place]:
    return [Place(w.name, labels=w.labels) for w in manifests.workloads]


def edges(
    manifests: Manifests, places: Sequence[Place], ports: Sequence[int]
) -> set[Edge]:
    """Every connection that both ends allow."""
    policies = [p["spec"] for p in manifests.of_kind("NetworkPolicy")]
    return {
        (source.name, target.name, port)
        for source, target, port in product(places, places, ports)
        if _allowed(policies, "egress", source, target, port)
        and _allowed(policies, "ingress", target, source, port)
    }


def _allowed(
    policies: Sequence[Any], direction: str, place: Place, peer: Place, port: int
) -> bool:
    """Whether the policies of `place` let it have this connection with `peer`."""
    if place.namespace != OURS:
        return True
    selecting = [
        p
        for p in policies
        if direction.capitalize() in p["policyTypes"]
        and matches(p["podSelector"], place.labels)
    ]
    rules = [rule for p in selecting for rule in p.get(direction, [])]
    return not selecting or any(_rule(r, direction, peer, port) for r in rules)


def _rule(rule: Mapping[str, Any], direction: str, peer: Place, port: int) -> bool:
    peers = rule.get("to" if direction == "egress" else "from")
    ports = [p["port"] for p in rule.get("ports", [])]
    open_port = not ports or port in ports
    return open_port and (peers is None or any(_peer(p, peer) for p in peers))


def _peer(peer: Mapping[str, Any], place: Place) -> bool:
    if block := peer.get("ipBlock"):
        return place.namespace is None and _inside(block, place.address)
    if place.namespace is None:
        return False
    return _namespace(peer, place) and matches(
        peer.get("podSelector", {}), place.labels
    )


def _namespace(peer: Mapping[str, Any], place: Place) -> bool:
    if "namespaceSelector" not in peer:
        return place.namespace == OURS
    labels = {NAMESPACE: place.namespace or ""}
    return matches(peer["namespaceSelector"], labels)


def _inside(block: Mapping[str, Any], address: str) -> bool:
    def covers(network: str) -> bool:
        return ip_address(address) in ip_network(network)

    return covers(block["cidr"]) and not any(map(covers, block.get("except", [])))
