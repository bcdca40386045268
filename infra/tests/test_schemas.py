"""Every manifest is valid against the schema of its kind, unknown fields included."""

from copy import deepcopy
from typing import Any

import pytest
from manifests import OVERLAYS, Manifest, Manifests, render, restored
from validators import faults


def test_every_manifest_of_every_overlay_is_valid() -> None:
    everything = [m for overlay in OVERLAYS for m in render(overlay)]
    assert faults([*everything, *restored().of_kind("Cluster")]) == []


def set_path(manifest: Manifest, path: str, value: Any) -> None:
    *way, last = path.split(".")
    place: Any = manifest
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value


PLANTED: list[tuple[str, str, Any]] = [
    ("Deployment", "spec.paused", "perhaps"),
    ("Deployment", "spec.template.spec.containerz", []),
    ("HTTPRoute", "spec.rules.0.matches.0.path.type", "Glob"),
    ("HTTPRoute", "spec.rules.0.backends", []),
    ("ScaledObject", "spec.minReplicaCount", "two"),
    ("PodMonitor", "spec.podMetricsEndpoint", []),
    ("ExternalSecret", "spec.targets", {}),
    ("Certificate", "spec.privateKey.algorithm", "DSA"),
    ("Cluster", "spec.instances", "three"),
    ("Cluster", "spec.postgresql.synchronous.quorum", 1),
    ("BackendTrafficPolicy", "spec.retries", 2),
    ("ClientTrafficPolicy", "spec.timeout.http.idleTimeout", "long"),
]


def planted(number: int) -> Manifest:
    kind, path, value = PLANTED[number]
    manifest = deepcopy(render("production").of_kind(kind)[0])
    set_path(manifest, path, value)
    manifest["metadata"]["name"] = f"planted-{number}"
    return manifest


@pytest.fixture(scope="module")
def found() -> str:
    return "\n".join(faults([planted(number) for number in range(len(PLANTED))]))


class TestFaultsAreFound:
    """Each of the three judges refuses a wrong value and an unknown field."""

    @pytest.mark.parametrize("number", range(len(PLANTED)))
    def test_a_planted_fault(self, found: str, number: int) -> None:
        assert f"{PLANTED[number][0]}/planted-{number}: " in found

    def test_a_kind_nobody_knows(self) -> None:
        stranger = {"apiVersion": "v1", "kind": "Pancake", "metadata": {"name": "p"}}
        (fault,) = faults([stranger])
        assert fault.startswith("Pancake/p: Couldn't find schema")


def test_everything_lives_in_one_namespace(manifests: Manifests) -> None:
    inside = [m for m in manifests if m["kind"] != "Namespace"]
    assert {m["metadata"]["namespace"] for m in inside} == {"ticketing"}


def test_names_are_unique_by_kind(manifests: Manifests) -> None:
    named = [(m["kind"], m["metadata"]["name"]) for m in manifests]
    assert len(named) == len(set(named))
