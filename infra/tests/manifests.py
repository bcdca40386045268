"""Overlays as a cluster would get them, and the questions tests ask of them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

import yaml

INFRA = Path(__file__).parents[1]
RUNBOOK = INFRA.parent / "docs" / "runbooks" / "restore-database.md"
OVERLAYS = ("local", "production")
NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"

Manifest = dict[str, Any]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KUBECTL = Path(sys.executable).with_name("kubectl")


@dataclass(frozen=True)
class Workload:
    """Something that makes pods: Deployment, StatefulSet or Job."""

    manifest: Manifest

    @property
    def kind(self) -> str:
        return self.manifest["kind"]

    @property
    def name(self) -> str:
        return self.manifest["metadata"]["name"]

    @property
    def annotations(self) -> Mapping[str, str]:
        return self.manifest["metadata"].get("annotations", {})

    @property
    def spec(self) -> Manifest:
        return self.manifest["spec"]

    @property
    def labels(self) -> Mapping[str, str]:
        """What its pods are selected by."""
        return self.spec["template"]["metadata"]["labels"]

    @property
    def pod(self) -> Manifest:
        return self.spec["template"]["spec"]

    @property
    def containers(self) -> list[Manifest]:
        return self.pod["containers"]

    @property
    def main(self) -> Manifest:
        return self.containers[0]

    @property
    def service(self) -> str:
        return self.labels[NAME]

    @property
    def component(self) -> str:
        return self.labels[COMPONENT]

    def port_names(self) -> Mapping[str, int]:
        ports = [p for c in self.containers for p in c.get("ports", [])]
        return {p["name"]: p["containerPort"] for p in ports}

    def environment(self) -> Mapping[str, Any]:
        """Variables of the main container: texts, or references to secrets."""
        entries = self.main.get("env", [])
        return {e["name"]: e.get("value", e.get("valueFrom")) for e in entries}


@dataclass(frozen=True)
class Manifests:
    """One rendered overlay."""

    overlay: str
    documents: tuple[Manifest, ...]

    def __iter__(self) -> Iterator[Manifest]:
        return iter(self.documents)

    def of_kind(self, *kinds: str) -> list[Manifest]:
        return [d for d in self.documents if d["kind"] in kinds]

    def one(self, kind: str, name: str) -> Manifest:
        return next(d for d in self.of_kind(kind) if d["metadata"]["name"] == name)

    @cached_property
    def workloads(self) -> list[Workload]:
        return [Workload(d) for d in self.of_kind("Deployment", "StatefulSet", "Job")]

    @property
    def running(self) -> list[Workload]:
        """Workloads that stay: everything but Jobs."""
        return [w for w in self.workloads if w.kind != "Job"]

    @property
    def deployments(self) -> list[Workload]:
        return [w for w in self.workloads if w.kind == "Deployment"]

    def settings(self) -> Mapping[str, str]:
        """The shared ConfigMap, whose name ends in a hash of its content."""
        maps = self.of_kind("ConfigMap")
        return next(
            m["data"] for m in maps if m["metadata"]["name"].startswith("settings-")
        )

    def most_processes(self) -> Mapping[str, int]:
        """How many pods of a workload an autoscaler may start."""
        found = {
            scaler["spec"]["scaleTargetRef"]["name"]: scaler["spec"][field]
            for kind, field in (
                ("HorizontalPodAutoscaler", "maxReplicas"),
                ("ScaledObject", "maxReplicaCount"),
            )
            for scaler in self.of_kind(kind)
        }
        return {**{w.name: w.spec.get("replicas", 1) for w in self.workloads}, **found}


@cache
def render(overlay: str) -> Manifests:
    """What `kubectl apply -k` would send."""
    return Manifests(overlay, tuple(documents(INFRA / "overlays" / overlay)))


@cache
def restored() -> Manifests:
    """Production, changed as the runbook says to restore the database of orders."""
    (patch,) = re.findall(r"```yaml\n(.*?)```", RUNBOOK.read_text(), re.DOTALL)
    cluster = {"kind": "Cluster", "name": "orders-db"}
    with TemporaryDirectory() as folder:
        kustomization = {
            "resources": [os.path.relpath(INFRA / "overlays" / "production", folder)],
            "patches": [{"target": cluster, "patch": dedent(patch)}],
        }
        Path(folder, "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
        return Manifests("restored", tuple(documents(Path(folder))))


def documents(folder: Path) -> Iterator[Manifest]:
    """What is in a folder of kustomize."""
    rendered = subprocess.run(
        [_KUBECTL, "kustomize", folder], capture_output=True, text=True, check=False
    )
    assert rendered.returncode == 0, rendered.stderr
    yield from yaml.load_all(rendered.stdout, Loader=_LOADER)  # safe


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a label selector, possibly with expressions, takes these labels."""
    exact = selector.get("matchLabels", {}).items() <= labels.items()
    return exact and all(
        _expression(e, labels) for e in selector.get("matchExpressions", [])
    )


def _expression(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, operator = expression["key"], expression["operator"]
    if operator == "Exists":
        return key in labels
    assert operator == "In", operator
    return labels.get(key) in expression["values"]


def names(manifests: Iterable[Manifest]) -> set[str]:
    return {m["metadata"]["name"] for m in manifests}
